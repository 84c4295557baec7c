r"""The commands and environments of the documented subset that are more than a symbol."""

from __future__ import annotations

from mlready.mathtext.symbols import BIN, CLOSE, INNER, OP, OPEN, ORD, PUNCT, REL

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final


# In eighteenths of an em, as TeX counts.
SPACES: Final = {
    ",": 3,
    "thinspace": 3,
    ":": 4,
    ">": 4,
    ";": 5,
    "!": -3,
    "negthinspace": -3,
    " ": 6,
    "enspace": 9,
    "quad": 18,
    "qquad": 36,
}

# Fractions and binomial coefficients: whether there is a bar, and in which style they are set.
FRACTIONS: Final = {
    "frac": (True, ""),
    "dfrac": (True, "display"),
    "tfrac": (True, "text"),
    "cfrac": (True, "display"),
    "binom": (False, ""),
    "dbinom": (False, "display"),
    "tbinom": (False, "text"),
}
# Between what stands before and after them in a group: the same.
INFIX_FRACTIONS: Final = {"over": True, "choose": False}

# What stands above or below: the character that combines with a single letter, and the one that
# is repeated or centred over more than that.
ACCENTS: Final = {
    "hat": "\u0302",
    "widehat": "\u0302",
    "tilde": "\u0303",
    "widetilde": "\u0303",
    "bar": "\u0304",
    "overline": "\u0305",
    "underline": "\u0332",
    "vec": "\u20d7",
    "overrightarrow": "\u20d7",
    "overleftarrow": "\u20d6",
    "overleftrightarrow": "\u20e1",
    "dot": "\u0307",
    "ddot": "\u0308",
    "dddot": "\u20db",
    "check": "\u030c",
    "breve": "\u0306",
    "acute": "\u0301",
    "grave": "\u0300",
    "mathring": "\u030a",
}

# Where the scripts of an operator stand.
LIMITS: Final = {"limits": True, "nolimits": False}

BRACES: Final = {"underbrace": False, "overbrace": True}
STACKS: Final = frozenset(("overset", "underset", "stackrel"))
ARROWS: Final = {
    "xrightarrow": "rightarrow",
    "xleftarrow": "leftarrow",
    "xleftrightarrow": "leftrightarrow",
    "xRightarrow": "Rightarrow",
    "xLeftarrow": "Leftarrow",
    "xLeftrightarrow": "Leftrightarrow",
    "xmapsto": "mapsto",
    "xhookrightarrow": "hookrightarrow",
}
STYLES: Final = {
    "displaystyle": "display",
    "textstyle": "text",
    "scriptstyle": "script",
    "scriptscriptstyle": "script",
}
CLASSES: Final = {
    "mathord": ORD,
    "mathop": OP,
    "mathbin": BIN,
    "mathrel": REL,
    "mathopen": OPEN,
    "mathclose": CLOSE,
    "mathpunct": PUNCT,
    "mathinner": INNER,
}
PHANTOMS: Final = frozenset(("phantom", "hphantom", "vphantom"))
# Sizes of delimiters; what follows the size says what the delimiter is.
BIG_SIZES: Final = ("bigg", "Bigg", "big", "Big")
BIG_KINDS: Final = {"l": OPEN, "r": CLOSE, "m": REL, "": ORD}
# Text within mathematics, in whatever typeface.
TEXTS: Final = frozenset(("text", "textrm", "textbf", "textit", "textsf", "texttt"))
# Parentheses around `mod`, with a space before them.
MODULI: Final = frozenset(("pmod", "mod", "pod"))

# Environments: the delimiters around them.
MATRICES: Final = {
    "matrix": ("", ""),
    "smallmatrix": ("", ""),
    "pmatrix": ("(", ")"),
    "bmatrix": ("[", "]"),
    "Bmatrix": ("{", "}"),
    "vmatrix": ("|", "|"),
    "Vmatrix": ("‖", "‖"),
    "cases": ("{", ""),
    "array": ("", ""),
}
# How their columns are aligned, again and again.
ALIGNMENTS: Final = {
    "aligned": "rl",
    "align": "rl",
    "split": "rl",
    "alignedat": "rl",
    "gathered": "c",
    "gather": "c",
    "equation": "c",
}
STARRED: Final = frozenset(("align", "gather", "equation"))

# What people write because a macro or another package has it elsewhere, and what to write here.
KNOWN_ELSEWHERE: Final = {
    "argmin": r"\operatorname*{arg\,min}",
    "argmax": r"\operatorname*{arg\,max}",
    "bm": r"\boldsymbol",
    "bold": r"\mathbf",
    "pmb": r"\boldsymbol",
    "mathbbm": r"\mathbb",
    "mathds": r"\mathbb",
    "mathbfcal": r"\mathcal",
    "rm": r"\mathrm{...}",
    "bf": r"\mathbf{...}",
    "it": r"\mathit{...}",
    "cal": r"\mathcal{...}",
    "textnormal": r"\text",
    "mbox": r"\text",
    "medspace": r"\:",
    "thickspace": r"\;",
    "intertext": r"\text in a row of its own",
    "abs": r"\lvert x\rvert",
    "norm": r"\lVert x\rVert",
    "set": r"\{ ... \}",
    "E": r"\mathbb{E}",
    "R": r"\mathbb{R}",
    "N": r"\mathbb{N}",
    "Z": r"\mathbb{Z}",
    "P": r"\mathbb{P}",
    "eps": r"\varepsilon",
    "eqdef": r"\coloneqq",
    "defeq": r"\coloneqq",
    "indep": r"\perp\!\!\!\perp",
    "independent": r"\perp\!\!\!\perp",
    "tr": r"\operatorname{tr}",
    "trace": r"\operatorname{tr}",
    "Tr": r"\operatorname{Tr}",
    "rank": r"\operatorname{rank}",
    "diag": r"\operatorname{diag}",
    "sign": r"\operatorname{sign}",
    "sgn": r"\operatorname{sgn}",
    "Var": r"\operatorname{Var}",
    "Cov": r"\operatorname{Cov}",
    "KL": r"\mathrm{KL}",
    "softmax": r"\operatorname{softmax}",
    "d": r"\mathrm{d}",
    "dd": r"\mathrm{d}",
    "def": "the formula without macros",
    "newcommand": "the formula without macros",
    "DeclareMathOperator": r"\operatorname{...}",
    "label": r"\tag{...}",
    "eqref": r"\text{(1)}",
    "cancel": r"\text or another notation",
    "atop": r"\substack{a\\b}",
    "eqnarray": "aligned",
    "multline": "aligned",
    "flalign": "aligned",
    "rcases": r"\left. ... \right\}",
    "dcases": "cases",
}
