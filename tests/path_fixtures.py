"""A deck with a frontier of two areas, and histories of cards that keep lapsing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlready.store.reading import read_memory
from mlready.store.writing import Rated
from mlready.study.naming import find_cards
from scheduler.fsrs_adapter import answer
from scheduler.memory import Rating
from scheduler.preset import Preset
from tests.study_fixtures import DAY, NOW, write_deck

if TYPE_CHECKING:
    from pathlib import Path

    from mlready.store.opening import Progress

DAY_MS = 86_400_000
# Laid over the deck TRAIL: `peaks` and `passes` are topics of two areas, both on `limits`.
FRONTIER = {
    "deck.yaml": """\
id: trail
title: Trail
description: A deck for tests.
phases: [Ground, Heights, Frontier]
areas: [climbing, hiking]
""",
    "topics/3-frontier.yaml": """\
topics:
  - {id: peaks, title: Peaks, area: climbing, prerequisites: [limits], why: One looks far.}
  - {id: passes, title: Passes, area: hiking, prerequisites: [limits], why: One gets across.}
""",
    "questions/peaks.yaml": """\
topic: peaks
questions:
  - id: highest
    kind: definition
    question: Which peak is the highest?
    answer: The one that no other one is above.
""",
    "questions/passes.yaml": """\
topic: passes
questions:
  - id: lowest
    kind: definition
    question: Which pass is the lowest?
    answer: The one that all others are above.
""",
}
A, H, G, E = Rating


def add_frontier(deck: Path) -> None:
    """Give the deck TRAIL its frontier."""
    write_deck(deck, FRONTIER)


def rate_past(progress: Progress, name: str, *ratings: tuple[int, Rating]) -> int:
    """Rate the first card of a name, so many days ago each time; its id."""
    card = find_cards(progress.reader, name)[0].card_id
    for ago, rating in ratings:
        before = read_memory(progress.reader, card)
        now, day = NOW - ago * DAY_MS, DAY - ago
        after = answer(before, rating, now, day, Preset(), card)
        progress.writer().record(Rated(card, rating, before, after, now, day, 5000))
    return card


def make_lapsing(progress: Progress) -> int:
    """Let `limits/unique` keep lapsing on weak foundations, and be due today; its id.

    Of `sets`, all cards but the axioms are firm; `maps` is hardly recalled any more.
    """
    for name in ("sets/russell", "sets/counting#1", "sets/counting#2"):
        rate_past(progress, name, (90, E), (60, E), (30, E), (5, E))
    rate_past(progress, "maps/injective", (80, E), (60, A), (60, G), (50, A), (50, G))
    lapses = [(days, rating) for days in (40, 20) for rating in (A, G)]
    return rate_past(progress, "limits/unique", (60, E), *lapses)


def make_due_alone(progress: Progress) -> int:
    """Let nothing but `limits/unique` be due today, on foundations that are weak; its id.

    The axioms were never learned, and no new card is begun; `maps` has just been relearned.
    """
    progress.writer().set_setting("new_per_day", "0")
    for name in ("sets/russell", "sets/counting#1", "sets/counting#2"):
        rate_past(progress, name, (90, E), (60, E), (30, E), (5, E))
    lapses = [(days, rating) for days in (60, 40, 20) for rating in (A, G)]
    rate_past(progress, "maps/injective", (80, E), *lapses, (2, E))
    return rate_past(progress, "limits/unique", (60, E), (40, A), (40, G), (20, A), (20, G))
