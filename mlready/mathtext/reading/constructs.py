r"""What each command of the documented subset makes of its arguments.

Every function takes the parser, which stands behind the command, the command's name and its
offset, and gives the node, or None where nothing shows.
"""

from __future__ import annotations

from mlready.mathtext.alphabets import ALPHABETS
from mlready.mathtext.commands import (
    ACCENTS,
    ARROWS,
    BRACES,
    CLASSES,
    FRACTIONS,
    LIMITS,
    MODULI,
    PHANTOMS,
    STACKS,
    TEXTS,
)
from mlready.mathtext.reading.delimiters import BIG, big, fenced
from mlready.mathtext.reading.environments import environment, substack
from mlready.mathtext.reading.scanner import ENDS_OF_ROWS
from mlready.mathtext.symbols import (
    CHARACTERS,
    ORD,
    REL,
    SYMBOLS,
    Symbol,
)
from mlready.mathtext.tree import (
    Accent,
    Arrow,
    Boxed,
    Brace,
    Classed,
    Fenced,
    Fraction,
    Marked,
    Name,
    Node,
    Phantom,
    Root,
    Row,
    Space,
    Stack,
    Styled,
    Unknown,
    Words,
    in_parentheses,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Final

    from mlready.mathtext.reading.parser import Parser

_NEGATED: Final = {
    "=": "ne",
    "in": "notin",
    "<": "nless",
    ">": "ngtr",
    "le": "nleq",
    "ge": "ngeq",
    "mid": "nmid",
    "parallel": "nparallel",
    "subseteq": "nsubseteq",
    "supseteq": "nsupseteq",
    "sim": "nsim",
    "cong": "ncong",
    "exists": "nexists",
    "vdash": "nvdash",
    "rightarrow": "nrightarrow",
    "to": "nrightarrow",
    "Rightarrow": "nRightarrow",
}


def fraction(parser: Parser, name: str, _at: int) -> Node:
    r"""`\frac`, `\binom` and their sizes."""
    bar, style = FRACTIONS[name]
    if name == "cfrac":
        parser.take_bracketed()
    fraction = Fraction(parser.argument_of(name), parser.argument_of(name), bar, style)
    return fraction if bar else in_parentheses(fraction)


def root(parser: Parser, name: str, _at: int) -> Node:
    r"""`\sqrt`, with its degree in brackets."""
    index = None
    if parser.take_if("["):
        index = parser.row("]")
        parser.take_if("]")
    return Root(parser.argument_of(name), index)


def alphabet_of(parser: Parser, name: str, _at: int) -> Node:
    r"""`\mathbb` and other alphabets."""
    outer, parser.alphabet = parser.alphabet, ALPHABETS[name].name
    body = parser.argument_of(name)
    parser.alphabet = outer
    return Styled(ALPHABETS[name].name, body)


def accent(parser: Parser, name: str, _at: int) -> Node:
    r"""`\hat`, `\overline` and the like."""
    return Accent(name, parser.argument_of(name))


def brace(parser: Parser, name: str, _at: int) -> Node:
    r"""`\underbrace` and `\overbrace`, with their labels."""
    body = parser.argument_of(name)
    is_over = BRACES[name]
    label = None
    if parser.take_if("^" if is_over else "_"):
        label = parser.argument(f"\\{name} needs a label behind its script")
    return Brace(body, label, is_over)


def stack(parser: Parser, name: str, _at: int) -> Node:
    r"""`\overset`, `\underset` and `\stackrel`."""
    small, body = parser.argument_of(name), parser.argument_of(name)
    # Over and under the same thing: one stack.
    if len(body.items) == 1 and isinstance(inner := body.items[0], Stack):
        if name == "underset" and inner.under is None:
            return inner._replace(under=small)
        if name != "underset" and inner.over is None:
            return inner._replace(over=small)
    if name == "underset":
        return Stack(body, None, small)
    return Stack(body, small, None)


def arrow(parser: Parser, name: str, _at: int) -> Node:
    r"""`\xrightarrow` and the like."""
    under = None
    if parser.take_if("["):
        under = parser.row("]")
        parser.take_if("]")
    over = parser.argument_of(name)
    return Arrow(SYMBOLS[ARROWS[name]], over if over.items else None, under)


def operator(parser: Parser, name: str, at: int) -> Node:
    r"""`\operatorname`, with a star for limits."""
    limits = parser.take_if("*")
    raw, offset = parser.raw_of(name, at)
    from mlready.mathtext.reading.words import operator_name  # noqa: PLC0415 - `re` takes long

    text, mistake = operator_name(raw)
    if mistake is not None:
        parser.complain(mistake.message, mistake.hint, offset + mistake.offset)
    return Name(text, limits)


def words(parser: Parser, name: str, at: int) -> Node:
    r"""`\text` and the like."""
    raw, offset = parser.raw_of(name, at)
    from mlready.mathtext.reading.words import split_words  # noqa: PLC0415 - `re` takes long

    pieces, mistakes = split_words(raw)
    parts: list[str | Row] = []
    for piece in pieces:
        if not piece.is_math:
            parts.append(piece.text)
            continue
        inner = parser.inner(piece.text)
        parts.append(inner.parse_all())
        mistakes += [m._replace(offset=piece.offset + m.offset) for m in inner.mistakes]
    for mistake in mistakes:
        parser.complain(mistake.message, mistake.hint, offset + mistake.offset)
    return Words(tuple(parts))


def classed(parser: Parser, name: str, _at: int) -> Node:
    r"""`\mathrel` and the like."""
    return Classed(CLASSES[name], parser.argument_of(name))


def phantom(parser: Parser, name: str, _at: int) -> Node:
    r"""`\phantom` and the like."""
    return Phantom(name, parser.argument_of(name))


def boxed(parser: Parser, name: str, _at: int) -> Node:
    r"""`\boxed`."""
    return Boxed(parser.argument_of(name))


def modulo(parser: Parser, name: str, _at: int) -> Node:
    r"""`\pmod` and the like."""
    body = parser.argument_of(name)
    mod = SYMBOLS["bmod"]._replace(kind=ORD)
    inner = body if name == "pod" else Row((mod, Space(6), *body.items))
    if name == "mod":
        return Row((Space(18), *inner.items))
    return Row((Space(9), Fenced(CHARACTERS["("], (inner,), (), CHARACTERS[")"])))


def negated(parser: Parser, _name: str, at: int) -> Node | None:
    r"""`\not`, which belongs to what follows."""
    piece = parser.peek()
    node = parser.atom() if piece not in ENDS_OF_ROWS else None
    if node is not None and (negation := _negation(node)) is not None:
        return negation
    parser.complain(r"\not needs a relation behind it", r"write \not=", at)
    return Unknown("\\not") if node is None else Row((Unknown("\\not"), node))


def _negation(node: Node) -> Node | None:
    """A sign, or the only one of a group, with a stroke through it; None for anything else."""
    if isinstance(node, Row | Marked):
        items = node.items if isinstance(node, Row) else node.body.items
        inner = _negation(items[0]) if len(items) == 1 else None
        if inner is None:
            return None
        return Marked(Row((inner,))) if isinstance(node, Marked) else inner
    if not isinstance(node, Symbol):
        return None
    known = SYMBOLS.get(_NEGATED.get(node.command, ""))
    if known is not None:
        return known
    spoken = f"not {node.speech}".replace("not is", "is not")
    ascii_text, command = f"not {node.ascii}", f"not {node.command}"
    return Symbol(node.text + "\u0338", REL, ascii_text, spoken, command)


def coloured(parser: Parser, name: str, at: int) -> Node | None:
    r"""`\color` and `\textcolor`, whose colour is passed over."""
    parser.raw_of(name, at)
    return parser.argument_of(name) if name == "textcolor" else None


def tagged(parser: Parser, name: str, at: int) -> Node | None:
    r"""`\tag`, which the row or the formula keeps."""
    is_bare = parser.take_if("*")
    raw, _ = parser.raw_of(name, at)
    if parser.tag is not None:
        parser.complain("a second tag", "keep one of them", at)
    parser.tag = Row((Words((raw if is_bare else f"({raw})",)),))
    return None


def limits(parser: Parser, name: str, at: int) -> Node | None:
    r"""`\limits` where no operator is."""
    parser.complain(f"\\{name} without an operator before it", "put it behind one", at)
    return None


# By command, without the backslash.
COMMANDS: Final[dict[str, Callable[[Parser, str, int], Node | None]]] = {
    **dict.fromkeys(FRACTIONS, fraction),
    **dict.fromkeys(ALPHABETS, alphabet_of),
    **dict.fromkeys(ACCENTS, accent),
    **dict.fromkeys(BRACES, brace),
    **dict.fromkeys(STACKS, stack),
    **dict.fromkeys(ARROWS, arrow),
    **dict.fromkeys(TEXTS, words),
    **dict.fromkeys(CLASSES, classed),
    **dict.fromkeys(PHANTOMS, phantom),
    **dict.fromkeys(MODULI, modulo),
    **dict.fromkeys(BIG, big),
    **dict.fromkeys(LIMITS, limits),
    **dict.fromkeys(("color", "textcolor"), coloured),
    "sqrt": root,
    "operatorname": operator,
    "boxed": boxed,
    "not": negated,
    "tag": tagged,
    "left": fenced,
    "begin": environment,
    "substack": substack,
}
