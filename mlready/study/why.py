"""Why a topic is locked, a card is not in today's plan, or a card keeps lapsing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, NamedTuple, TypeAlias

from mlready.study.headway import find_ground
from mlready.study.overview import Standing, topic_standings
from scheduler.diagnosis import MOST_ROOTS, keeps_lapsing
from scheduler.memory import State
from scheduler.worth import recall_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mlready.study.day import StudyDay
    from scheduler.diagnosis import Gap, Ground, Root
    from scheduler.queue import Plan, QueueCard

_MOST_LOOKED_AT = 12  # of weak cards, to find some that can be reviewed right now

# Where a card is in today's plan, or why it is not in it.
Planning: TypeAlias = Literal[
    "planned", "later", "suspended", "buried", "known", "closed", "locked", "not due", "sibling",
    "new limit", "review limit", "minutes",
]  # fmt: skip


class Beyond(NamedTuple):
    """Questions of a topic that wait for more than the topic does.

    Attributes:
        questions: how many.
        waits_for: the topics that they require beyond.
    """

    questions: int
    waits_for: tuple[str, ...]


class Chain(NamedTuple):
    """What something waits for.

    Attributes:
        waits_for: the topics it waits for itself.
        gaps: these and all that they wait for, each before what it waits for.
        begin: those of them that can be worked on, in the order of the path.
    """

    waits_for: tuple[str, ...]
    gaps: dict[str, Gap]
    begin: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TopicReason:
    """Why a topic stands where it stands.

    Attributes:
        topic: which one.
        standing: where it stands.
        gap: why it cannot be built on; None if it can, or has no cards in study.
        chain: what it waits for.
        in_goal: whether the goal rests on it, or is it.
        cards: how many cards it has in study.
        new: how many of these were never begun.
        free: how many of its new cards can be begun now.
        seconds: about how long it takes to learn these.
        suspended: how many cards it has besides that are suspended, and so do not count.
        beyond: its new questions that wait for more than it does.
    """

    topic: str
    standing: Standing
    gap: Gap | None
    chain: Chain
    in_goal: bool
    cards: int
    new: int
    free: int
    seconds: float
    suspended: int
    beyond: Beyond


class WeakCard(NamedTuple):
    """A weak card that another one rests on."""

    card_id: int
    topic: str
    state: State
    learned: bool
    suspended: bool
    recall: float
    lapses: int


@dataclass(frozen=True, slots=True)
class Weakness:
    """What lies beneath a card that keeps lapsing.

    Attributes:
        roots: the weakest cards it rests on, the weakest first.
        first: the cards that can be reviewed before it, foundations first.
        foundations: how many topics it rests on; with none, there is nothing to look at.
    """

    roots: tuple[WeakCard, ...]
    first: tuple[int, ...]
    foundations: int


class Postponed(NamedTuple):
    """That reviews of other cards, which exercise it, made a card wait longer.

    Attributes:
        from_day: the study day it would have been due on.
        by: the keys of those cards.
    """

    from_day: int
    by: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CardReason:
    """Why a card is studied today, or is not.

    Attributes:
        card: as planning sees it.
        recall: its retrievability today, 0 to 1; None before its first review.
        planning: whether today's plan has it, and if not, why.
        place: its place in the plan, from 1, where it is planned.
        chain: what it waits for, if it is locked.
        lapsing: whether it keeps lapsing.
        weakness: what lies beneath it, once it was forgotten.
        postponed: what made it wait longer, if anything did.
    """

    card: QueueCard
    recall: float | None
    planning: Planning
    place: int | None
    chain: Chain
    lapsing: bool
    weakness: Weakness | None
    postponed: Postponed | None = None


def explain_topic(day: StudyDay, now_ms: int, topic: str) -> TopicReason:
    """Explain where a topic stands at a moment of a study day."""
    ground = find_ground(day, now_ms)
    plan = day.plan(now_ms)
    mine = [card for card in ground.cards_of(topic) if not card.suspended]
    free = [card for card in mine if ground.can_begin(card)]
    new = [card for card in mine if card.state == State.NEW]
    gap = ground.find_gap(topic)
    chain = _find_chain(ground, ground.missing(topic) + (gap.waits_for if gap else ()))
    return TopicReason(
        topic=topic,
        standing=topic_standings(day, dict(plan.locked))[topic],
        gap=gap,
        chain=chain,
        in_goal=topic in day.path.goal,
        cards=len(mine),
        new=len(new),
        free=len(free),
        seconds=sum(card.seconds for card in free),
        suspended=len(ground.cards_of(topic)) - len(mine),
        beyond=_look_beyond(ground, chain, new),
    )


def explain_cards(day: StudyDay, now_ms: int, card_ids: Iterable[int]) -> list[CardReason]:
    """Explain cards at a moment of a study day."""
    ground, plan = find_ground(day, now_ms), day.plan(now_ms)
    return [_explain_card(day, ground, plan, day.cards[card]) for card in card_ids]


def look_beneath(day: StudyDay, now_ms: int, card_id: int) -> Weakness:
    """Look for what makes a card weak."""
    return _find_weakness(find_ground(day, now_ms), day.cards[card_id])


def _look_beyond(ground: Ground, chain: Chain, new: Iterable[QueueCard]) -> Beyond:
    waits: dict[int, list[str]] = {}
    for card in new:
        if beyond := [t for t in ground.find_own_waits(card) if t not in chain.gaps]:
            waits.setdefault(card.note_id, beyond)
    topics = dict.fromkeys(topic for some in waits.values() for topic in some)
    return Beyond(len(waits), tuple(topics))


def _explain_card(day: StudyDay, ground: Ground, plan: Plan, card: QueueCard) -> CardReason:
    planning = _find_planning(day, ground, plan, card)
    (recall,) = recall_of([card], day.day, day.preset)
    waits = ground.waits_for(card) if card.state == State.NEW else ()
    return CardReason(
        card=card,
        recall=None if card.stability is None else recall,
        planning=planning,
        place=plan.order.index(card.card_id) + 1 if planning == "planned" else None,
        chain=_find_chain(ground, waits),
        lapsing=keeps_lapsing(card.lapses),
        weakness=_find_weakness(ground, card) if card.lapses else None,
        postponed=_find_postponed(day, card),
    )


def _find_postponed(day: StudyDay, card: QueueCard) -> Postponed | None:
    credit = day.credits.get(card.card_id)
    if credit is None or card.due_day is None or card.due_day <= credit.due_day:
        return None
    return Postponed(credit.due_day, tuple(dict.fromkeys(r.key for r in credit.recalls)))


def _find_chain(ground: Ground, waits_for: Iterable[str]) -> Chain:
    direct = tuple(dict.fromkeys(waits_for))
    gaps = ground.find_chain(direct)
    begin = tuple(gap.topic for gap in ground.find_beginnings(gaps.values()))
    return Chain(direct, gaps, begin)


def _find_weakness(ground: Ground, card: QueueCard) -> Weakness:
    beneath = ground.graph.closure([*ground.graph.prerequisites[card.topic], *card.requires])
    roots = ground.find_roots(card, most=_MOST_LOOKED_AT)
    return Weakness(
        roots=tuple(_describe(root) for root in roots[:MOST_ROOTS]),
        # Where none of the weakest can be reviewed right now, perhaps another weak one can.
        first=tuple(
            weak.card_id
            for weak in ground.choose_first(roots[:MOST_ROOTS]) or ground.choose_first(roots)
        ),
        foundations=len(beneath - {card.topic}),
    )


def _describe(root: Root) -> WeakCard:
    return WeakCard(
        card_id=root.card.card_id,
        topic=root.card.topic,
        state=State(root.card.state),
        learned=root.card.learned,
        suspended=root.card.suspended,
        recall=root.recall,
        lapses=root.card.lapses,
    )


def _find_planning(day: StudyDay, ground: Ground, plan: Plan, card: QueueCard) -> Planning:
    """Whether today's plan has a card; if not, the first reason that keeps it out."""
    if card.card_id in plan.order:
        return "planned"
    if card.suspended:
        return "suspended"
    if card.buried_day is not None and card.buried_day >= day.day:
        return "buried"
    if any(later.card_id == card.card_id for later in plan.later):
        return "later"
    if card.state == State.NEW:
        kept = _find_lock(day, ground, card)
    else:
        is_due = card.due_day is None or card.due_day <= day.day
        kept = None if is_due else "not due"
    return kept or _find_limit(day, plan, card)


def _find_lock(day: StudyDay, ground: Ground, card: QueueCard) -> Planning | None:
    if card.topic in day.known:
        return "known"
    if card.topic in day.path.closed:
        return "closed"
    return "locked" if ground.waits_for(card) else None


def _find_limit(day: StudyDay, plan: Plan, card: QueueCard) -> Planning:
    """Why a card that could be studied today is not in the plan."""
    planned = {day.cards[each].note_id for each in plan.order}
    planned |= {day.cards[later.card_id].note_id for later in plan.later}
    if card.note_id in planned or card.note_id in day.done.notes:
        return "sibling"
    if card.state == State.NEW:
        spent = day.done.new + plan.new >= day.preset.new_per_day
        return "new limit" if spent else "minutes"
    spent = day.done.reviews + plan.review >= day.preset.reviews_per_day
    return "review limit" if spent else "minutes"
