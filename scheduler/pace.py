"""How long cards take a learner, learnt from how long they took.

Responsible for two numbers: the seconds that all of a study day's work on a card is likely to
take, and how much of the time a card stood on the screen was study. A card that stood there for
a tea break was not studied for so long; what counts is then about what such a card usually takes.

Not responsible for what is done with them (`scheduler.selection`), nor for telling cards
apart by more than their kind and memory: what one card takes says little beyond these.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from enum import IntEnum
from math import exp, log, sqrt
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeAlias

from scheduler.memory import State

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence


class Part(IntEnum):
    """What a day's work on a card began with; a review, how it ended at first sight."""

    NEW = 0
    STEPS = 1
    RECALLED = 2
    FORGOTTEN = 3


# --- what is assumed of a learner of whom nothing is known --------------------------------

_SECONDS: Final = {"derivation": 75.0, "computation": 60.0, "example": 35.0, "comparison": 35.0}
_USUAL_SECONDS: Final = 25.0  # one showing
# A new card is read, and comes back at its steps; so does one that was forgotten.
_SHOWINGS: Final = {Part.NEW: 2.5, Part.STEPS: 1.3, Part.RECALLED: 1.0, Part.FORGOTTEN: 2.5}
_DUE: Final = 0.9  # the retrievability of a card of which nothing else is said
_SPREAD: Final = 0.6  # standard deviation of the logarithm of a showing's seconds

# --- how much evidence weighs -------------------------------------------------------------

# How much a card of a day differs from what is expected of it, and how much learners, parts,
# kinds and the two together differ from what is expected of them, as variances of logarithms.
# Their ratio is the number of cards that what was expected is worth.
_OF_CARDS: Final = 0.6
_OF_LEARNERS: Final = 0.3
_OF_PARTS: Final = 0.1
_OF_KINDS: Final = 0.1
_OF_CLASSES: Final = 0.03
# Cards of a day after which work weighs half: kinds differ for good, but learners get faster.
_HALF_LIFE: Final = 600
_RECENT_HALF_LIFE: Final = 100
_OF_TIMES: Final = 0.02  # by which the recent work of a learner differs from what was before
# How many showings the assumed median, that of the learner, and the assumed spread are worth.
_WORTH_OF_MIDDLE: Final = 5
_WORTH_OF_KIND: Final = 10
_WORTH_OF_SPREAD: Final = 20
_WORTH_OF_LAPSES: Final = 5.0  # forgotten cards
_FOR_LAPSES: Final = 1_000  # the last cards of a day, which lapses are counted of

# --- what is no study ---------------------------------------------------------------------

_TAIL: Final = 3.0  # so many standard deviations above the median are still believed
_BREAK: Final = 2.0  # beyond so many times the longest that is believed, nothing is
_LONGEST: Final = 600.0  # seconds; no card is studied for longer at a time
_SHORTEST: Final = 0.1  # seconds; so that every time has a logarithm

Class: TypeAlias = tuple[str, Part]


class Showing(NamedTuple):
    """One showing of a card, up to its rating.

    Attributes:
        card_id: Which card.
        day: The study day.
        kind: The kind of its question.
        state: Its state before.
        state_after: Its state after.
        seconds: How long it stood on the screen.
        retrievability: What was believed of it, of a card in state REVIEW; None where that is
            not known.
    """

    card_id: int
    day: int
    kind: str
    state: int
    state_after: int
    seconds: float
    retrievability: float | None = None


class Work(NamedTuple):
    """All that was done on a card in one study day.

    Attributes:
        kind: The kind of its question.
        part: What it began with.
        seconds: How long each showing stood on the screen.
        retrievability: As in `Showing`, of the first one.
    """

    kind: str
    part: Part
    seconds: tuple[float, ...]
    retrievability: float | None = None


class Limit(NamedTuple):
    """What one showing of a kind takes, in seconds.

    Attributes:
        usual: The mean.
        longest: The longest that is wholly believed to be study.
    """

    usual: float
    longest: float


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast a learner works; without anything learnt, how fast learners do.

    Attributes:
        day: Kind and part to the seconds of a day's work on a card.
        limits: Kind to what one showing takes.
        factors: Part to how many times the usual time work takes, of kinds not in `day`.
        factor: The same of one showing, of kinds not in `limits`.
        lapses: How many times as often as believed a card turns out to be forgotten.
    """

    day: Mapping[Class, float] = field(default_factory=dict)
    limits: Mapping[str, Limit] = field(default_factory=dict)
    factors: Mapping[Part, float] = field(default_factory=dict)
    factor: float = 1.0
    lapses: float = 1.0

    def seconds(self, kind: str, state: int, retrievability: float = _DUE) -> float:
        """Return the likely seconds of a study day's work on a card.

        For a card in steps, this is the work that is left.

        Args:
            kind: The kind of its question.
            state: Its `scheduler.memory.State`.
            retrievability: Of a card in state REVIEW: one that is forgotten comes back.
        """
        part = _PARTS[state]
        recalled = self._of((kind, part))
        if part != Part.RECALLED:
            return recalled
        forgotten = min(1.0, self.lapses * (1 - retrievability))
        return recalled + forgotten * (self._of((kind, Part.FORGOTTEN)) - recalled)

    def _of(self, place: Class) -> float:
        found = self.day.get(place)
        return self.factors.get(place[1], 1.0) * _assume(place) if found is None else found

    def counted_seconds(self, seconds: float, kind: str) -> float:
        """Return how many of the seconds that a card stood on the screen were study.

        All of them, up to what is long for this learner and kind of question; twice as
        long is a break, of which only what such a card usually takes counts. In between,
        less and less is believed.
        """
        limit = self.limits.get(kind)
        if limit is None:
            middle = log(self.factor * _assume_showing(kind)) - _SPREAD**2 / 2
            limit = _set_limit(middle, _SPREAD)
        return _count(seconds, limit)


DEFAULT_PACE: Final = Pace()

# By state; a review is recalled until it turns out that it was not.
_PARTS: Final = (Part.NEW, Part.STEPS, Part.RECALLED, Part.STEPS)


def _assume_showing(kind: str) -> float:
    """Return the seconds of one showing to a learner who is not known."""
    return _SECONDS.get(kind, _USUAL_SECONDS)


def _assume(place: Class) -> float:
    """Return the seconds of a day's work on a card of a learner who is not known."""
    kind, part = place
    return _assume_showing(kind) * _SHOWINGS[part]


def _set_limit(middle: float, spread: float) -> Limit:
    """Return the limit for log-normal times, from the mean and spread of their logarithms."""
    longest = min(exp(middle + _TAIL * max(spread, _SPREAD)), _LONGEST)
    return Limit(min(exp(middle + spread**2 / 2), longest), longest)


def _count(seconds: float, limit: Limit) -> float:
    usual, longest = limit
    if seconds <= longest:
        return seconds
    doubt = (seconds / longest - 1) / (_BREAK - 1)
    return usual if doubt >= 1 else longest + doubt * (usual - longest)


# --- from showings to work ----------------------------------------------------------------


def gather_work(showings: Iterable[Showing]) -> list[Work]:
    """Return the work of each card and day, in the order in which it ended.

    What follows when a card has got into steps is also work of its own, the part STEPS:
    that is how much is left of a card in steps. Work that has not ended is left out: a card
    of the last day that is still in steps.

    Args:
        showings: In the order in which they were.
    """
    by_card: dict[tuple[int, int], list[Showing]] = {}
    for showing in showings:
        by_card.setdefault((showing.day, showing.card_id), []).append(showing)
    last_day = max((day for day, _ in by_card), default=0)
    return [
        piece
        for (day, _), shown in by_card.items()
        if day != last_day or _PARTS[shown[-1].state_after] != Part.STEPS
        for piece in _split_day(shown)
    ]


def _split_day(shown: Sequence[Showing]) -> Iterator[Work]:
    """Yield a day's work on a card, and what of it was done in steps."""
    first = shown[0]
    seconds = tuple([showing.seconds for showing in shown])
    part = _PARTS[first.state]
    if part == Part.RECALLED and first.state_after != State.REVIEW:
        part = Part.FORGOTTEN
    yield Work(first.kind, part, seconds, first.retrievability)
    if part != Part.STEPS:
        for place, showing in enumerate(shown):
            if _PARTS[showing.state] == Part.STEPS:
                yield Work(first.kind, Part.STEPS, seconds[place:])
                return


# --- from work to a pace ------------------------------------------------------------------


class _Total(NamedTuple):
    """The work of one class: how many cards (recent ones count for more), how many seconds."""

    cards: float = 0.0
    seconds: float = 0.0


def learn_pace(work: Sequence[Work]) -> Pace:
    """Return the pace of a learner, learnt from work, the oldest first.

    The total of many cards is what counts, so means are learnt and not medians. Each level
    (the learner, parts, kinds, parts of a kind) corrects what the one before expects, as
    far as the evidence goes; so ten cards already say something, and nothing is overdone.
    """
    if not work:
        return DEFAULT_PACE
    limits, factor = _learn_limits(work)
    totals = _add_up(work, limits, _HALF_LIFE)
    expected = {place: _assume(place) for place in totals}
    factors: Mapping[Part, float] = {}
    for level, variance in _LEVELS:
        corrections = _correct(totals, expected, level, variance)
        expected = {place: expected[place] * corrections[level(place)] for place in totals}
        if level is _part_of:
            factors = {place[1]: expected[place] / _assume(place) for place in expected}
    recent = _add_up(work, limits, _RECENT_HALF_LIFE)
    now = _correct(recent, expected, _nothing, _OF_TIMES)[""]
    expected = {place: now * seconds for place, seconds in expected.items()}
    factors = {part: now * value for part, value in factors.items()}
    return Pace(expected, limits, factors, factor, _learn_lapses(work))


def _nothing(_place: Class) -> str:
    return ""


def _part_of(place: Class) -> Part:
    return place[1]


def _kind_of(place: Class) -> str:
    return place[0]


def _itself(place: Class) -> Class:
    return place


_LEVELS: Final[tuple[tuple[Callable[[Class], Hashable], float], ...]] = (
    (_nothing, _OF_LEARNERS),
    (_part_of, _OF_PARTS),
    (_kind_of, _OF_KINDS),
    (_itself, _OF_CLASSES),
)


def _correct(
    totals: Mapping[Class, _Total],
    expected: Mapping[Class, float],
    level: Callable[[Class], Hashable],
    variance: float,
) -> dict[Hashable, float]:
    """Return by how much each group of classes takes longer than expected, shrunk towards 1."""
    found: dict[Hashable, list[float]] = defaultdict(lambda: [0.0, 0.0, 0.0])
    for place, total in totals.items():
        sums = found[level(place)]
        sums[0] += total.cards
        sums[1] += total.seconds
        sums[2] += total.cards * expected[place]
    worth = _OF_CARDS / variance
    # With the same number of cards that took what was expected.
    return {
        group: (taken + worth * hoped / cards) / (hoped + worth * hoped / cards) if cards else 1.0
        for group, (cards, taken, hoped) in found.items()
    }


def _add_up(
    work: Sequence[Work], limits: Mapping[str, Limit], half_life: int
) -> dict[Class, _Total]:
    """Return the totals of all states of the kinds that were seen."""
    totals = {(kind, part): _Total() for kind in limits for part in Part}
    weight, fading = 1.0, 0.5 ** (1 / half_life)
    for kind, part, shown, _ in reversed(work):
        cards, seconds = totals[kind, part]
        counted = sum(_count(each, limits[kind]) for each in shown)
        totals[kind, part] = _Total(cards + weight, seconds + weight * counted)
        weight *= fading
    return totals


def _learn_lapses(work: Sequence[Work]) -> float:
    """Return how many times as often as was believed cards had been forgotten."""
    found = believed = _WORTH_OF_LAPSES
    for piece in work[-_FOR_LAPSES:]:
        if piece.retrievability is not None:
            found += piece.part == Part.FORGOTTEN
            believed += 1 - piece.retrievability
    return found / believed


def _learn_limits(work: Sequence[Work]) -> tuple[dict[str, Limit], float]:
    """Return what one showing of each kind takes, and how many times the usual time that is.

    From medians, on which breaks have no hold.
    """
    logs: dict[str, list[float]] = defaultdict(list)
    for kind, _, shown, _ in work:
        usual = _assume_showing(kind)
        logs[kind] += [log(max(seconds, _SHORTEST) / usual) for seconds in shown]
    every = [value for values in logs.values() for value in values]
    assumed = -(_SPREAD**2) / 2
    middle = _shrink(_median(every), len(every), assumed, _WORTH_OF_MIDDLE)
    found = {kind: _median(values) for kind, values in logs.items()}
    middles = {
        kind: _shrink(value, len(logs[kind]), middle, _WORTH_OF_KIND)
        for kind, value in found.items()
    }
    apart = [abs(value - found[kind]) for kind, values in logs.items() for value in values]
    # 1.4826 makes the median deviation of normal values their standard deviation.
    variance = _shrink((1.4826 * _median(apart)) ** 2, len(apart), _SPREAD**2, _WORTH_OF_SPREAD)
    limits = {
        kind: _set_limit(log(_assume_showing(kind)) + value, sqrt(variance))
        for kind, value in middles.items()
    }
    return limits, exp(middle - assumed)


def _median(values: Sequence[float]) -> float:
    # Not the one of `statistics`, which imports for longer than a plan takes.
    return sorted(values)[len(values) // 2]


def _shrink(found: float, number: int, assumed: float, worth: float) -> float:
    return (number * found + worth * assumed) / (number + worth)


# --- keeping it ---------------------------------------------------------------------------


def pace_as_data(pace: Pace) -> dict[str, Any]:
    """Return a pace as JSON can keep it."""
    kinds = dict.fromkeys(kind for kind, _ in pace.day)
    return {
        "day": {kind: [round(pace.day[kind, part], 3) for part in Part] for kind in kinds},
        "limits": {kind: [round(n, 3) for n in limit] for kind, limit in pace.limits.items()},
        "factors": [round(pace.factors.get(part, 1.0), 4) for part in Part],
        "factor": round(pace.factor, 4),
        "lapses": round(pace.lapses, 4),
    }


def pace_from_data(data: Mapping[str, Any]) -> Pace:
    """Return the pace that `pace_as_data` described.

    Raises:
        ValueError, TypeError, KeyError: It describes none.
    """
    day = {
        (kind, part): float(number)
        for kind, numbers in data["day"].items()
        for part, number in zip(Part, numbers, strict=True)
    }
    limits = {kind: Limit(*numbers) for kind, numbers in data["limits"].items()}
    factors = dict(zip(Part, data["factors"], strict=True))
    return Pace(day, limits, factors, float(data["factor"]), float(data["lapses"]))
