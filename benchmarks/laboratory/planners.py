"""The ways to plan a day that are held against each other: ours, Anki's, and what seems obvious.

Ours is `scheduler.planning.plan_day` as it is shipped, through the interface that the application
uses. The others get the same cards and the same minutes.
"""

from __future__ import annotations

import random
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Final, Literal, NamedTuple, TypeAlias

from scheduler.gate import is_recalled
from scheduler.memory import State
from scheduler.path import BREADTH_FIRST_PHASES, find_path
from scheduler.planning import DEFAULT_POLICY, Policy, plan_day
from scheduler.queue import Later, Plan, QueueCard, Today
from scheduler.worth import recall_gain

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from benchmarks.laboratory.worlds import World
    from scheduler.gate import Gate
    from scheduler.preset import Preset
    from scheduler.simulation import Planner
    from scheduler.worth import Worth

Kind: TypeAlias = Literal["ours", "anki", "strict"]
Order: TypeAlias = Literal["topological", "random"]
# Anki's own limit of new cards a day.
ANKI_NEW: Final = 20
NO_LIMIT: Final = 10_000


class Way(NamedTuple):
    """A way to plan a day.

    Attributes:
        label: What tables call it.
        kind: Ours with the policy below, Anki's, or one strict topological queue.
        order: Of new cards, in Anki.
        mixed: Whether Anki spreads new cards among reviews; else they come after them.
        new_per_day: New cards begun on a day, at most.
        fitted: Whether no more is begun than the minutes left should be enough for, so that the
            steps of a card end within the day; ours always does.
        worth: Ours: what reviews are picked by, the shipped gain in recall, that gain without
            importance after an absence, or due date.
        gate: Ours: build on a prerequisite when it is recalled, as shipped, or when each of its
            cards has a stability of so many days.
        knows_goal: Ours: whether new cards follow the goal.
        by_topic: Ours: whether the path goes topic by topic, not breadth before depth.
        new_share: Ours: as in `Policy`; None: as shipped.
        patience: Ours: likewise.
        credits: Ours: whether exercises count.
        weight: What they are taken to be worth then; None: that is learnt, as shipped.
    """

    label: str
    kind: Kind = "ours"
    order: Order = "topological"
    mixed: bool = True
    new_per_day: int = NO_LIMIT
    fitted: bool = False
    worth: Literal["gain", "gain alone", "due date"] = "gain"
    gate: float | None = None
    knows_goal: bool = True
    by_topic: bool = False
    new_share: float | None = None
    patience: float | None = None
    credits: bool = False
    weight: float | None = None


OURS: Final = Way("ours, as shipped")
OURS_WITHOUT_GOAL: Final = Way("ours, not told the goal", knows_goal=False)
OURS_TWENTY: Final = Way("ours, 20 new a day at most", new_per_day=ANKI_NEW)
BY_DUE_DATE: Final = Way("ours, reviews by due date", worth="due date", patience=1.0)
BY_GAIN_ALONE: Final = Way("ours, gain without importance", worth="gain alone")
STABLE_3: Final = Way("ours, gate: stability of 3 d", gate=3.0)
STABLE_21: Final = Way("ours, gate: stability of 21 d", gate=21.0)
CREDITING: Final = Way("ours, credit is learnt", credits=True)
ASSUMING_CREDIT: Final = Way("ours, credit of .3 assumed", credits=True, weight=0.3)
BY_TOPIC: Final = Way("ours, depth with its breadth", by_topic=True)
STRICT: Final = Way("strict foundations first", "strict", new_per_day=ANKI_NEW)
ANKI_DEFAULT: Final = Way("Anki's default: random new cards", "anki", "random", new_per_day=20)
ANKI: Final = Way("Anki, topological positions", "anki", new_per_day=ANKI_NEW)
ANKI_REVIEWS_FIRST: Final = Way(
    "Anki, topological, reviews first", "anki", mixed=False, new_per_day=ANKI_NEW
)
ANKI_NO_LIMIT: Final = Way("Anki, topological, no limit on new", "anki")
ANKI_FITTED: Final = Way(
    "Anki, topological, ends its steps", "anki", new_per_day=ANKI_NEW, fitted=True
)


def make_planner(way: Way, world: World, goal: str | None, seed: int) -> Planner:
    """Return what plans the days of a learner in a world."""
    planner: Planner
    if way.kind == "ours":
        phases = world.phases
        if way.by_topic:
            phases = {topic: phase + BREADTH_FIRST_PHASES for topic, phase in phases.items()}
        path = find_path(world.graph, phases, goal=goal if way.knows_goal else None)
        planner = partial(plan_day, graph=world.graph, path=path, policy=make_policy(way))
    elif way.kind == "strict":
        rank = world.graph.rank
        planner = StrictPlanner(lambda card: (rank[card.topic], card.position))
    else:
        shuffle = random.Random(f"{seed} shuffle")
        chance = {card.card_id: shuffle.random() for card in world.cards}
        is_random = way.order == "random"
        planner = AnkiPlanner(
            lambda card: chance[card.card_id] if is_random else card.position, mixed=way.mixed
        )
    if way.fitted:
        planner = partial(_plan_what_fits, planner)
    return partial(_plan_limited, planner, way.new_per_day)


def make_policy(way: Way) -> Policy:
    """Return the policy of a way of ours: the shipped one but for what the way says."""
    shipped = DEFAULT_POLICY
    by_due_date = way.worth == "due date"
    after: Worth = _gain_alone if way.worth == "gain alone" else shipped.after_absence
    return shipped._replace(
        gate=is_recalled if way.gate is None else partial(_is_stable, way.gate),
        worth=_due_first if by_due_date else shipped.worth,
        after_absence=_due_first if by_due_date else after,
        new_share=shipped.new_share if way.new_share is None else way.new_share,
        patience=shipped.patience if way.patience is None else way.patience,
    )


def change_at(day: int, before: Planner, after: Planner) -> Planner:
    """Return a planner that is one before a study day, and another from it on."""

    def plan(cards: list[QueueCard], *, today: Today, preset: Preset) -> Plan:
        return (before if today.day < day else after)(cards, today=today, preset=preset)

    return plan


class AnkiPlanner:
    """As Anki does it: reviews by due date, new cards mixed in, no prerequisites."""

    def __init__(self, position: Callable[[QueueCard], object], *, mixed: bool = True) -> None:
        self._position = position
        self._mixed = mixed

    def __call__(self, cards: list[QueueCard], *, today: Today, preset: Preset) -> Plan:
        """Return the plan."""
        due = [c for c in cards if c.state == State.REVIEW and (c.due_day or 0) <= today.day]
        shuffle = random.Random(today.day)
        tie = {c.card_id: shuffle.random() for c in due}
        due.sort(key=lambda c: (c.due_day, tie[c.card_id]))
        due = due[: max(preset.reviews_per_day - today.done.reviews, 0)]
        new = sorted((c for c in cards if c.state == State.NEW), key=self._position)  # type: ignore[arg-type]
        new = new[: max(preset.new_per_day - today.done.new, 0)]
        return _make_plan(cards, today, _mix(due, new) if self._mixed else due + new)


class StrictPlanner:
    """One queue of due reviews and new cards, by foundations alone."""

    def __init__(self, position: Callable[[QueueCard], tuple[int, int]]) -> None:
        self._position = position

    def __call__(self, cards: list[QueueCard], *, today: Today, preset: Preset) -> Plan:
        """Return the plan."""
        due = [c for c in cards if c.state == State.REVIEW and (c.due_day or 0) <= today.day]
        new = sorted((c for c in cards if c.state == State.NEW), key=self._position)
        new = new[: max(preset.new_per_day - today.done.new, 0)]
        return _make_plan(cards, today, sorted([*due, *new], key=self._position))


def _make_plan(cards: list[QueueCard], today: Today, rest: Sequence[QueueCard]) -> Plan:
    """Return a plan of the steps that are due, and then the rest as it is ordered."""
    steps = [
        c
        for c in cards
        if c.state in (State.LEARNING, State.RELEARNING) and (c.due_day or 0) <= today.day
    ]
    now = [c for c in steps if c.last_day != today.day or (c.due_at or 0) <= today.now_ms]
    later = sorted((c.due_at or 0, c.card_id) for c in steps if c not in now)
    order = tuple(c.card_id for c in [*now, *rest])
    reviews = sum(c.state == State.REVIEW for c in rest)
    waits = tuple(Later(card_id, at) for at, card_id in later)
    return Plan(order, waits, len(now), reviews, len(rest) - reviews, 0.0, {})


def _mix(reviews: Sequence[QueueCard], new: Sequence[QueueCard]) -> list[QueueCard]:
    """Return both, spread evenly."""
    spread = [((i + 1) / (len(reviews) + 1), 0, c.card_id, c) for i, c in enumerate(reviews)]
    spread += [((i + 1) / (len(new) + 1), 1, c.card_id, c) for i, c in enumerate(new)]
    return [card for *_, card in sorted(spread)]


def _plan_limited(
    planner: Planner, new_per_day: int, cards: list[QueueCard], *, today: Today, preset: Preset
) -> Plan:
    """Plan with a limit on new cards and none on reviews: the minutes are the limit."""
    limited = _limit(preset, new_per_day)
    return planner(cards, today=today, preset=limited)


def _limit(preset: Preset, new_per_day: int) -> Preset:
    key = (preset, new_per_day)
    if key not in _LIMITED:
        limits = {"new_per_day": new_per_day, "reviews_per_day": NO_LIMIT}
        _LIMITED[key] = replace(preset, **limits)  # type: ignore[arg-type]
    return _LIMITED[key]


_LIMITED: dict[tuple[Preset, int], Preset] = {}


def _plan_what_fits(
    planner: Planner, cards: list[QueueCard], *, today: Today, preset: Preset
) -> Plan:
    """Return a plan that ends where the minutes are likely to be over."""
    plan = planner(cards, today=today, preset=preset)
    seconds = {card.card_id: card.seconds for card in cards}
    left = (preset.minutes_per_day or 0.0) * 60 - today.done.seconds
    left -= sum(seconds[waiting.card_id] for waiting in plan.later)
    order = []
    for number, card_id in enumerate(plan.order):
        left -= seconds[card_id]
        # As with ours, one more is taken if half of it fits, and steps always.
        if number >= plan.learning and left < -seconds[card_id] / 2:
            break
        order.append(card_id)
    return replace(plan, order=tuple(order))


def _is_stable(days: float, cards: Sequence[QueueCard], day: int, preset: Preset) -> bool:
    """Return whether all cards of a topic have a stability; a gate."""
    del day, preset
    return all(card.learned and (card.stability or 0.0) >= days for card in cards)


def _due_first(cards: Sequence[QueueCard], day: int, preset: Preset) -> list[float]:
    """Return a worth by which those due first come first.

    It is negative: importance after an absence weighs only what is positive.
    """
    del day, preset
    return [-float(card.due_day or 0) for card in cards]


def _gain_alone(cards: Sequence[QueueCard], day: int, preset: Preset) -> list[float]:
    """Return the shipped worth lowered below 0, which importance leaves as it is."""
    return [value - 1e6 for value in recall_gain(cards, day, preset)]


if TYPE_CHECKING:
    _STABLE: Gate = partial(_is_stable, 3.0)
