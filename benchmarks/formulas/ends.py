"""Moving the ends of groups: what is within a script, a fraction or a root, out of it and back."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final, NamedTuple, TypeAlias

from mlready.mathtext.commands import BRACES, FRACTIONS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from benchmarks.formulas.source import Argument, Item, Row


class Edit(NamedTuple):
    """A piece of the source to be replaced."""

    start: int
    end: int
    text: str


Change: TypeAlias = tuple[str, tuple[Edit, ...]]  # what is moved, and how

WIDE_ACCENTS: Final = frozenset((r"\overline", r"\underline", r"\widehat", r"\widetilde"))
_BRACES: Final = frozenset(f"\\{name}" for name in BRACES)
_FRACTIONS: Final = frozenset(f"\\{name}" for name, (bar, _) in FRACTIONS.items() if bar)
# What ends on the right with its last argument.
_ENDING: Final = {
    **{f"\\{name}": "a binomial coefficient" for name in FRACTIONS},
    **dict.fromkeys(_FRACTIONS, "a denominator"),
    **dict.fromkeys(WIDE_ACCENTS, "a line or hat"),
    **dict.fromkeys(_BRACES, "a brace"),
    r"\sqrt": "a root",
}
_INCOMPLETE: Final = frozenset(("bin", "rel", "punct", "open", "function", "op", "prefix"))
_SUMS: Final = frozenset(("+", "-", r"\pm", r"\mp"))
_LARGE_SPACES: Final = frozenset((r"\quad", r"\qquad"))
_MOST_SPLITS: Final = 3


def joined(*parts: str) -> str:
    """Pieces of source in a row; a blank keeps a command apart from the letter behind it."""
    whole = ""
    for part in parts:
        name = whole.rpartition("\\")[2]
        if part[:1].isalpha() and name.isalpha() and len(name) < len(whole):
            whole += " "
        whole += part
    return whole


def move_ends(tex: str, row: Row) -> Iterator[Change]:
    """Each group that ends on the right: its last things out of it, and the next thing into it."""
    for at, item in enumerate(row.items):
        for kind, argument, is_last in _groups_of(item):
            inner = argument.row
            for split in splits(inner.items):
                kept = tex[inner.start : inner.items[split - 1].end]
                moved = tex[inner.items[split].start : inner.end]
                edits = (
                    Edit(argument.start, argument.end, f"{{{kept}}}"),
                    Edit(item.end, item.end, moved),
                )
                yield kind, edits
            end = _end_of_next(row.items, at + 1)
            if is_last and end:
                tail = tex[item.end : end]
                edits = (
                    Edit(
                        argument.start,
                        argument.end,
                        f"{{{joined(tex[inner.start : inner.end], tail)}}}",
                    ),
                    Edit(item.end, end, ""),
                )
                yield kind, edits


def _groups_of(item: Item) -> Iterator[tuple[str, Argument, bool]]:
    """What ends a group of an item: the kind, the group, whether nothing of the item follows it."""
    is_brace = item.name in _BRACES
    for script in item.scripts:
        if script.sign != "'" and not is_brace:
            kind = "a subscript" if script.sign == "_" else "a superscript"
            yield kind, script.argument, script is item.scripts[-1]
    if not item.arguments or (item.scripts and not is_brace):
        return
    if item.name in _ENDING:
        yield _ENDING[item.name], item.arguments[-1], True


def splits(items: Sequence[Item]) -> list[int]:
    """Where a row can be parted so that both parts are formulas: three at most."""
    found = []
    depth = 0
    bars: Counter[str] = Counter()
    last = ""
    for at, item in enumerate(items):
        if at and depth == 0 and not any(n % 2 for n in bars.values()) and last:
            is_whole = last not in _INCOMPLETE and item.kind not in {"close", "postfix", "space"}
            if is_whole and "." not in (item.name, items[at - 1].name):
                found.append(at)
        depth += (item.kind == "open") - (item.kind == "close")
        bars[item.name] += item.kind == "bar"
        last = last if item.kind == "space" else item.kind
    if len(found) <= _MOST_SPLITS:
        return found
    return [found[0], found[len(found) // 2], found[-1]]


def _end_of_next(items: Sequence[Item], at: int) -> int:
    """Where the next thing ends, with the sign before it; 0 if there is none to be moved."""
    at = _skip_spaces(items, at)
    if at < len(items) and (items[at].kind == "bin" or items[at].name == ","):
        at = _skip_spaces(items, at + 1)
    while at < len(items) and items[at].kind in {"function", "op", "prefix"}:
        at = _skip_spaces(items, at + 1)
    if at >= len(items) or items[at].cells:
        return 0
    if items[at].kind in {"ord", "number"}:
        return items[at].end
    return _end_of_brackets(items, at) if items[at].kind == "open" else 0


def _end_of_brackets(items: Sequence[Item], at: int) -> int:
    depth = 0
    for item in items[at:]:
        depth += (item.kind == "open") - (item.kind == "close")
        if depth == 0:
            return item.end
    return 0


def _skip_spaces(items: Sequence[Item], at: int) -> int:
    while at < len(items) and items[at].kind == "space" and items[at].name not in _LARGE_SPACES:
        at += 1
    return at


def move_numerators(tex: str, row: Row) -> Iterator[Change]:
    r"""What stands before a fraction into its numerator, and back: terms and functions only.

    A factor may stand in both places: `2\frac{a}{b}` is `\frac{2a}{b}`.
    """
    for at, item in enumerate(row.items):
        if item.name not in _FRACTIONS or item.scripts:
            continue
        above = item.arguments[0]
        inner = tex[above.row.start : above.row.end]
        moved_at = _start_of_term(row.items, at)
        if moved_at is not None:
            head = tex[moved_at : item.start]
            edits = (
                Edit(moved_at, item.start, ""),
                Edit(above.start, above.end, f"{{{joined(head, inner)}}}"),
            )
            yield "a numerator", edits
        for split in _ends_of_terms(above.row.items):
            head = tex[above.row.start : above.row.items[split - 1].end]
            rest = tex[above.row.items[split].start : above.row.end]
            edits = (
                Edit(item.start, item.start, head),
                Edit(above.start, above.end, f"{{{rest}}}"),
            )
            yield "a numerator", edits


def _start_of_term(items: Sequence[Item], at: int) -> int | None:
    """Where a function or a term with its sign begins that ends before a place."""
    if at and items[at - 1].kind == "function":
        return items[at - 1].start
    if at > 1 and items[at - 1].name in _SUMS and items[at - 2].kind in {"ord", "number"}:
        return items[at - 2].start
    return None


def _ends_of_terms(items: Sequence[Item]) -> list[int]:
    """Where what stands first in a numerator ends: a function, or a term with its sign."""
    if len(items) > 1 and items[0].kind == "function":
        is_applied = len(items) == 2 or _end_of_brackets(items, 1) == items[-1].end
        return [1] if is_applied else []
    depth = 0
    for at, item in enumerate(items[:-1]):
        depth += (item.kind == "open") - (item.kind == "close")
        if depth == 0 and at and item.name in _SUMS and items[at + 1].kind != "space":
            return [at + 1]
    return []
