"""Why a topic is locked and why a card keeps lapsing: what lies beneath, down to where to begin.

Responsible for the chain of topics that cannot be built on yet, each with its cause, and for
the weakest cards that a card rests on. Which topics are ready is the gate's to say
(`scheduler.gate`), and the words for it all are the screens'.
"""

from __future__ import annotations

from collections import defaultdict, deque
from typing import TYPE_CHECKING, Final, Literal, NamedTuple, TypeAlias

from scheduler.gate import Footing, Gate, count_for_gate, is_recalled
from scheduler.memory import State
from scheduler.path import LearningPath
from scheduler.worth import FIRM, recall_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from scheduler.graph import PrerequisiteGraph
    from scheduler.preset import Preset
    from scheduler.queue import QueueCard, Today

LAPSING: Final = 3  # a card forgotten so often in state REVIEW keeps lapsing
MOST_ROOTS: Final = 3
_FRAIL: Final = 21.0  # days of stability; lapses of a card that lasts longer are overcome
_RECALL_STEPS: Final = 20  # retrievability within 5 % counts as equally weak

# Why a topic cannot be built on: its file cannot be read; it is out of focus; it waits for
# topics itself; its new cards rest until tomorrow; it was never begun; none of its cards has
# left the learning steps; those that have are not recalled well enough.
Cause: TypeAlias = Literal["unreadable", "closed", "locked", "buried", "new", "learning", "weak"]


class Gap(NamedTuple):
    """A topic that cannot be built on yet.

    Attributes:
        topic: Which one.
        cause: Why.
        waits_for: The topics that it waits for, see `Ground.find_waits`; only where the cause
            is 'locked' or 'closed'. Without any, it can be worked on as soon as the cause allows.
        cards: Its cards that others rest on.
        learned: How many of those have been learned.
        recall: The mean retrievability of the learned ones, 0 to 1; None if there are none.
    """

    topic: str
    cause: Cause
    waits_for: tuple[str, ...]
    cards: int
    learned: int
    recall: float | None


class Root(NamedTuple):
    """A weak card that another one rests on.

    Attributes:
        card: Which one.
        recall: Its retrievability, 0 to 1; 0 if it was never reviewed.
        distance: How many prerequisites lead down to its topic; the direct ones have 1.
    """

    card: QueueCard
    recall: float
    distance: int


def keeps_lapsing(lapses: int) -> bool:
    """Return whether one should look beneath a card.

    Args:
        lapses: How often it was forgotten in state REVIEW, just now included. To fail while it
            is relearned is no lapse.
    """
    return lapses >= LAPSING


class Ground:
    """What the learner stands on, on one study day."""

    def __init__(  # noqa: PLR0913 - all but the first two by name
        self,
        cards: Iterable[QueueCard],
        graph: PrerequisiteGraph,
        *,
        today: Today,
        preset: Preset,
        path: LearningPath | None = None,
        known: frozenset[str] = frozenset(),
        unreadable: frozenset[str] = frozenset(),
        gate: Gate = is_recalled,
    ) -> None:
        """Look at all cards; the arguments are those of `scheduler.planning.plan_day`."""
        self.graph = graph
        self.path = path or LearningPath(graph.rank, graph.rank)
        self._today = today
        self._preset = preset
        self._known = known
        self._unreadable = unreadable
        self._by_topic: dict[str, list[QueueCard]] = defaultdict(list)
        for card in cards:
            self._by_topic[card.topic].append(card)
        everything = [card for mine in self._by_topic.values() for card in mine]
        self._footing = Footing(
            everything, graph, lambda mine: gate(mine, today.day, preset), known, unreadable
        )

    # --- topics ----------------------------------------------------------------------

    def cards_of(self, topic: str) -> Sequence[QueueCard]:
        """Return all cards of a topic."""
        return self._by_topic.get(topic, ())

    def counting(self, topic: str) -> Sequence[QueueCard]:
        """Return the cards of a topic that others rest on."""
        return count_for_gate(self.cards_of(topic))

    def is_ready(self, topic: str) -> bool:
        """Return whether a topic can be built on; one without cards is as what it rests on."""
        return not self._footing.find_unready((topic,))

    def missing(self, topic: str) -> tuple[str, ...]:
        """Return the topics that a topic waits for; with none it is unlocked."""
        return self._footing.missing(topic)

    def waits_for(self, card: QueueCard) -> tuple[str, ...]:
        """Return the topics that a new card waits for: those of its topic, and its own."""
        own = self._footing.find_unready(card.requires) if card.requires else ()
        return tuple(dict.fromkeys(self.missing(card.topic) + own))

    def find_own_waits(self, card: QueueCard) -> tuple[str, ...]:
        """Return the topics that a card waits for beyond what its topic waits for."""
        if not card.requires:
            return ()
        missing = self.missing(card.topic)
        own = self._footing.find_unready(card.requires)
        return tuple(topic for topic in own if topic not in missing)

    def find_waits(self, topic: str, cards: Iterable[QueueCard]) -> tuple[str, ...]:
        """Return the topics to be learned before the first of a topic's new cards can be begun.

        These are its prerequisites. What single questions require beyond belongs to them only
        where none of its cards can be begun without; then it is what the one that needs fewest
        requires.
        """
        own = min((self.find_own_waits(card) for card in cards), key=len, default=())
        return self.missing(topic) + own

    def can_begin(self, card: QueueCard) -> bool:
        """Return whether a new card may be learned today, the day's limits aside."""
        aside = card.topic in self._known or card.topic in self.path.closed
        is_new = card.state == State.NEW and not card.suspended
        return is_new and not aside and not self._is_buried(card) and not self.waits_for(card)

    def find_gap(self, topic: str) -> Gap | None:
        """Return why a topic cannot be built on; None if it can.

        One without cards in study has no cause of its own: see `missing`.
        """
        cards = self.counting(topic)
        if self.is_ready(topic):
            return None
        if topic in self._unreadable:
            return Gap(topic, "unreadable", (), len(cards), 0, None)
        if not cards:
            return None
        learned = [card for card in cards if card.learned]
        recalls = recall_of(learned, self._today.day, self._preset)
        recall = sum(recalls) / len(recalls) if recalls else None
        cause, waits_for = self._find_cause(topic, cards)
        return Gap(topic, cause, waits_for, len(cards), len(learned), recall)

    def _find_cause(self, topic: str, cards: Sequence[QueueCard]) -> tuple[Cause, tuple[str, ...]]:
        if any(card.learned for card in cards):
            return "weak", ()
        if any(card.state != State.NEW for card in cards):
            return "learning", ()
        waits_for = self.find_waits(topic, cards)
        if topic in self.path.closed:
            return "closed", waits_for
        if waits_for:
            return "locked", waits_for
        free = [card for card in cards if not self.find_own_waits(card)]
        return ("buried" if all(map(self._is_buried, free)) else "new"), ()

    def find_chain(self, topics: Iterable[str]) -> dict[str, Gap]:
        """Return the gaps of topics and of all that they wait for, each before what it waits for.

        Args:
            topics: Where to begin; those that can be built on are passed over.
        """
        chain: dict[str, Gap] = {}
        waiting = deque(topics)
        while waiting:
            topic = waiting.popleft()
            gap = None if topic in chain else self.find_gap(topic)
            if gap is not None:
                chain[topic] = gap
                waiting.extend(gap.waits_for)
        order = sorted(chain, key=self.graph.rank.__getitem__, reverse=True)
        return {topic: chain[topic] for topic in order}

    def find_beginnings(self, chain: Iterable[Gap]) -> list[Gap]:
        """Return the gaps that wait for nothing, in the order of the path."""
        free = [gap for gap in chain if not gap.waits_for]
        return sorted(free, key=lambda gap: self.path.breadth[gap.topic])

    def find_first_causes(self, waiting: Mapping[str, Iterable[str]]) -> dict[str, Gap]:
        """Return for each topic where to begin so that it need not wait: the first on the path.

        Args:
            waiting: Topics with the topics that they wait for.
        """
        chain = self.find_chain(topic for below in waiting.values() for topic in below)
        first: dict[str, Gap] = {}
        for topic in reversed(chain):
            gap = chain[topic]
            found = self._find_earliest(first, gap.waits_for) if gap.waits_for else gap
            first |= {topic: found} if found else {}
        causes = {topic: self._find_earliest(first, below) for topic, below in waiting.items()}
        return {topic: gap for topic, gap in causes.items() if gap is not None}

    def _find_earliest(self, first: Mapping[str, Gap], topics: Iterable[str]) -> Gap | None:
        found = [first[topic] for topic in topics if topic in first]
        return min(found, key=lambda gap: self.path.breadth[gap.topic], default=None)

    # --- cards -----------------------------------------------------------------------

    def find_roots(self, card: QueueCard, most: int | None = MOST_ROOTS) -> list[Root]:
        """Return the weakest cards that a card rests on, the weakest first.

        They are looked for in all topics beneath its own, there among the breadth cards, as
        the gate does, and the depth cards already begun. A card is weak that was never
        learned, that is being relearned, that is recalled worse than `FIRM`, or that
        keeps lapsing itself and still lasts less than three weeks. Those never learned come
        first, then the least recalled, in steps of 5 %, then those of most lapses, then the
        nearest. Of siblings the weakest stands for all. Cards never begun do not count if the
        learner knows their topic from elsewhere or took them out of study.

        Args:
            card: The card that keeps lapsing.
            most: Return at most so many; None: all.
        """
        return self._find_weakest(self._measure_distances(card))[:most]

    def choose_first(self, roots: Iterable[Root]) -> list[QueueCard]:
        """Return which cards to review before the one with these roots, foundations first.

        A new one that is locked gives way to what it waits for, down to where one can begin.
        Left out are those that are suspended or buried, that were seen today, or whose step has
        not ended yet.
        """
        chosen: dict[int, QueueCard] = {}
        for weak in (root.card for root in roots):
            if len(chosen) == MOST_ROOTS:
                break
            is_locked = weak.state == State.NEW and self.waits_for(weak)
            for each in self._find_beginnings_of(weak) if is_locked else [weak]:
                if self._may_review(each):
                    chosen.setdefault(each.note_id, each)
        first = list(chosen.values())[:MOST_ROOTS]
        return sorted(first, key=lambda each: self.graph.rank[each.topic])

    def _find_beginnings_of(self, locked: QueueCard) -> list[QueueCard]:
        """Return the weak cards to begin with so that a locked one need not wait."""
        gaps = self.find_beginnings(self.find_chain(self.waits_for(locked)).values())
        return [root.card for root in self._find_weakest({gap.topic: 0 for gap in gaps})]

    def _measure_distances(self, card: QueueCard) -> dict[str, int]:
        """Return how far below a card each topic is that it rests on; nearest first."""
        distances = {card.topic: 0}
        waiting = deque([card.topic])
        while waiting:
            topic = waiting.popleft()
            below = self.graph.prerequisites[topic]
            for other in below + card.requires if topic == card.topic else below:
                if other not in distances:
                    distances[other] = distances[topic] + 1
                    waiting.append(other)
        del distances[card.topic]
        return distances

    def _find_weakest(self, distances: Mapping[str, int]) -> list[Root]:
        """Return the weak cards of topics, the weakest first, of siblings only that."""
        cards = [card for topic in distances for card in self._find_supports(topic)]
        recalls = recall_of(cards, self._today.day, self._preset)
        weak = [
            Root(card, recall, distances[card.topic])
            for card, recall in zip(cards, recalls, strict=True)
            if not card.learned
            or card.state == State.RELEARNING
            or recall < FIRM
            or (card.lapses >= LAPSING and (card.stability or 0.0) < _FRAIL)
        ]
        by_note: dict[int, Root] = {}
        for root in sorted(weak, key=self._rank_root):
            by_note.setdefault(root.card.note_id, root)
        return list(by_note.values())

    def _find_supports(self, topic: str) -> list[QueueCard]:
        """Return the cards of a topic that others rest on, and those begun."""
        supports = () if topic in self._known else self.counting(topic)
        return [
            *(card for card in self.cards_of(topic) if card.state != State.NEW),
            *(card for card in supports if card.state == State.NEW),
        ]

    def _rank_root(self, root: Root) -> tuple[int, ...]:
        card = root.card
        recall = int(root.recall * _RECALL_STEPS) if card.learned else -1
        if card.state == State.RELEARNING:
            recall = 0  # it was just forgotten, whatever FSRS says of the rest of the day
        place = self.path.breadth[card.topic]
        return recall, -card.lapses, root.distance, place, card.position, card.ordinal, card.card_id

    def _may_review(self, card: QueueCard) -> bool:
        if card.state == State.NEW:
            return self.can_begin(card) and card.note_id not in self._today.done.notes
        if card.suspended or self._is_buried(card):
            return False
        if card.state != State.REVIEW:
            return card.due_at is None or card.due_at <= self._today.now_ms
        return card.note_id not in self._today.done.notes

    def _is_buried(self, card: QueueCard) -> bool:
        return card.buried_day is not None and card.buried_day >= self._today.day
