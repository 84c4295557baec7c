r"""The room between the things of a row: TeX's spacing (The TeXbook, chapter 18), in columns.

Three things differ, because a terminal's letters are all upright and of one width: words stand
off from the letters beside them (`tr A`, not `trA`), nothing stands off from a slash or from the
inside of a pair of bars, and no comma from what it stands behind (`1, …, n`).
"""

from __future__ import annotations

from mlready.mathtext.symbols import BIN, CLOSE, INNER, OP, OPEN, ORD, PUNCT, REL, Symbol
from mlready.mathtext.tree import Big, Node, Row, Scripts, Space, Styled, Unknown, Words, kinds_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import Final

THIN: Final = 3
SMALLEST_AT_ENDS: Final = 9  # mu; less than that at the ends of a row does not show

# In mu, by the kind on the left, then by the one on the right, in the order of their numbers.
# Chapter 18 marks what vanishes in scripts with parentheses; so do negative numbers here. Where it
# says that something cannot happen, there is none.
_TABLE: Final = (
    #  ORD OP BIN REL OPEN CLOSE PUNCT INNER
    (0, 3, -4, -5, 0, 0, 0, -3),  # ORD
    (3, 3, 0, -5, 0, 0, 0, -3),  # OP
    (-4, -4, 0, 0, -4, 0, 0, -4),  # BIN
    (-5, -5, 0, 0, -5, 0, 0, -5),  # REL
    (0, 0, 0, 0, 0, 0, 0, 0),  # OPEN
    (0, 3, -4, -5, 0, 0, 0, -3),  # CLOSE
    (-3, -3, 0, -3, -3, -3, -3, -3),  # PUNCT
    (-3, 3, -4, -5, -3, 0, 0, -3),  # INNER
)
_IN_TEXT: Final = tuple(tuple(abs(mu) for mu in row) for row in _TABLE)
_IN_SCRIPT: Final = tuple(tuple(max(mu, 0) for mu in row) for row in _TABLE)

# What a binary operator cannot follow, and what it cannot precede: there it is ordinary.
_NO_LEFT: Final = frozenset((BIN, OP, REL, OPEN, PUNCT))
_NO_RIGHT: Final = frozenset((REL, CLOSE, PUNCT))
_BARS: Final = frozenset("|‖")
_WORDS: Final = frozenset(("rm", "sf", "tt"))


def gaps(items: Sequence[Node], *, in_script: bool) -> list[int]:
    """The blank columns before each item of a row.

    A `Space` has none itself: it is part of what stands before the next thing, or, behind the
    last thing, before the last `Space`.

    Args:
        items: of a row, in order.
        in_script: whether the row is a script, where less room is left.
    """
    blanks = [0] * len(items)
    things = [at for at, item in enumerate(items) if type(item) is not Space]
    if len(things) < 2 and len(things) == len(items):
        return blanks
    kinds = kinds_in_row(items, things)
    table = _IN_SCRIPT if in_script else _IN_TEXT
    before, kind = -1, OPEN  # the thing on the left, and what it is
    for (left, right), at in zip(kinds, things, strict=True):
        explicit = _mu_between(items, before, at)
        if before < 0:
            blanks[at] = columns(explicit) if explicit >= SMALLEST_AT_ENDS else 0
        else:
            blanks[at] = columns(explicit + _mu(items[before], items[at], table[kind][left]))
        before, kind = at, right
    trailing = _mu_between(items, before, len(items))
    if trailing >= SMALLEST_AT_ENDS:
        blanks[-1] = columns(trailing)
    return blanks


def columns(mu: int) -> int:
    """The columns of a terminal that stand for so much room."""
    if mu <= 0:
        return 0
    return 1 if mu <= 12 else round(mu / 9)


def _mu_between(items: Sequence[Node], before: int, at: int) -> int:
    """The room that was asked for between two places."""
    if at - before == 1:
        return 0
    return sum([item.mu for item in items[before + 1 : at] if isinstance(item, Space)])


def _mu(left: Node, right: Node, usual: int) -> int:
    """The room that two things leave by themselves."""
    if usual:
        return 0 if _is_slash(left) or _is_slash(right) else usual
    if _is_word(left):
        return THIN if _is_word(right) or _continues_words(right) else 0
    return THIN if _is_word(right) and _continues_words(left) else 0


def _is_slash(node: Node) -> bool:
    return type(node) is Symbol and node.text == "/"


def _is_word(node: Node) -> bool:
    """Whether this is upright letters that letters beside them would run into."""
    if type(node) is Scripts:
        node = node.base
    if type(node) is Styled:
        return node.alphabet in _WORDS and len(node.body.items) > 1
    return type(node) is Unknown


def _continues_words(node: Node) -> bool:
    if type(node) is Scripts:
        node = node.base
    if type(node) is Symbol:
        return node.kind == ORD and node.text.isalnum()
    if type(node) is Words and node.parts:
        first, last = node.parts[0], node.parts[-1]
        if first[:1] == " " or last[-1:] == " ":
            return False  # the author left the room
    return kinds_of(node)[0] == ORD and node != Row(())


def kinds_in_row(items: Sequence[Node], things: Sequence[int]) -> list[tuple[int, int]]:
    """What each thing is to its left and to its right, where it stands.

    Args:
        items: of a row, in order.
        things: the places of those that are no `Space`.
    """
    kinds: list[tuple[int, int]] = []
    bars: list[int] = []
    for at in things:
        item = items[at]
        kinds.append((item.kind, item.kind) if type(item) is Symbol else kinds_of(item))
        if bar_of(item):
            bars.append(len(kinds) - 1)
    if len(bars) > 1:
        ends = [type(items[at]) is Scripts for at in things]
        _pair_bars([bar_of(items[at]) for at in things], ends, kinds)
    last = len(kinds) - 1
    for at, (kind, _) in enumerate(kinds):
        if kind != BIN:
            continue
        # From the left on: an operator that has become ordinary is something on the left.
        has_left = (
            at > 0 and kinds[at - 1][1] not in _NO_LEFT and not _is_slash(items[things[at - 1]])
        )
        if not has_left or at == last or kinds[at + 1][0] in _NO_RIGHT:
            is_sign = at < last and kinds[at + 1][0] in {OP, INNER}
            kinds[at] = ORD, OPEN if is_sign else ORD  # a sign is close to what it is of
    return kinds


def bar_of(node: Node) -> str:
    """The bar that this is, scripts aside; empty if it is none."""
    if type(node) is Scripts:
        node = node.base
    if type(node) is Symbol and node.kind == ORD and node.text in _BARS:
        return node.text
    if type(node) is Big and node.kind == ORD and node.symbol.text in _BARS:
        return f"big {node.symbol.text}"
    return ""


def _pair_bars(bars: Sequence[str], ends: Sequence[bool], kinds: list[tuple[int, int]]) -> None:
    """Say of the bars between the same brackets which open and which close, if they come in pairs.

    TeX takes them for letters, and so the minus of `|-x|` for one between two things. A bar with
    scripts opens nothing: in `f|_a - g|_b` there are no pairs.
    """
    for level in list(_levels(bars, kinds)):
        pairs = _pairs(level, kinds) if len(level) % 2 == 0 else []
        if not any(ends[opening] for opening, _ in pairs):
            for opening, closing in pairs:
                kinds[opening] = OPEN, OPEN
                kinds[closing] = CLOSE, CLOSE


def _pairs(level: Sequence[int], kinds: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Which bars belong together: the nearest, or as in `||a| - |b||` where that gives sense."""
    opened: list[int] = []
    pairs: list[tuple[int, int]] = []
    for at in level:
        starts = at - 1 in opened or kinds[at - 1][1] in _NO_LEFT
        if opened and not starts:
            pairs.append((opened.pop(), at))
        else:
            opened.append(at)
    return list(zip(level[::2], level[1::2], strict=True)) if opened else pairs


def _levels(bars: Sequence[str], kinds: Sequence[tuple[int, int]]) -> Iterator[list[int]]:
    """The places of the bars of one sort that stand between the same brackets."""
    levels: list[dict[str, list[int]]] = [{}]
    for at, (kind, bar) in enumerate(zip(kinds, bars, strict=True)):
        if bar:
            levels[-1].setdefault(bar, []).append(at)
        elif kind == (OPEN, OPEN):
            levels.append({})
        elif kind == (CLOSE, CLOSE) and len(levels) > 1:
            yield from levels.pop().values()
    for level in levels:
        yield from level.values()
