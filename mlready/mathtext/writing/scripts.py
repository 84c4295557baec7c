"""Raised and lowered characters of Unicode: `x²`, `aᵢ₊₁`, `W⁽ˡ⁾`.

Only those that a terminal's fonts have and that cannot be taken for another one: there are raised
Greek letters too, but nobody tells a raised gamma from a raised y.
"""

from __future__ import annotations

from mlready.mathtext.symbols import Symbol
from mlready.mathtext.tree import Fenced, Marked, Node, Row, Space, Styled
from mlready.mathtext.widths import END_OF_MARK, MARK

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final


LONGEST_RAISED: Final = 7  # characters; longer ones are hard to read

SUPERSCRIPTS: Final = dict(
    zip(
        "0123456789+−=()abcdefghijklmnoprstuvwxyzABDEGHIJKLMNOPRTUVW′∗⊤⊺∘",
        "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻᴬᴮᴰᴱᴳᴴᴵᴶᴷᴸᴹᴺᴼᴾᴿᵀᵁⱽᵂ′*ᵀᵀ°",
        strict=True,
    )
)
SUBSCRIPTS: Final = dict(
    zip("0123456789+−=()aehijklmnoprstuvx", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓ", strict=True)
)
_TRANSPOSES: Final = frozenset(("rm", "sf"))  # `A^{\mathsf T}` is `A^\top`


_ASCII_STARS: Final = {"∗": "*", "⋆": "star"}


def ascii_primes(row: Row) -> str | None:
    """Primes as they stand on the line in ASCII; None if this is anything else."""
    is_primes = all(type(item) is Symbol and item.text == "′" for item in row.items)
    return "'" * len(row.items) if is_primes and row.items else None


def ascii_stars(row: Row) -> str | None:
    """Stars as a script in ASCII, where they are no operators; None if this is anything else."""
    stars = [_ASCII_STARS.get(item.text) for item in row.items if type(item) is Symbol]
    if not stars or len(stars) < len(row.items):
        return None
    return "".join([star for star in stars if star]) if all(stars) else None


def superscript(row: Row) -> str | None:
    """The row in raised characters; None if there are none for some of it, or it is too long."""
    return _shifted(row, SUPERSCRIPTS)


def subscript(row: Row) -> str | None:
    """The row in lowered characters; None if there are none for some of it, or it is too long."""
    return _shifted(row, SUBSCRIPTS)


def _shifted(row: Row, table: dict[str, str]) -> str | None:
    text = _shift(row.items, table)
    if not text or len(text) - text.count(MARK) - text.count(END_OF_MARK) > LONGEST_RAISED:
        return None
    return text


def _shift(items: tuple[Node, ...], table: dict[str, str]) -> str | None:
    shifted = ""
    for item in items:
        if type(item) is Symbol:
            text = table.get(item.text)
        elif type(item) is Space:
            text = "" if item.mu < 9 else None
        else:
            text = _shift_group(item, table)
        if text is None:
            return None
        shifted += text
    return shifted


def _shift_group(node: Node, table: dict[str, str]) -> str | None:
    if isinstance(node, Row):
        return _shift(node.items, table)
    if isinstance(node, Marked):
        inner = _shift(node.body.items, table)
        return None if inner is None else f"{MARK}{inner}{END_OF_MARK}"
    if isinstance(node, Styled):
        return _shift_letter(node, table)
    if isinstance(node, Fenced) and len(node.parts) == 1:
        return _shift((node.left, node.parts[0], node.right), table)
    return None


def _shift_letter(node: Styled, table: dict[str, str]) -> str | None:
    """One upright or slanted letter; more than one of them is a word, which is not shifted."""
    if len(node.body.items) != 1 or not isinstance(letter := node.body.items[0], Symbol):
        return None
    if node.alphabet in _TRANSPOSES and letter.command in {"T", "H"}:
        return table.get(letter.command)
    return table.get(letter.text) if node.alphabet in {"rm", "it"} else None
