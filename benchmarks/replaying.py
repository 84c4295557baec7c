"""Replaying a million reviews, 10 of each of 100,000 cards: the formulas alone, and a whole store.

Against py-fsrs, against fsrs-rs where it is installed, and against a bare reading of the rows.
"""

from __future__ import annotations

import sqlite3
import sys
import tempfile
from contextlib import closing
from datetime import UTC, datetime, timedelta
from importlib import import_module
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any

import fsrs
from sqlalchemy import Engine, insert

from benchmarks.timing import Figure, compare, seconds_of
from mlready.store import tables
from mlready.store.engine import open_engine
from mlready.store.location import sqlite_url
from mlready.store.replaying import replay_cards
from scheduler.fsrs_adapter import ReviewRow, replay
from scheduler.memory import State
from scheduler.preset import DEFAULT_PARAMETERS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    History = Sequence[ReviewRow]

CARDS, REVIEWS, RUNS = 100_000, 10, 5
DAY, DAY_MS = 739_000, 86_400_000
_FEW = CARDS // 20  # of the cards, for py-fsrs
_SORTED = """SELECT card_id, rating, reviewed_at, study_day, state_after, step_after, due_day,
    due_at FROM revlog ORDER BY +card_id, review_id"""


def make_histories(random: Random) -> list[History]:
    """Return the reviews of each card, two in learning and the rest reviews."""
    return [make_history(DAY + random.randrange(300), random) for _ in range(CARDS)]


def make_history(day: int, random: Random) -> History:
    """Return the reviews of a card that is begun on a day."""
    reviews: list[ReviewRow] = []
    for number in range(REVIEWS):
        rating = random.choices((1, 2, 3, 4), weights=(2, 1, 6, 1))[0]
        at, gap = day * DAY_MS + number * 60_000, random.choice((0, 1, 3, 8, 20, 60))
        learning = (int(State.LEARNING), 1, None, at + 600_000)
        review = (int(State.REVIEW), None, day + gap, None)
        reviews.append((rating, at, day, *(learning if number < 2 else review)))
        day += gap
    return reviews


def measure() -> Iterator[Figure]:
    """Yield the figures of replaying."""
    histories = make_histories(Random(1))
    count = f"{CARDS * REVIEWS:,} reviews"

    def fold(some: Sequence[History] = histories) -> float:
        return seconds_of(lambda: [replay(history, DEFAULT_PARAMETERS) for history in some])

    few = histories[:_FEW]
    name = f"fold of {_FEW * REVIEWS:,} reviews / py-fsrs"
    yield compare(name, lambda: fold(few), lambda: _fold_py(few), runs=RUNS, limit=0.2)
    try:
        rs = import_module("fsrs_rs_python")
    except ModuleNotFoundError:
        print("fsrs_rs_python is not installed; left out", file=sys.stderr)
    else:
        items = [_item(rs, history) for history in histories]
        model = rs.FSRS(list(DEFAULT_PARAMETERS))

        def batch() -> float:
            return seconds_of(lambda: model.memory_state_batch(items))

        yield compare(f"fold of {count} / fsrs-rs in one batch", fold, batch, runs=RUNS)
    with tempfile.TemporaryDirectory(dir=Path.cwd()) as scratch:
        path = Path(scratch) / "store.sqlite3"
        engine = open_engine(sqlite_url(path), "synthetic-deck")
        _fill(engine, histories)
        yield compare(
            f"store replays {count} / sqlite3 reads them in order",
            lambda: _replay_store(engine),
            lambda: _read_bare(path),
            runs=RUNS,
            limit=4,
        )
        engine.dispose()


def _fold_py(histories: Sequence[History]) -> float:
    """How long py-fsrs takes for histories, told of whole days."""
    scheduler = fsrs.Scheduler(enable_fuzzing=False)
    start = datetime(2024, 1, 1, tzinfo=UTC)
    days = [start + timedelta(days=day) for day in range(REVIEWS * 60)]
    ratings = {int(rating): rating for rating in fsrs.Rating}

    def work() -> None:
        for history in histories:
            card = fsrs.Card(card_id=1, due=start)
            first = history[0][2]
            for rating, _, day, *_ in history:
                card, _ = scheduler.review_card(card, ratings[rating], days[day - first])

    return seconds_of(work)


def _item(rs: Any, history: History) -> Any:
    """A history as fsrs-rs takes it."""
    reviews, last = [], history[0][2]
    for rating, _, day, *_ in history:
        reviews.append(rs.FSRSReview(rating, day - last))
        last = day
    return rs.FSRSItem(reviews)


def _fill(engine: Engine, histories: Sequence[History]) -> None:
    """Write histories into an empty store, as they happened: day by day, cards mixed."""
    log = [(review, card) for card, history in enumerate(histories, 1) for review in history]
    log.sort(key=lambda entry: entry[0][1])
    text = {"digest": "", "frame": "", "text": "", "path": "", "changed_at": 0}
    numbers = range(1, len(histories) + 1)
    notes = [{"note_id": n, "key": f"t/q-{n}", "first_key": f"t/q-{n}", **text} for n in numbers]
    cards = [{"card_id": n, "note_id": n, "ordinal": 1} for n in numbers]
    with engine.begin() as connection:
        connection.execute(insert(tables.notes), notes)
        connection.execute(insert(tables.cards), cards)
        connection.execute(insert(tables.revlog), [_row(*entry) for entry in log])


def _row(review: ReviewRow, card: int) -> dict[str, Any]:
    rating, at, day, state, step, due_day, due_at = review
    return {
        "card_id": card,
        "reviewed_at": at,
        "study_day": day,
        "rating": rating,
        "duration_ms": 8_000,
        "state_before": state,
        "state_after": state,
        "step_after": step,
        "due_day": due_day,
        "due_at": due_at,
        "leech": False,
        "undoes": None,
    }


def _replay_store(engine: Engine) -> float:
    def work() -> None:
        with engine.begin() as connection:
            replay_cards(connection)

    return seconds_of(work)


def _read_bare(path: Path) -> float:
    with closing(sqlite3.connect(path)) as connection:
        return seconds_of(lambda: sum(1 for _ in connection.execute(_SORTED)))
