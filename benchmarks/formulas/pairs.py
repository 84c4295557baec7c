r"""Minimal pairs: formulas that differ only in what belongs together, and mean different things.

    e^{-2nt^2/(b-a)^2}    e^{-2nt^2}/(b-a)^2     the end of a superscript moved
    \frac{a}{bc}          \frac{a}{b}c           the end of a denominator moved
    \sqrt{x+y}            \sqrt{x}+y             the end of a root moved

Left out is whatever may mean the same (`2\frac{a}{b}` and `\frac{2a}{b}`) and whatever TeX itself
prints alike (`ab^2` and `{ab}^2`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Final, NamedTuple, TypeAlias

from benchmarks.formulas.ends import Change, Edit, joined, move_ends, move_numerators
from benchmarks.formulas.source import CannotReadError, Item, Row, read
from benchmarks.formulas.swaps import move_cells, move_scripts, swap_places
from mlready.mathtext.commands import ACCENTS
from mlready.mathtext.reading.checking import find_mistake
from mlready.mathtext.reading.parser import parse
from mlready.mathtext.tree import Row as Group

_Find: TypeAlias = Callable[[str, Row], Iterator[Change]]
_GROUPINGS: Final[tuple[_Find, ...]] = (
    move_ends,
    move_numerators,
    move_scripts,
    swap_places,
    move_cells,
)


class Pair(NamedTuple):
    """What was moved in a formula, and the formula that came of it."""

    kind: str
    tex: str


def find_pairs(tex: str) -> list[Pair]:
    """The formulas that differ from this one only in one group, and in what they mean."""
    return _changed(tex, *_GROUPINGS)


def find_unmarked(tex: str) -> list[Pair]:
    """The formula with one accent or one root less: who prints both alike has dropped it."""
    return _changed(tex, _drop_marks)


def find_bases(tex: str) -> list[Pair]:
    r"""`{ab}^2` for `ab^2`, which TeX itself prints alike."""
    return _changed(tex, _join_bases)


def _changed(tex: str, *finders: _Find) -> list[Pair]:
    try:
        whole = read(tex)
    except CannotReadError:
        return []
    tree = _without_single_groups(parse(tex).tree)
    found: dict[str, Pair] = {}
    for row in _rows_in(whole):
        for find in finders:
            for kind, edits in find(tex, row):
                changed = _apply(tex, edits)
                if changed in found or find_mistake(changed) is not None:
                    continue
                if _without_single_groups(parse(changed).tree) != tree:
                    found[changed] = Pair(kind, changed)
    return list(found.values())


def _rows_in(row: Row) -> Iterator[Row]:
    yield row
    for item in row.items:
        arguments = [*item.arguments, *(script.argument for script in item.scripts)]
        for inner in (*(a.row for a in arguments), *(c for cells in item.cells for c in cells)):
            yield from _rows_in(inner)


def _apply(tex: str, edits: tuple[Edit, ...]) -> str:
    """The source with pieces replaced."""
    parts = []
    at = 0
    for start, end, text in sorted(edits):
        parts += [tex[at:start], text]
        at = end
    return joined(*parts, tex[at:])


def _without_single_groups(node: Any) -> Any:
    """A tree in which a group of one thing is that thing."""
    if isinstance(node, tuple):
        inner = [_without_single_groups(part) for part in node]
        if isinstance(node, Group):
            return Group(
                tuple(i for part in inner[0] for i in (part.items if _is_single(part) else (part,)))
            )
        return node._make(inner) if hasattr(node, "_make") else tuple(inner)
    return node


def _is_single(node: object) -> bool:
    return isinstance(node, Group) and len(node.items) == 1


def _drop_marks(tex: str, row: Row) -> Iterator[Change]:
    for item in row.items:
        is_accent = item.name.removeprefix("\\") in ACCENTS
        if is_accent or (item.name == r"\sqrt" and len(item.arguments) == 1):
            inner = item.arguments[-1].row
            text = tex[inner.start : inner.end]
            text = text if len(inner.items) == 1 else f"{{{text}}}"
            kind = "an accent" if is_accent else "a root"
            yield kind, (Edit(item.start, item.base_end, text),)


def _join_bases(_tex: str, row: Row) -> Iterator[Change]:
    for before, item in zip(row.items, row.items[1:], strict=False):
        if _is_plain(before) and not before.scripts and _is_plain(item) and item.scripts:
            edits = (Edit(before.start, before.start, "{"), Edit(item.base_end, item.base_end, "}"))
            yield "the base of a script", edits


def _is_plain(item: Item) -> bool:
    return item.kind in {"ord", "number"} and not item.arguments and not item.cells
