r"""Moving scripts and cells: `x_i` to `x^i`, `x_i^2` to `x_{i^2}`, a factor to the next cell."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Final

from benchmarks.formulas.ends import Change, Edit, splits
from mlready.mathtext.commands import BRACES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from benchmarks.formulas.source import Argument, Item, Row, Script

_MATRICES: Final = frozenset(
    ("matrix", "smallmatrix", "pmatrix", "bmatrix", "Bmatrix", "vmatrix", "Vmatrix", "array")
)
_FRACTIONS: Final = frozenset((r"\frac", r"\dfrac", r"\tfrac"))
_STACKS: Final = {r"\overset": r"\underset", r"\underset": r"\overset"}
# Superscripts that are marks rather than things.
_MARKS: Final = frozenset((r"\top", "*", r"\ast", r"\star", r"\dagger", r"\prime", "+", "-"))
_OTHER: Final = {"^": "_", "_": "^"}


def move_scripts(tex: str, row: Row) -> Iterator[Change]:
    """Scripts to the other side; scripts of the last thing in a group to the whole, and back."""
    for item in row.items:
        if item.name.removeprefix("\\") in BRACES or any(s.sign == "'" for s in item.scripts):
            continue
        if item.scripts and not any(map(_is_mark, item.scripts)):
            edits = tuple(Edit(s.start, s.start + 1, _OTHER[s.sign]) for s in item.scripts)
            yield "above or below", edits
        yield from _script_of_script(tex, item)
        yield from _script_of_group(tex, item)


def _is_mark(script: Script) -> bool:
    items = script.argument.row.items
    return not items or (len(items) == 1 and items[0].name in _MARKS)


def _script_of_script(tex: str, item: Item) -> Iterator[Change]:
    r"""`x^{y^2}` and `{x^y}^2`; `x_i^2` and `x_{i^2}`."""
    if item.kind == "op" or not item.scripts:
        return
    first = item.scripts[0]
    only = _only(first.argument)
    if len(item.scripts) == 1 and only is not None and len(only.scripts) == 1:
        inner = only.scripts[0]
        if inner.sign == "'" or _is_mark(inner):
            return
        base = f"{tex[item.start : first.start]}{first.sign}{{{tex[only.start : only.base_end]}}}"
        # A subscript's superscript may follow it: x_a^b. Twice the same needs braces.
        base = f"{{{base}}}" if inner.sign == first.sign else base
        yield "a script of a script", (Edit(item.start, item.end, base + _source(tex, inner)),)
    if len(item.scripts) == 2 and only is not None and not only.scripts:
        second = item.scripts[1]
        if first.sign != second.sign and not _is_mark(second) and not _is_mark(first):
            body = tex[only.start : only.end] + _source(tex, second)
            edit = Edit(first.start, item.end, f"{first.sign}{{{body}}}")
            yield "a script of a script", (edit,)


def _script_of_group(tex: str, item: Item) -> Iterator[Change]:
    r"""`\sqrt{x^2}` and `\sqrt{x}^2`, `\frac{a}{b^2}` and `\frac{a}{b}^2`.

    Not so with hats: a hat on the letter and a hat on the letter with its index mean the same.
    """
    if item.name not in {*_FRACTIONS, r"\sqrt"} or not item.arguments:
        return
    argument = item.arguments[-1]
    only = _only(argument)
    if only is None:
        return
    base = tex[only.start : only.base_end]
    if only.scripts and not item.scripts:
        moved = tex[only.base_end : only.end]
        yield "a script of a group", (Edit(argument.start, argument.end, f"{{{base}}}{moved}"),)
    if item.scripts and not only.scripts and item.name not in _FRACTIONS:
        moved = tex[item.base_end : item.end]
        edits = (
            Edit(argument.start, argument.end, f"{{{base}{moved}}}"),
            Edit(item.base_end, item.end, ""),
        )
        yield "a script of a group", edits


def _only(argument: Argument) -> Item | None:
    items = argument.row.items
    return items[0] if len(items) == 1 and items[0].kind in {"ord", "number"} else None


def _source(tex: str, script: Script) -> str:
    return tex[script.start : script.argument.end]


def swap_places(tex: str, row: Row) -> Iterator[Change]:
    """Above and below exchanged, and a binomial coefficient for a fraction in parentheses."""
    for item in row.items:
        if item.name in _STACKS:
            end = item.start + len(item.name)
            yield "above or below", (Edit(item.start, end, _STACKS[item.name]),)
        elif item.name.startswith(r"\x") and len(item.arguments) == 1:
            argument = item.arguments[0]
            if argument.row.items:
                text = f"[{tex[argument.row.start : argument.row.end]}]{{}}"
                yield "above or below", (Edit(argument.start, argument.end, text),)
        elif item.name in {r"\binom", r"\dbinom"}:
            text = rf"\left(\frac{tex[item.start + len(item.name) : item.base_end]}\right)"
            yield "a binomial coefficient", (Edit(item.start, item.base_end, text),)


def move_cells(tex: str, row: Row) -> Iterator[Change]:
    """What ends a cell of a matrix to the next cell, and what begins one to that before."""
    for item in row.items:
        if item.name not in _MATRICES:
            continue
        for cells in item.cells:
            for left, right in pairwise(cells):
                for split in splits(left.items)[-1:]:
                    start = left.items[split].start
                    moved = tex[start : left.end]
                    edits = (Edit(start, left.end, ""), Edit(right.start, right.start, moved))
                    yield "a cell of a matrix", edits
                for split in splits(right.items)[:1]:
                    end = right.items[split - 1].end
                    moved = tex[right.start : end]
                    edits = (Edit(left.end, left.end, moved), Edit(right.start, end, ""))
                    yield "a cell of a matrix", edits
