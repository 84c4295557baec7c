"""Learners whose progress is exported: cards with histories, made by the scheduler itself."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from exports.records import ExportCard, ExportNote, ExportProgress, ExportReview
from mlready.store.exporting_progress import make_progress
from scheduler.fsrs_adapter import answer
from scheduler.memory import NEW, Memory, Rating, State
from scheduler.preset import Preset
from tests.anki_fixtures import export, make_deck, make_note

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from scheduler.days import StudyCalendar


def learn(
    reviews: Iterable[tuple[int, int]],
    calendar: StudyCalendar,
    preset: Preset,
) -> tuple[Memory, ExportCard]:
    """Return what a learner knows of a card after reviews, each a moment and a rating."""
    memory, last = NEW, 0
    rows: list[ExportReview] = []
    for moment, rating in reviews:
        before, day = memory, calendar.day_of(moment)
        memory = answer(before, Rating(rating), moment, day, preset, len(rows))
        interval = interval_after(memory, moment, day)
        assert memory.difficulty
        row = (moment, rating, int(before.state), interval, last, memory.difficulty, 5000)
        rows.append(ExportReview(*row))
        last = interval
    return memory, card_of(memory, tuple(rows))


def interval_after(memory: Memory, moment: int, day: int) -> int:
    """Return the interval of a review as Anki writes it."""
    if memory.due_day is not None:
        return memory.due_day - day
    assert memory.due_at
    return -((memory.due_at - moment) // 1000)


def card_of(memory: Memory, reviews: tuple[ExportReview, ...] = ()) -> ExportCard:
    """Return the first card of a note with this memory."""
    interval = 0
    if memory.state is State.REVIEW and memory.due_day and memory.last_day:
        interval = memory.due_day - memory.last_day
    return ExportCard(
        ordinal=0,
        state=int(memory.state),
        step=memory.step,
        due_day=memory.due_day,
        due_at=memory.due_at,
        interval=interval,
        stability=memory.stability,
        difficulty=memory.difficulty,
        last_at=memory.last_at,
        reps=memory.reps,
        lapses=memory.lapses,
        reviews=reviews,
    )


def note_with(key: str, *cards: ExportCard) -> ExportNote:
    """Return a note with what is known of its cards."""
    return make_note(key, cards=cards)


def progress_of(
    calendar: StudyCalendar, first_day: int, preset: Preset | None = None
) -> ExportProgress:
    """Return what goes for all cards."""
    return make_progress(preset or Preset(), calendar, first_day)


def pack(folder: Path, progress: ExportProgress, *notes: ExportNote) -> str:
    """Write a package with progress; return where it is."""
    path = folder / "progress.apkg"
    export(replace(make_deck(*notes), progress=progress), path)
    return str(path)
