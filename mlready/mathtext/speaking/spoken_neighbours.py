"""Signs that say one thing or another, depending on what stands beside them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from mlready.mathtext.speaking.spoken_phrases import PAUSE
from mlready.mathtext.speaking.spoken_rows import COMMA
from mlready.mathtext.symbols import (
    BIN,
    CHARACTERS,
    CLOSE,
    FUNCTIONS,
    INNER,
    OP,
    ORD,
    REL,
    SYMBOLS,
    Symbol,
)
from mlready.mathtext.tree import (
    Accent,
    Fenced,
    Fraction,
    Name,
    Node,
    Root,
    Scripts,
    Styled,
    Words,
    kinds_of,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

_DISTRIBUTIONS: Final = frozenset("pqPQDUFNπρμν")
_ARROWS: Final = frozenset((SYMBOLS["to"], SYMBOLS["longrightarrow"]))
_COLONS: Final = frozenset((CHARACTERS[":"], SYMBOLS["colon"]))
_OPERANDS: Final = frozenset((ORD, OP, CLOSE, INNER))


def say_beside(things: Sequence[Node], at: int) -> str | None:
    """What the sign there says among its neighbours; None if it says what it always says."""
    thing = things[at]
    if not isinstance(thing, Symbol):
        return None
    before = things[at - 1] if at else None
    after = things[at + 1] if at + 1 < len(things) else None
    if thing.command == "cdot":
        is_product = _is_operand(before) and _is_operand(after) and before != SYMBOLS["nabla"]
        return None if is_product else "dot"
    if is_arrow(thing):
        is_map = any(item in _COLONS for item in things[:at])
        return f"{PAUSE} to" if is_map else "goes to"
    if thing.command == "sim" and thing.speech == SYMBOLS["sim"].speech:
        return _say_similar(things[max(at - 2, 0) : at], after)
    return None


def is_arrow(thing: Node) -> bool:
    """Whether a thing is the arrow of limits and maps."""
    return thing in _ARROWS


def _is_operand(neighbour: Node | None) -> bool:
    if neighbour is None or neighbour == COMMA:
        return False
    return bool({*kinds_of(neighbour)} & _OPERANDS) and not {*kinds_of(neighbour)} & {BIN, REL}


def _say_similar(before: Sequence[Node], after: Node | None) -> str:
    r"""`\sim`: a distribution, an asymptotic law, or only a sign where neither is plain."""
    base = base_of(after)
    is_named = isinstance(base, Styled | Name | Words)
    is_named = is_named or (isinstance(base, Symbol) and base.text in _DISTRIBUTIONS)
    last = base_of(before[-1]) if before else None
    is_value = isinstance(last, Fraction | Root) or last == CHARACTERS["!"]
    is_value = is_value or (isinstance(last, Symbol) and last.text[:1].isdigit())
    if isinstance(last, Fenced) and len(before) > 1:
        is_value = kinds_of(before[-2])[1] in {ORD, OP}  # a function's value
    if is_named and not is_value:
        return "is distributed as"
    is_law = is_value or isinstance(base, Fraction | Root)
    return "is asymptotic to" if is_law else "tilde"


def base_of(node: Node | None) -> Node | None:
    """What scripts and accents stand on."""
    while isinstance(node, Scripts | Accent):
        if isinstance(node, Scripts):
            node = node.base
        elif len(node.body.items) == 1:
            node = node.body.items[0]
        else:
            break
    return node


def is_function(thing: Node | None) -> bool:
    """Whether a thing is the name of a function, with scripts or without."""
    base = thing.base if isinstance(thing, Scripts) else thing
    return isinstance(base, Name) or (isinstance(base, Symbol) and base.command in FUNCTIONS)


def is_set(braces: Fenced, before: Node | None) -> bool:
    """Whether braces hold a set: `P{...}` and `Pr{...}` are probabilities."""
    if braces.left.text != "{":
        return False
    if before is None:
        return True
    base = before.base if isinstance(before, Scripts) else before
    if is_function(base) or base == SYMBOLS["Pr"]:
        return False
    return kinds_of(before)[1] != ORD
