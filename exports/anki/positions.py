"""Where each new card stands in Anki's queue of new cards: numbers with room between them.

An import never moves a card that is already there. So a position, once given, is kept as long
as it can be, and a question that is inserted later finds a free number between its neighbours.
"""

from bisect import bisect_right
from collections.abc import Mapping, Sequence

# From 1,000,000 on, Anki's Check Database complains.
LAST_POSITION = 999_999

_WIDEST_STEP = 1_000


def place(
    order: Sequence[str], held: Mapping[str, int], last: int = LAST_POSITION
) -> dict[str, int]:
    """Return a position for each of `order`: strictly increasing, from 1 to `last`.

    No more positions change than have to: of those in `held`, the most that can stay do. The
    others are spread evenly between their neighbours, and those after the last one follow in
    wide steps, which leave room at the end as well.

    Args:
        order: Distinct keys, in the order in which their cards are introduced.
        held: Key -> its position so far; keys that are not in `order` are ignored, and so are
            positions out of range.
        last: The highest position.

    Raises:
        ValueError: `order` has more keys than there are positions.
    """
    total = len(order)
    if total > last:
        raise ValueError(f"{total} notes, but only {last} positions")
    positions: dict[str, int] = {}
    before = 0
    first = 0
    for index in _staying(order, held, last):
        position = held[order[index]]
        _spread(positions, order[first:index], before, position)
        positions[order[index]] = before = position
        first = index + 1
    appended = order[first:]
    end = before + _step(len(appended), last - before) * (len(appended) + 1)
    _spread(positions, appended, before, end)
    return positions


def _step(count: int, room: int) -> int:
    """Return the distance at which to append `count` keys, leaving a fifth of `room` if it can.

    A deck that grows by a few keys at a time takes a thousandth of the room with each, so that
    thousands of them find a place at the end before anything has to move.
    """
    return max(1, min(_WIDEST_STEP, (room + 1) // max(_WIDEST_STEP, count * 5 // 4)))


def _spread(positions: dict[str, int], keys: Sequence[str], low: int, high: int) -> None:
    """Give each of `keys` a position between `low` and `high`, at even distances."""
    for number, key in enumerate(keys, start=1):
        positions[key] = low + number * (high - low) // (len(keys) + 1)


def _staying(order: Sequence[str], held: Mapping[str, int], last: int) -> list[int]:
    """Return the indices of the keys that keep their positions.

    Two of them leave room for what comes between exactly if they are no closer in position
    than in index. So what may stay together is what does not fall in position less index, and
    the most of that is a longest non-decreasing subsequence, found by patience sorting.
    """
    spare = last - len(order)
    tails: list[int] = []
    slacks: list[int] = []
    previous: dict[int, int] = {}
    for index, key in enumerate(order):
        # Positions left free before this one; as many are taken as there are keys before it.
        slack = held.get(key, 0) - index - 1
        if not 0 <= slack <= spare:
            continue
        length = bisect_right(slacks, slack)
        previous[index] = tails[length - 1] if length else -1
        if length == len(tails):
            tails.append(index)
            slacks.append(slack)
        else:
            tails[length] = index
            slacks[length] = slack
    staying: list[int] = []
    index = tails[-1] if tails else -1
    while index >= 0:
        staying.append(index)
        index = previous[index]
    return staying[::-1]
