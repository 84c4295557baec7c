"""The store on PostgreSQL: the main flows, on a server that is started for it.

`MLREADY_TEST_POSTGRES` names another server by its URL; its tables of our names are dropped.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import create_engine, delete, insert

from exports.anki.connect.plans import Held, Hold
from exports.anki.histories import AnkiCard, AnkiHistory, AnkiNote, AnkiReview
from exports.anki.identity import guid_of
from mlready.errors import StoreError
from mlready.store import reading, tables
from mlready.store.exporting_progress import read_progress
from mlready.store.fitting import read_fitted, read_histories
from mlready.store.flags import add_flag, flags_of, read_flags, resolve_flags
from mlready.store.holding import HoldingJournal, read_card_names, read_held
from mlready.store.importing import Place, import_history, plan_import
from mlready.store.learnt import learn
from mlready.store.opening import open_progress
from mlready.store.tables import metadata
from mlready.store.writing import ConflictError, Writer
from mlready.study.day import read_day
from mlready.study.forecast import RATINGS
from scheduler.memory import NEW, Rating
from scheduler.preset import DEFAULT_PARAMETERS
from tests.store_fixtures import (
    DAY_MS,
    DERIVED,
    HISTORY,
    Desk,
    cloze,
    question,
    run_mlready,
    seeded,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.xdist_group("postgres")
pytest.importorskip("psycopg", reason="the PostgreSQL driver is not installed")


def find_programs() -> Path | None:
    """The folder of the server's programs."""
    on_path = shutil.which("initdb")
    if on_path:
        return Path(on_path).parent
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    return found[-1].parent if found else None


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """The URL of a PostgreSQL server."""
    url = os.environ.get("MLREADY_TEST_POSTGRES")
    if url:
        yield url
        return
    programs = find_programs()
    if programs is None:
        pytest.skip("no PostgreSQL: set MLREADY_TEST_POSTGRES or install its server")
    user = "postgres" if os.name == "posix" and os.geteuid() == 0 else None
    # Not in pytest's own folder, which another user may not enter; short, as sockets ask for.
    place = Path(tempfile.mkdtemp(prefix="mlready-pg-"))
    if user:
        shutil.chown(place, user)
    data = place / "data"

    def run(name: str, *arguments: str) -> None:
        command = [str(programs / name), "-D", str(data), *arguments]
        quiet = subprocess.DEVNULL  # a pipe would be kept open by the server
        subprocess.run(command, check=True, user=user, cwd=place, stdout=quiet, timeout=60)

    try:
        run("initdb", "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync")
        options = f"-c listen_addresses= -c unix_socket_directories={place} -c fsync=off"
        run("pg_ctl", "-w", "-l", str(place / "log"), "-o", options, "start")
        yield f"postgresql+psycopg://postgres@/postgres?host={place}"
    finally:
        if (data / "postmaster.pid").exists():
            run("pg_ctl", "-w", "-m", "immediate", "stop")
        shutil.rmtree(place)


@pytest.fixture
def desk(server: str, tmp_path: Path) -> Iterator[Desk]:
    """A deck of three questions and a cloze, and an empty database."""
    drop_all(server)
    mine = Desk(tmp_path / "deck", server)
    mine.ask(question("a"), question("b"), question("c"))
    mine.ask(cloze("e", "{{c1::x}} and {{c2::y}}", "requires: [sets]"), topic="maps")
    yield mine
    mine.close()
    drop_all(server)


def drop_all(url: str) -> None:
    engine = create_engine(url)
    metadata.drop_all(engine)
    engine.dispose()


def study(desk: Desk, times: int) -> None:
    random = seeded(1)
    cards = list(desk.cards().values())
    for _ in range(times):
        if random.random() < 0.2:
            desk.undo()
        else:
            desk.rate(random.choice(cards), random.choice(list(Rating)))
        desk.pass_time(random.choice((0, 0, 0.3, 2)))


def test_syncs(desk: Desk) -> None:
    assert len(desk.sync().added) == 4
    assert desk.sync().is_empty
    card = desk.card("sets/a")
    desk.rate(card)
    desk.ask(question("z", "Edited?", "formerly: [sets/a]"), question("b"), retired="c")
    report = desk.sync()
    assert report.renamed == [("sets/a", "sets/z")]
    assert (report.changed, report.retired) == (["sets/z"], ["sets/c"])
    assert desk.card("sets/z") == card
    desk.ask(question("z", "Edited?"), question("b"), question("c"))
    assert desk.sync().revived == ["sets/c"]
    desk.write("topics/1-basics.yaml", "topics: [")
    assert desk.sync().is_empty
    assert len(desk.cards()) == 5


def test_merges(desk: Desk) -> None:
    desk.sync()
    desk.rate(desk.card("sets/a"))
    desk.writer.mark([desk.card("sets/a")], suspended=True)
    desk.ask(question("new"), question("b"), question("c"))
    desk.sync()
    new = desk.card("sets/new")
    desk.rate(new)
    desk.ask(question("new", "What is it?", "formerly: [sets/a]"), question("b"), question("c"))
    desk.sync()
    assert desk.memory(new).reps == 2
    assert any(card.suspended for card in reading.read_queue_cards(desk.writer))


def test_rates_and_undoes(desk: Desk) -> None:
    desk.sync()
    card = desk.card("sets/b")
    review = desk.rate(card)
    shown = desk.rated(card, Rating.AGAIN, leech=True)
    desk.writer.record(shown)
    with pytest.raises(ConflictError):
        desk.writer.record(shown)
    (mark,) = desk.dump(tables.marks)["marks"]
    assert mark["suspended"]
    desk.close()
    assert desk.undo() is not None
    assert desk.undo() == (review, card)
    assert desk.undo() is None
    assert desk.memory(card) == NEW


def test_one_of_many_writers_wins(desk: Desk) -> None:
    desk.sync()
    shown = desk.rated(desk.card("sets/b"))

    def rate(_: int) -> bool:
        writer = Writer(desk.url, "small")
        try:
            writer.record(shown)
        except ConflictError:
            return False
        finally:
            writer.close()
        return True

    with ThreadPoolExecutor(6) as pool:
        assert sorted(pool.map(rate, range(6))) == [False] * 5 + [True]
    assert len(desk.column(tables.revlog, "review_id")) == 1


def test_a_rebuild_changes_nothing(desk: Desk) -> None:
    desk.sync()
    study(desk, 150)
    before = desk.dump(*DERIVED, *HISTORY)
    desk.rebuild()
    assert repr(desk.dump(*DERIVED, *HISTORY)) == repr(before)


def test_settings_and_known_topics(desk: Desk) -> None:
    desk.sync()
    desk.writer.set_setting("new_per_day", "7")
    desk.writer.set_setting("parameters", None)
    desk.writer.set_known(["maps"], desk.now_ms, known=True)
    assert reading.read_settings(desk.writer) == {"new_per_day": "7"}
    assert reading.read_known(desk.writer) == {"maps"}


def test_learns_gives_credit_and_fits_as_on_sqlite(desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    other = Desk(tmp_path / "other" / "deck")
    exercise = cloze("e", "{{c1::x}} and {{c2::y}}", "exercises: [sets/a, sets/b]")
    desk.ask(exercise, topic="maps")
    for path, data in desk.folder().files.items():
        other.write(path, data.decode())
    found = []
    for each in (desk, other):
        each.sync()
        study(each, 60)
        learn(each.writer.engine, each.url)
        learnt = reading.read_pairs(each.writer, reading.INFO)
        del learnt["attachments"]
        keep = {"name": "credit", "value": '{"weight": 0.5, "reviews": 1000}'}
        with each.writer.engine.begin() as connection:
            connection.execute(delete(tables.info).where(tables.info.c.name == "credit"))
            connection.execute(insert(tables.info), keep)
        day = read_day(each.writer, each.now_ms + 3 * DAY_MS, UTC)
        texts = [" ".join(map(repr, (n, *DEFAULT_PARAMETERS[1:]))) for n in (0.3, 0.4)]
        for text in texts:
            each.writer.set_parameters(text, 1, "{}")
        before = each.writer.undo_parameters(2)
        assert before == texts[0]
        found.append((
            learnt, sorted(day.cards.values()), sorted(day.credits.items()),
            read_histories(each.writer), sorted(each.writer.rows(RATINGS)),
            read_fitted(each.writer) == frozenset(texts), each.dump(tables.memories),
        ))  # fmt: skip
    assert found[0] == found[1]
    assert "pace" in found[0][0]
    assert found[0][2], "nothing was credited"
    other.close()


def test_the_first_version_is_brought_up_to_date(desk: Desk) -> None:
    desk.sync()
    study(desk, 20)
    kept = [table for table in HISTORY if table.name not in {"meta", "parameter_sets"}]
    before, derived = desk.dump(*kept), desk.dump(*DERIVED)
    with desk.writer.engine.begin() as connection:
        for statement in (
            "DROP TABLE flags, adoptions, held_cards",
            "DROP INDEX revlog_from_elsewhere",
            "ALTER TABLE notes DROP COLUMN last_content",
            "ALTER TABLE revlog DROP COLUMN effect, DROP COLUMN origin, DROP COLUMN stability,"
            " DROP COLUMN difficulty, DROP COLUMN ease",
            "DROP TABLE parameter_sets",
            "ALTER TABLE contents DROP COLUMN exercises, DROP COLUMN likeness",
            "UPDATE meta SET value = '1' WHERE name = 'schema_version'",
            "UPDATE info SET value = '1' WHERE name = 'compiler'",
        ):
            connection.exec_driver_sql(statement)
    desk.close()
    desk.sync()
    assert desk.dump(*kept) == before
    assert desk.dump(*DERIVED) == derived
    assert add_flag(desk.writer, desk.card("sets/a"), "wrong", "", 1) == 1
    desk.writer.set_parameters(" ".join(map(repr, (0.4, *DEFAULT_PARAMETERS[1:]))), 1)
    assert desk.writer.undo_parameters(2) is None


def test_flags_are_kept_as_on_sqlite(desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    other = Desk(tmp_path / "other" / "deck")
    found = []
    for each in (desk, other):
        each.ask(question("a"), question("b"), question("c"))
        each.ask(cloze("e", "{{c1::x}} and {{c2::y}}"), topic="maps")
        each.sync()
        ids = [
            add_flag(each.writer, each.card(name, ordinal), "unclear", f"note \0 {name}", moment)
            for moment, (name, ordinal) in enumerate([("maps/e", 2), ("sets/b", 1), ("sets/a", 1)])
        ]
        each.ask(question("a"), question("z", "B?", "formerly: [sets/b]"), retired="c")
        each.ask(topic="maps", retired="e")
        each.sync()
        changed = [
            resolve_flags(each.writer, ids[:2], 7),
            resolve_flags(each.writer, ids[:1], None),
        ]
        found.append(
            (ids, changed, read_flags(each.writer, resolved=True), flags_of(each.writer, 1))
        )
    assert found[0] == found[1]
    assert [flag.card_key for flag in found[0][2]] == ["maps/e#2", "sets/a", "sets/z"]
    other.close()


def test_reviews_from_anki_come_home_as_on_sqlite(desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    other = Desk(tmp_path / "other" / "deck")
    found = []
    for each in (desk, other):
        each.ask(question("a"), question("b"), question("c"))
        each.now_ms = 1_780_000_000_000
        each.sync()
        each.rate(each.card("sets/a"))
        history = anki_history(each.now_ms)
        here = Place("small", each.now_ms + 9 * DAY_MS, UTC)
        (_, b, _) = each.column(tables.notes, "note_id")[:3]
        plan = plan_import(each.writer, history, here, {"theirs": b})
        report = import_history(each.writer.engine, history, here, {"theirs": b})
        assert report == plan.report
        again = import_history(each.writer.engine, history, here)
        assert (again.known, again.added) == (5, {})
        before = each.dump(tables.memories, tables.revlog, tables.adoptions)
        each.rebuild()
        assert each.dump(tables.memories, tables.revlog, tables.adoptions) == before
        found.append((report, before, read_histories(each.writer)))
    assert found[0] == found[1]
    assert sum(found[0][0].added.values()) == 5
    other.close()


def anki_history(now_ms: int) -> AnkiHistory:
    """Reviews of two notes around a moment, one a note of ours and one to be adopted."""
    guids = (guid_of("small", "sets/a"), "theirs")
    notes = [AnkiNote(n, guid, "Basic", (("Front", "?"),), (), 0) for n, guid in enumerate(guids)]
    cards = [AnkiCard(n, n, 0, "Default", 2, 2, 100, 5, 0) for n in range(2)]
    rows = [(0, -2, 3, 0), (0, -1, 2, 1), (0, 5, 1, 1), (1, 1, 3, 1), (1, 2, 0, 4)]
    reviews = [
        AnkiReview(now_ms + day * DAY_MS, card, rating, 5, 1, 2500, 900, kind)
        for card, day, rating, kind in rows
    ]
    return AnkiHistory(notes, cards, reviews, created_at=now_ms // 1000 - 10**7)


def test_reads_the_same_as_on_sqlite(desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    other = Desk(tmp_path / "other" / "deck")
    for path, data in desk.folder().files.items():
        other.write(path, data.decode())
    for each in (desk, other):
        each.sync()
        study(each, 60)
        each.writer.mark([2], suspended=True)
        each.writer.mark([3], buried_day=7)
    statements = [
        value
        for name, value in vars(reading).items()
        if name.isupper() and isinstance(value, str) and value.lstrip().startswith("SELECT")
    ]
    for statement in statements:
        values = {"card_id": 1, "day": desk.day, "after": 0}
        used = {key: value for key, value in values.items() if f":{key}" in statement}
        mine, theirs = (each.writer.rows(statement, used) for each in (desk, other))
        assert sorted(map(repr, mine)) == sorted(repr(row) for row in with_truths(theirs, mine)), (
            statement
        )
    assert reading.read_card(desk.writer, 1) == reading.read_card(other.writer, 1)
    assert read_progress(desk.writer, UTC) == read_progress(other.writer, UTC)
    mine_cards, other_cards = (reading.read_queue_cards(each.writer) for each in (desk, other))
    assert sorted(mine_cards) == sorted(other_cards)
    other.close()


def with_truths(rows: list[reading.Row], like: list[reading.Row]) -> list[reading.Row]:
    """SQLite's 0 and 1 as the truth values that PostgreSQL has in the same column."""
    columns = {n for row in like for n, value in enumerate(row) if isinstance(value, bool)}
    return [
        tuple(bool(v) if n in columns and v is not None else v for n, v in enumerate(row))
        for row in rows
    ]


def test_suspensions_in_anki_are_on_record(desk: Desk) -> None:
    desk.sync()
    names = read_card_names(desk.writer, "small")
    name = next(iter(names.cards))
    journal = HoldingJournal(desk.writer, names, desk.now_ms)
    hold = Hold(1, name, "locked")
    journal.intend([hold])
    assert read_held(desk.writer, names) == {name: Held("locked", "intended")}
    journal.confirm([hold])
    assert read_held(desk.writer, names) == {name: Held("locked", "suspended")}
    journal.forget([name])
    assert not read_held(desk.writer, names)


def test_somebody_elses_tables_are_left_alone(desk: Desk) -> None:
    engine = create_engine(desk.url)
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE notes (note text)")
    engine.dispose()
    try:
        with pytest.raises(StoreError, match="not a store of mlready"):
            desk.sync()
    finally:
        drop_all(desk.url)


def test_a_store_of_another_deck(desk: Desk) -> None:
    desk.sync()
    with pytest.raises(StoreError, match='of the deck "small", not "other"'):
        Writer(desk.url, "other")


def test_the_command_line(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    env = {"MLREADY_STORE": desk.url}
    deck = ("--deck", str(desk.root))
    first = run_mlready("sync", *deck, env=env)
    assert (first.returncode, first.stdout) == (0, "4 added\n"), first.stderr
    for verb in ("status", "list", "rebuild", "sync", "check"):
        done = run_mlready(verb, *deck, env=env)
        assert done.returncode == 0, done.stderr
    monkeypatch.setenv("MLREADY_STORE", desk.url)
    progress = open_progress(desk.root, desk.now_ms)
    progress.writer().close()
    assert progress.report is None or progress.report.is_empty
