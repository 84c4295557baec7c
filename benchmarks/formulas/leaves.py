# ruff: noqa: RUF001 - the characters of mathematics are what this is about
"""What of a formula must be seen: its letters, digits, signs, delimiters, names and texts.

Taste is not judged: every alphabet, size and way to draw a symbol counts as the symbol.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from typing import TYPE_CHECKING, Any, Final

from mlready.mathtext.reading.parser import known_commands
from mlready.mathtext.symbols import BIG_OPERATORS, CLOSE, OPEN, SYMBOLS, Symbol
from mlready.mathtext.tree import (
    Fenced,
    Fraction,
    Grid,
    Name,
    Node,
    Phantom,
    Row,
    Space,
    Unknown,
    Words,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

_NEGATION: Final = "\u0338"
_COMMANDS: Final = frozenset(known_commands())
_COMMAND: Final = re.compile(r"\\([A-Za-z]+)")
# Characters that stand for one symbol, the symbol last; whatever may be seen in its place counts.
_SAME: Final = """
ςσ ıi ȷj ∆Δ ɸφ ɛε ɑα ɩι ø∅ ⌀∅ ⊤T ⊺T ⟂⊥
∣| │| ┃| ❘| ∥‖ ║‖ -− –− ‐− \u00ad− ∗* ⋆* ⁎* ⋅· ∙· •· ∶: ∼~ ⁄/ ∕/ ᐟ/ ′' ’'
⟶→ ⟵← ⟷⇔ ↔⇔ ⟹⇒ ⟸⇐ ⟺⇔ ⟼↦ ⇝↝ ⤳↝ ≼⪯ ≽⪰ ⩽≤ ⩾≥ ⊧⊨ \\∖ ⧵∖ 〈⟨ 〉⟩
⋃∪ ⋂∩ ⋁∨ ⋀∧ ⨁⊕ ⨂⊗ ⨀⊙ ⨆⊔ ⨄⊎ ◻□
"""
_AT_FIRST: Final = str.maketrans({"°": "∘", "˚": "∘", "∛": "3√", "∜": "4√"})
_FOLDED: Final = str.maketrans(
    {pair[0]: pair[1] for pair in _SAME.split()}
    | {"⫫": "⊥⊥", "≔": ":=", "⧸": f"/{_NEGATION}", "”": "''", "⋯": "...", "⋱": "...", "⋮": "..."}
)
# As scripts they are spelled otherwise than as operators.
_ASCII_STARS: Final = {"∗": "*", "⋆": ""}
# The strokes that large delimiters and operators are drawn with; each counts as the whole.
_DRAWN: Final = {
    "(": "⎛⎜⎝",
    ")": "⎞⎟⎠",
    "[": "⎡⎢⎣",
    "]": "⎤⎥⎦",
    "{": "⎧⎨⎩⎪",
    "}": "⎫⎬⎭⎪",
    "|": "⎟⎢⎜⎥⎪",
    "⌊": "⎢⎣",
    "⌋": "⎥⎦",
    "⌈": "⎡⎢",
    "⌉": "⎤⎥",
    "⟨": "<╱╲/∖",
    "⟩": ">╱╲/∖",
    "∑": "⎲⎳Σ╲╱┰┸▐∖",
    "∏": "Π┬┰",
    "∐": "┴┸",
    "∪": "╰",
    "∩": "╭",
    "⊔": "└",
    "⇔": "→",
    "↦": "├",
    "↪": "╰",
    "∫": "⌠⌡⎮",
    "∮": "⌠⌡⎮",
    "→": ">▶─╴",
    "/": "╱",
    "∖": "╲",
}


def symbols_lost(tree: Node, output: str, *, is_ascii: bool = False) -> str:
    """The symbols of a formula that its output shows less often than they stand in it.

    A question mark that is not the formula's stands for something that was left out.

    Args:
        tree: the formula.
        output: what was printed for it.
        is_ascii: whether symbols are spelled in ASCII; delimiters and operators, which are
            drawn there with the same few strokes, are then passed over.
    """
    wanted = Counter(_fold("".join(_leaves(tree, is_ascii=is_ascii))))
    shown = Counter(_fold(output if is_ascii else _COMMAND.sub(_symbol_of, output)))
    bars = shown["‖"] + (shown["|"] + sum(shown[c] for c in _DRAWN["|"])) // 2
    lost = []
    for symbol, count in wanted.items():
        found = bars if symbol == "‖" else shown[symbol]
        found += sum(shown[stroke] for stroke in _DRAWN.get(symbol, ""))
        if found < count:
            lost.append(symbol)
    if not lost and shown["?"] > wanted["?"]:
        return "?"
    return "".join(lost)


def _symbol_of(command: re.Match[str]) -> str:
    r"""The symbol of a command that is left in an output, and what ran together with it: `\get`."""
    name = command[1]
    known = (name[:length] for length in range(len(name), 0, -1) if name[:length] in _COMMANDS)
    first = next(known, "")
    return SYMBOLS[first].text + name[len(first) :] if first in SYMBOLS else command[0]


def _fold(text: str) -> str:
    """A text without accents, blanks and differences of alphabet, size and place."""
    plain = unicodedata.normalize("NFKD", text.translate(_AT_FIRST))
    kept = (c for c in plain if c == _NEGATION or not (unicodedata.combining(c) or c.isspace()))
    return unicodedata.normalize("NFKD", "".join(kept).translate(_FOLDED))


def _leaves(node: Any, *, is_ascii: bool) -> Iterator[str]:
    if isinstance(node, str):
        yield node
    elif isinstance(node, Symbol):
        is_drawn = node.kind in {OPEN, CLOSE} or node.text in "|‖" or node.command in BIG_OPERATORS
        if not is_ascii:
            yield node.text
        elif not is_drawn:
            yield _ASCII_STARS.get(node.text, node.ascii)
    else:
        for part in _parts(node):
            yield from _leaves(part, is_ascii=is_ascii)


def _parts(node: Any) -> Iterator[Any]:
    """What of a node shows, piece by piece."""
    match node:
        case Phantom() | Space():
            return
        case Name() | Unknown():
            yield node[0]
        case Fenced() if _is_round_about_rows(node):
            yield from node.parts
        case Grid():
            yield from (_without_punctuation(cell) for row in node.rows for cell in row)
            yield from (label for _, label in node.tags)
        case Words():
            yield from node.parts
        case tuple():
            yield from (v for v in node if isinstance(v, tuple))


def _without_punctuation(cell: Row) -> Row:
    """A cell without the comma at its end, which may be the one between cells."""
    ends = cell.items and isinstance(cell.items[-1], Symbol) and cell.items[-1].text in ",;."
    return Row(cell.items[:-1]) if ends else cell


def _is_round_about_rows(node: Fenced) -> bool:
    """Whether these are brackets of a matrix, of cases or of a binomial coefficient."""
    items = node.parts[0].items
    only = items[0] if len(node.parts) == 1 and len(items) == 1 else None
    is_rows = isinstance(only, Grid) or (isinstance(only, Fraction) and not only.bar)
    return is_rows and node.left.text + node.right.text in {"()", "[]", "{"}
