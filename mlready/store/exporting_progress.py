"""What the learner knows, in the records that exporters take: memories, due dates, reviews."""

from __future__ import annotations

from datetime import date, datetime
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING, TypeAlias

from exports.records import ExportCard, ExportProgress, ExportReview
from mlready.store.anki_ids import REVIEW_MOMENTS, anki_review_ids
from mlready.store.presets import preset_from, rollover_hour_from
from mlready.store.reading import COUNTED, read_settings
from scheduler.days import StudyCalendar
from scheduler.histories import Effect, stated_memory
from scheduler.memory import State
from scheduler.memory_model import MemoryModel, memory_model

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import tzinfo

    from mlready.store.reading import Reader, Row, StreamReader
    from scheduler.preset import Preset

_Cards: TypeAlias = dict[int, tuple[ExportCard, ...]]

_ANSWERS = (Effect.REVIEW, Effect.START, Effect.GIVEN)
# What rows without an effect of their own are called in an export.
_EFFECTS = {int(Effect.CRAM): 1, int(Effect.RESCHEDULED): 2, int(Effect.RESET): 3}

# A day to count from where nothing was reviewed yet.
_NO_REVIEWS = date(2020, 1, 1).toordinal()

FIRST_DAY = "SELECT MIN(study_day) FROM revlog"

# Of notes that the deck has, the cards that it has; of retired ones all.
CARDS = """SELECT c.card_id, c.note_id, c.ordinal, m.state, m.step, m.stability, m.difficulty,
        m.due_day, m.due_at, m.last_day, m.last_at, m.reps, m.lapses, k.suspended, k.leech
    FROM cards AS c
    LEFT JOIN memories AS m ON m.card_id = c.card_id
    LEFT JOIN marks AS k ON k.card_id = c.card_id
    WHERE c.merged_into IS NULL
        AND (EXISTS (SELECT 1 FROM live_cards AS l WHERE l.card_id = c.card_id)
            OR NOT EXISTS (SELECT 1 FROM live_cards AS l WHERE l.note_id = c.note_id))
    ORDER BY c.note_id, c.ordinal"""

# With the reviews of cards that were merged into others, in the order in which they count, which
# is that of `scheduler.histories.order_rows`.
REVIEWS = f"""SELECT COALESCE(c.merged_into, c.card_id), r.review_id, r.reviewed_at, r.study_day,
        r.rating, r.duration_ms, r.state_before, r.due_day, r.due_at, r.effect,
        r.stability, r.difficulty, r.ease
    FROM (SELECT *, CASE WHEN origin = '' THEN MAX(reviewed_at) OVER
                (PARTITION BY card_id, origin ORDER BY review_id)
              ELSE reviewed_at END AS reached
          FROM revlog WHERE {COUNTED}) AS r
    JOIN cards AS c ON c.card_id = r.card_id
    ORDER BY 1, r.reached, r.review_id"""


def read_progress(reader: StreamReader, zone: tzinfo) -> tuple[ExportProgress, _Cards]:
    """All that is known of the learner.

    Args:
        reader: the store.
        zone: the learner's time zone.

    Returns:
        What goes for all cards, and the cards of each note, by `note_id`; the notes that the
        deck has no more are among them.

    Raises:
        ValueError: a stored setting is out of its range.
    """
    with reader.snapshot():
        settings = read_settings(reader)
        preset = preset_from(settings)
        calendar = StudyCalendar(zone, rollover_hour_from(settings))
        progress = make_progress(preset, calendar, _first_day(reader))
        reviews = _read_reviews(reader, memory_model(preset.parameters))
        cards = {
            note_id: tuple(_card(row, reviews.get(row[0], ())) for row in rows)
            for note_id, rows in groupby(reader.rows(CARDS), key=itemgetter(1))
        }
    return progress, cards


def _first_day(reader: Reader) -> int:
    """The day before the first review: it stays the same as reviews are added."""
    ((first,),) = reader.rows(FIRST_DAY)
    return _NO_REVIEWS if first is None else int(first) - 1


def make_progress(preset: Preset, calendar: StudyCalendar, first_day: int) -> ExportProgress:
    """What goes for all cards of a learner who began after `first_day`."""
    first_day_at = calendar.start_of(first_day) // 1000
    offset = datetime.fromtimestamp(first_day_at, calendar.zone).utcoffset()
    return ExportProgress(
        first_day=first_day,
        first_day_at=first_day_at,
        utc_offset=0 if offset is None else round(offset.total_seconds() / 60),
        rollover_hour=calendar.rollover_hour,
        desired_retention=preset.desired_retention,
        parameters=preset.parameters,
        learning_steps=preset.learning_steps,
        relearning_steps=preset.relearning_steps,
        maximum_interval=preset.maximum_interval,
        new_per_day=preset.new_per_day,
        reviews_per_day=preset.reviews_per_day,
        leech_threshold=preset.leech_threshold,
    )


def _card(row: Row, reviews: tuple[ExportReview, ...]) -> ExportCard:
    _, _, ordinal, state, step, stability, difficulty, *rest = row
    due_day, due_at, last_day, last_at, reps, lapses, suspended, leech = rest
    return ExportCard(
        ordinal=ordinal - 1,
        state=state or 0,
        step=step,
        due_day=due_day,
        due_at=due_at,
        interval=max(due_day - last_day, 0) if state == State.REVIEW else 0,
        stability=stability,
        difficulty=difficulty,
        last_at=last_at,
        reps=reps or 0,
        lapses=lapses or 0,
        suspended=bool(suspended),
        leech=bool(leech),
        reviews=reviews,
    )


def _read_reviews(reader: StreamReader, model: MemoryModel) -> dict[int, tuple[ExportReview, ...]]:
    """The reviews that count for each card, by `card_id`."""
    ids = anki_review_ids((row[0], row[1]) for row in reader.rows(REVIEW_MOMENTS))
    # On a database without snapshots, reviews may have come in between.
    rows = (row for row in reader.stream(REVIEWS) if row[1] in ids)
    histories = groupby(rows, key=itemgetter(0))
    return {card_id: tuple(_reviews(rows, ids, model)) for card_id, rows in histories}


def _reviews(
    rows: Iterable[Row], ids: dict[int, int], model: MemoryModel
) -> Iterator[ExportReview]:
    """One card's reviews, oldest first, with the difficulty that each left it with."""
    stability = difficulty = 0.0  # no memory
    last_day = last_interval = 0
    for row in rows:
        _, review_id, at_ms, day, rating, duration_ms, before, due_day, due_at, *more = row
        effect, *stated = more  # stability, difficulty, ease
        if effect in (Effect.RESET, Effect.START):
            stability = difficulty = 0.0
        if effect in _ANSWERS and difficulty:
            stability, difficulty = model.review(stability, difficulty, rating, day - last_day)
            last_day = max(last_day, day)
        elif effect in _ANSWERS:
            if effect == Effect.GIVEN:
                stability, difficulty = stated_memory(model.parameters, *stated)
            else:
                stability, difficulty = model.begin(rating)
            last_day = day
        interval = _interval(at_ms, day, due_day, due_at)
        yield ExportReview(
            at_ms=ids[review_id],
            rating=rating,
            state_before=before,
            interval=interval,
            last_interval=last_interval,
            difficulty=difficulty,
            duration_ms=duration_ms,
            effect=_EFFECTS.get(effect, 0),
        )
        last_interval = interval


def _interval(at_ms: int, day: int, due_day: int | None, due_at: int | None) -> int:
    """Days to the next review, or, below zero, seconds of a step; 0 where none is due."""
    if due_day is not None:
        return int(due_day) - day
    return 0 if due_at is None else -(max(due_at - at_ms, 0) // 1000)
