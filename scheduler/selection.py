"""Select what is studied in a day, within its limits."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from math import inf
from operator import attrgetter
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from scheduler.memory import State, shape_curve
from scheduler.preset import Preset
from scheduler.queue import Later, QueueCard, Today

if TYPE_CHECKING:
    from scheduler.graph import PrerequisiteGraph

# What each due card is worth, from the cards, the study day and the preset: the most
# worth are selected first.
Worth: TypeAlias = Callable[[Sequence[QueueCard], int, Preset], Sequence[float]]


_NEW, _REVIEW = int(State.NEW), int(State.REVIEW)


class Candidates(NamedTuple):
    """The cards that may be studied on a day; `new` ones in the order of learning."""

    steps: Sequence[QueueCard]
    due: Sequence[QueueCard]
    new: Iterable[QueueCard]


class Selection(NamedTuple):
    """The cards of a day, each kind the most urgent first; no two are siblings."""

    learning: list[QueueCard]
    reviews: list[QueueCard]
    new: list[QueueCard]
    later: list[Later]


def forgotten_first(cards: Sequence[QueueCard], day: int, preset: Preset) -> list[float]:
    """Return the chance that each card has been forgotten."""
    # Written out: as many values as cards are due, on the way to every first card.
    factor, decay = shape_curve(preset.parameters)
    return [
        1 - (1 + factor * elapsed / card.stability) ** decay
        if card.stability and (elapsed := day - (card.last_day or day)) > 0
        else 0.0
        for card in cards
    ]


def find_candidates(
    cards: Sequence[QueueCard],
    day: int,
    graph: PrerequisiteGraph,
    is_unlocked: Callable[[QueueCard], bool],
) -> Candidates:
    """Return the cards that are not suspended, buried or new and locked.

    Those in review are due, those in steps may have to wait. This looks at every card of the
    deck, so it looks at as little of each as it can.
    """
    steps: list[QueueCard] = []
    due: list[QueueCard] = []
    new: list[QueueCard] = []
    for card in cards:
        state = card.state
        if state == _REVIEW:
            if (card.due_day or 0) <= day:
                due.append(card)
        elif state == _NEW:
            new.append(card)
        else:
            steps.append(card)
    unlocked = filter(is_unlocked, _iterate_new(_awake(new, day), graph))
    return Candidates(_awake(steps, day), _awake(due, day), unlocked)


def _awake(cards: Sequence[QueueCard], day: int) -> list[QueueCard]:
    """Return the cards that are neither suspended nor buried."""
    return [c for c in cards if not c.suspended and (c.buried_day is None or c.buried_day < day)]


def select_cards(candidates: Candidates, preset: Preset, today: Today, worth: Worth) -> Selection:
    """Select the cards of a day.

    Cards in learning steps are always taken, then reviews by worth, then new cards as
    they come, as long as the numbers and the minutes of the day last. A card
    that is too long for the time left makes room for the next one.

    Args:
        candidates: The cards that may be studied.
        preset: The limits.
        today: The day, and what has been done in it.
        worth: What each due review is worth.
    """
    learning, waiting = _select_learning(candidates.steps, today)
    steps = learning + waiting
    done = today.done
    notes = {card.note_id for card in steps} | done.notes
    seconds = inf
    if preset.minutes_per_day is not None:
        seconds = preset.minutes_per_day * 60 - done.seconds - _total_seconds(steps)

    due = _rank_reviews(candidates.due, today.day, preset, worth)
    reviews = _take(due, preset.reviews_per_day - done.reviews, seconds, notes)
    seconds -= _total_seconds(reviews)
    new = _take(candidates.new, preset.new_per_day - done.new, seconds, notes)
    later = [Later(card.card_id, card.due_at or 0) for card in waiting]
    return Selection(learning, reviews, new, later)


def _select_learning(
    cards: Sequence[QueueCard], today: Today
) -> tuple[list[QueueCard], list[QueueCard]]:
    """Return cards in steps that are due, and those due later in the day.

    Of siblings the one already reviewed today goes on, else the one due first.
    """
    steps = sorted(
        (card for card in cards if (card.due_day or 0) <= today.day),
        key=lambda c: (c.last_day != today.day, c.due_at or 0, c.card_id),
    )
    notes: set[int] = set()
    due: list[QueueCard] = []
    waiting: list[QueueCard] = []
    for card in steps:
        begun = card.last_day == today.day
        if card.note_id in notes or (card.note_id in today.done.notes and not begun):
            continue
        notes.add(card.note_id)
        # A night ends every step shorter than a day.
        ended = not begun or card.due_at is None or card.due_at <= today.now_ms
        (due if ended else waiting).append(card)
    return due, waiting


def _rank_reviews(
    cards: Sequence[QueueCard], day: int, preset: Preset, worth: Worth
) -> list[QueueCard]:
    """Return due cards, the most worth first, equals by card id."""
    due = sorted(cards, key=attrgetter("card_id"))
    values = worth(due, day, preset)
    ranked = sorted(range(len(due)), key=values.__getitem__, reverse=True)
    return [due[index] for index in ranked]


def _iterate_new(cards: Sequence[QueueCard], graph: PrerequisiteGraph) -> Iterator[QueueCard]:
    """Yield new cards: foundations first, breadth before depth, as the author wrote."""
    by_topic: dict[str, list[QueueCard]] = defaultdict(list)
    for card in cards:
        by_topic[card.topic].append(card)
    for topic in sorted(by_topic, key=graph.rank.__getitem__):
        yield from sorted(
            by_topic[topic],
            key=lambda c: (c.level != "breadth", c.position, c.ordinal, c.card_id),
        )


def _take(
    cards: Iterable[QueueCard], number: int, seconds: float, notes: set[int]
) -> list[QueueCard]:
    """Take cards within limits, one of each note; `notes` gains theirs."""
    taken: list[QueueCard] = []
    if number <= 0:
        return taken
    for card in cards:
        if card.note_id in notes or card.seconds > seconds:
            continue
        notes.add(card.note_id)
        seconds -= card.seconds
        taken.append(card)
        if len(taken) == number:
            break
    return taken


def _total_seconds(cards: Iterable[QueueCard]) -> float:
    """Return the expected time of cards, in seconds."""
    return sum(card.seconds for card in cards)
