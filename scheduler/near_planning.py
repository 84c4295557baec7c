"""Plan simulated days, thousands of them: as `scheduler.planning` does, but with less looking."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from scheduler.memory import State
from scheduler.planning import plan_day
from scheduler.queue import Plan, QueueCard, Today

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from scheduler.graph import PrerequisiteGraph
    from scheduler.path import LearningPath
    from scheduler.preset import Preset

_NEW, _REVIEW = int(State.NEW), int(State.REVIEW)
_NOTHING_LEFT: Final = Plan((), (), 0, 0, 0, 0.0, {})


class NearPlanner:
    """Plans a day as `plan_day` does, without looking at new cards that are far off.

    A day begins a few dozen new cards at most, and to look at ten thousand of them on each day of
    each course would make the learner wait. Since new cards are begun in the order of the path, and
    what a card rests on comes before it there, the nearest ones are enough, as long as enough
    of them are unlocked.
    """

    _NEAR: Final = 300

    def __init__(
        self,
        cards: Sequence[QueueCard],
        graph: PrerequisiteGraph,
        path: LearningPath,
        *,
        known: frozenset[str] = frozenset(),
        unreadable: frozenset[str] = frozenset(),
    ) -> None:
        """Begin with the deck as it is; new cards leave `State.NEW` only by being studied.

        Args:
            cards: All cards of the deck.
            graph: As `plan_day` takes it, like all that follows.
            path: The same.
            known: The same.
            unreadable: The same.
        """
        self._graph = graph
        self._path = path
        self._known = known
        self._unreadable = unreadable
        aside = known | path.closed
        # Requirements of single cards need not come before them, nor do topics that are judged by
        # their depth cards, for want of others: so they are always looked at.
        breadth = {card.topic for card in cards if card.level == "breadth" and not card.suspended}
        required = graph.closure({topic for card in cards for topic in card.requires})
        required |= {card.topic for card in cards} - breadth
        new = [card for card in cards if card.state == _NEW and card.topic not in aside]
        self._required = [card for card in new if card.topic in required]
        self._waiting = sorted((c for c in new if c.topic not in required), key=self._place)
        self._near = self._NEAR

    def __call__(self, cards: list[QueueCard], *, today: Today, preset: Preset) -> Plan:
        """Return the plan."""
        if today.done.notes and not _is_anything_left(cards, today, preset):
            return _NOTHING_LEFT
        if self._near >= len(self._waiting):
            return self._plan(cards, today, preset)
        begun = [card for card in cards if card.state != _NEW]
        seen = {card.card_id for card in begun}
        self._waiting = [card for card in self._waiting if card.card_id not in seen]
        begun += [card for card in self._required if card.card_id not in seen]
        while self._near < len(self._waiting):
            near = self._waiting[: self._near]
            plan = self._plan(begun + near, today, preset)
            unlocked = {card.note_id for card in near if card.topic not in plan.locked}
            if len(unlocked) >= min(2 * preset.new_per_day, self._NEAR // 3):
                return plan
            self._near *= 2
        return self._plan(cards, today, preset)

    def _plan(self, cards: Sequence[QueueCard], today: Today, preset: Preset) -> Plan:
        return plan_day(
            cards,
            self._graph,
            today=today,
            preset=preset,
            path=self._path,
            known=self._known,
            unreadable=self._unreadable,
        )

    def _place(self, card: QueueCard) -> tuple[int, bool, int, int, int]:
        is_depth = card.level != "breadth"
        places = self._path.depth if is_depth else self._path.breadth
        return places[card.topic], is_depth, card.position, card.ordinal, card.card_id


def _is_anything_left(cards: Iterable[QueueCard], today: Today, preset: Preset) -> bool:
    """Return whether a plan of the rest of a day may have a card in it."""
    day, notes = today.day, today.done.notes
    may_begin = today.done.new < preset.new_per_day
    for card in cards:
        if card.state == _NEW:
            left = may_begin and card.note_id not in notes
        else:
            left = (card.due_day or 0) <= day and (
                card.state != _REVIEW or card.note_id not in notes
            )
        if left:
            return True
    return False
