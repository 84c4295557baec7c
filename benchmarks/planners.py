"""Other ways to plan a day, to hold ours against: Anki's, and what seems obvious."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

from scheduler.memory import State
from scheduler.queue import Later, Plan, QueueCard, Today

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from scheduler.preset import Preset


class AnkiPlanner:
    """As Anki does it: reviews by due date, new cards mixed in, no prerequisites."""

    def __init__(self, position: Callable[[QueueCard], object], *, mixed: bool = True) -> None:
        self._position = position
        self._mixed = mixed

    def __call__(self, cards: list[QueueCard], *, today: Today, preset: Preset) -> Plan:
        """Return the plan."""
        day = today.day
        steps = [c for c in cards if c.state in (State.LEARNING, State.RELEARNING)]
        now = [c for c in steps if c.last_day != day or (c.due_at or 0) <= today.now_ms]
        later = sorted((c.due_at or 0, c.card_id) for c in steps if c not in now)
        due = [c for c in cards if c.state == State.REVIEW and (c.due_day or 0) <= day]
        shuffle = random.Random(day)
        tie = {c.card_id: shuffle.random() for c in due}
        due.sort(key=lambda c: (c.due_day, tie[c.card_id]))
        due = due[: max(preset.reviews_per_day - today.done.reviews, 0)]
        new = sorted((c for c in cards if c.state == State.NEW), key=self._position)
        new = new[: max(preset.new_per_day - today.done.new, 0)]
        rest = _mix(due, new) if self._mixed else due + new
        order = tuple(c.card_id for c in [*now, *rest])
        waits = tuple(Later(card_id, at) for at, card_id in later)
        return Plan(order, waits, len(now), len(due), len(new), 0.0, {})


def _mix(reviews: Sequence[QueueCard], new: Sequence[QueueCard]) -> list[QueueCard]:
    """Return both, spread evenly."""
    spread = [((i + 1) / (len(reviews) + 1), 0, c.card_id, c) for i, c in enumerate(reviews)]
    spread += [((i + 1) / (len(new) + 1), 1, c.card_id, c) for i, c in enumerate(new)]
    return [card for *_, card in sorted(spread)]
