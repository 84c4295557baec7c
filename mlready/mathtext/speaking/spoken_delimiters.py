"""What stands between delimiters, aloud: sets, norms, absolute values, matrices."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, TypeAlias

from mlready.mathtext.speaking.spoken_phrases import PAUSE, enclosed, grid, join
from mlready.mathtext.speaking.spoken_rows import gather, is_simple, only_thing
from mlready.mathtext.speaking.spoken_scripts import say_script
from mlready.mathtext.symbols import CHARACTERS, REL, Symbol
from mlready.mathtext.tree import Fenced, Fraction, Grid, Node, Row, Scripts, Styled

Say: TypeAlias = Callable[[Row], str]

_GIVEN: Final = frozenset("|∣‖")
_SETS: Final = frozenset(("cal", "scr", "bb"))  # letters in these alphabets are sets between bars
_ENCLOSING: Final = {
    "‖": ("the norm of", "norm"),
    "⌊": ("the floor of", "floor"),
    "⌈": ("the ceiling of", "ceiling"),
}
_IN_PARENTHESES: Final = frozenset((("(", ")"), ("[", "]")))
_PLAIN_GRIDS: Final = frozenset(("matrix", "smallmatrix", "array"))
_OWN_DELIMITERS: Final = frozenset(("pmatrix", "bmatrix", "Bmatrix", "cases"))


def say_fenced(fenced: Fenced, say: Say, between: str = "given") -> str:
    """The words for something between delimiters.

    Args:
        fenced: what it is.
        say: how to say a row.
        between: what a bar in it says.
    """
    thing = only_thing(fenced.parts[0]) if len(fenced.parts) == 1 else None
    if isinstance(thing, Fraction) and not thing.bar and fenced.left.text == "(":
        return say(Row((thing,)))
    if isinstance(thing, Grid):
        return _say_around_grid(fenced, thing, say)
    body = _say_parts(fenced, say, between)
    left, right = fenced.left.text, fenced.right.text
    if left == right == "|" and len(fenced.parts) == 1:
        return _say_absolute(fenced.parts[0], body)
    if left in _ENCLOSING and len(fenced.parts) == 1:
        begin, end = _ENCLOSING[left]
        is_short = is_simple(fenced.parts[0])
        return f"{begin} {body}{PAUSE}" if is_short else enclosed(begin, body, end)
    return join(say_delimiter(fenced.left), body, say_delimiter(fenced.right))


def say_delimiter(symbol: Symbol) -> str:
    """A delimiter by itself."""
    return {"|": "bar", "‖": "double bar"}.get(symbol.text, symbol.speech)


def _say_parts(fenced: Fenced, say: Say, between: str) -> str:
    """What stands between delimiters; a bar within says `given`, or `such that` in a set."""
    said: list[str] = []
    for at, part in enumerate(fenced.parts):
        if at:
            middle = fenced.middles[at - 1]
            said.append(between if middle.text in _GIVEN else say_delimiter(middle))
        said.append(say(Row(tuple(_as_condition(thing, between) for thing in gather(part)))))
    return join(*said)


def _as_condition(thing: Node, between: str) -> Node:
    if not isinstance(thing, Symbol):
        return thing
    is_bar = thing.text in {"|", "∣"}
    is_colon = thing == CHARACTERS[":"] and between == "such that"
    return thing._replace(speech=between, kind=REL) if is_bar or is_colon else thing


def _say_absolute(row: Row, body: str) -> str:
    """Between bars: the size of a set, an absolute value, or what only its author knows."""
    thing = only_thing(row)
    base = thing.base if isinstance(thing, Scripts) else thing
    if isinstance(base, Styled) and base.alphabet in _SETS:
        is_short = thing is base
        return f"the size of {body}{PAUSE}" if is_short else enclosed("the size of", body, "size")
    # A capital letter may be a number, a set or a matrix.
    is_letter = isinstance(base, Symbol | Styled) and is_simple(Row((base,)))
    if is_letter and "capital" in body:
        return f"bar {body} bar"
    if is_simple(row):
        return f"the absolute value of {body}{PAUSE}"
    return enclosed("the absolute value of", body, "absolute value")


def say_norm(fenced: Fenced, sub: Row, say: Say) -> str:
    """A norm that has a name: `the 2 norm of x`."""
    body = _say_parts(fenced, say, "given")
    if not is_simple(sub):
        return join(enclosed("the norm of", body, "norm"), say_script("sub", sub, "sub", say))
    begin = f"the {say(sub)} norm of"
    if is_simple(fenced.parts[0]):
        return f"{begin} {body}{PAUSE}"
    return enclosed(begin, body, "norm")


def is_evaluation(base: Node) -> bool:
    """Whether a bar with a subscript says where something is evaluated."""
    if isinstance(base, Fenced):
        return not base.left.text and base.right.text == "|"
    return isinstance(base, Symbol) and base.text == "|"


def say_evaluation(base: Node, sub: Row, sup: Row | None, say: Say) -> str:
    """Something, and where it is evaluated, or between which places."""
    body = join(*map(say, base.parts)) if isinstance(base, Fenced) else ""
    place = say(sub) if sup is None else f"from {say(sub)} to {say(sup)}"
    if is_simple(sub) and sup is None:
        return f"{body}{PAUSE} at {place}{PAUSE}"
    begin = "evaluated at" if sup is None else "evaluated"
    return join(body + PAUSE, enclosed(begin, place, "point"))


def _say_around_grid(fenced: Fenced, value: Grid, say: Say) -> str:
    said = say_grid(value, say)
    if value.name in _OWN_DELIMITERS:
        return said
    if value.name == "vmatrix":
        return f"the determinant of {said}"
    if value.name in _PLAIN_GRIDS and (fenced.left.text, fenced.right.text) in _IN_PARENTHESES:
        return said
    return join(say_delimiter(fenced.left), said, say_delimiter(fenced.right))


def say_grid(value: Grid, say: Say) -> str:
    """Rows of cells."""
    rows = [[say(cell) for cell in cells] for cells in value.rows]
    return grid(value.name, rows, {at: say_label(tag, say) for at, tag in value.tags})


def say_label(tag: Row, say: Say) -> str:
    """A tag without its parentheses."""
    return say(tag).strip().removeprefix("(").removesuffix(")")
