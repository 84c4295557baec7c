"""A store of an older version is brought up to date, with nothing lost."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import inspect

from mlready.content.deck import Question
from mlready.store import tables
from mlready.store.location import sqlite_path
from mlready.store.migrations import MIGRATIONS
from mlready.store.tables import metadata
from mlready.store.version import SCHEMA_VERSION
from scheduler.fsrs_adapter import answer
from scheduler.memory import NEW, Rating
from scheduler.preset import DEFAULT_PARAMETERS, Preset
from tests.store_fixtures import DERIVED, HISTORY, Desk, desk, question
from tests.study_fixtures import DAY, NOW, Place, Result, place, run, used_place

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

# The end of the process closes the store; here many commands run in one.
pytestmark = pytest.mark.filterwarnings(
    "ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning"
)
__all__ = ["desk", "place", "run", "used_place"]


_QUESTIONS = 4  # their place in an outline
_EXERCISES = Question._fields.index("exercises")


def make_third_version(path: Path) -> None:
    """Undo what version 4 added."""
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(
            """DROP TABLE flags;
            UPDATE meta SET value = '3' WHERE name = 'schema_version';"""
        )
        connection.commit()


def make_second_version(path: Path) -> None:
    """Undo what versions 3 and 4 added."""
    make_third_version(path)
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(
            """DROP TABLE adoptions;
            DROP TABLE held_cards;
            DROP INDEX revlog_from_elsewhere;
            ALTER TABLE notes DROP COLUMN last_content;
            ALTER TABLE revlog DROP COLUMN effect;
            ALTER TABLE revlog DROP COLUMN origin;
            ALTER TABLE revlog DROP COLUMN stability;
            ALTER TABLE revlog DROP COLUMN difficulty;
            ALTER TABLE revlog DROP COLUMN ease;
            UPDATE meta SET value = '2' WHERE name = 'schema_version';"""
        )
        connection.commit()


def make_first_version(path: Path) -> None:
    """Undo what versions 2 to 4 added."""
    make_second_version(path)
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(
            """DROP TABLE parameter_sets;
            ALTER TABLE contents DROP COLUMN exercises;
            ALTER TABLE contents DROP COLUMN likeness;
            UPDATE meta SET value = '1' WHERE name = 'schema_version';
            UPDATE info SET value = '1' WHERE name = 'compiler';"""
        )
        outlines = connection.execute("SELECT path, outline FROM sources").fetchall()
        for file, outline in outlines:
            fields = json.loads(outline)
            for question in fields[_QUESTIONS]:
                del question[_EXERCISES]
            row = (json.dumps(fields), file)
            connection.execute("UPDATE sources SET outline = ? WHERE path = ?", row)
        connection.commit()


def used_desk(desk: Desk) -> Path:
    """The store of a desk at which cards were rated, suspended and taken back; it is closed."""
    desk.ask(question("a"), question("b"))
    desk.sync()
    first, second = desk.card("sets/a"), desk.card("sets/b")
    desk.rate(first)
    desk.rate(second, Rating.AGAIN)
    desk.pass_time(3)
    desk.rate(first, Rating.HARD)
    desk.rate(second, Rating.EASY)
    desk.undo()
    desk.writer.mark([second], suspended=True)
    desk.writer.set_setting("new_per_day", "7")
    desk.writer.set_setting("parameters", " ".join(map(str, (0.4, *DEFAULT_PARAMETERS[1:]))))
    path = sqlite_path(desk.url)
    assert path is not None
    return path


def test_there_is_a_step_from_every_version() -> None:
    assert len(MIGRATIONS) == SCHEMA_VERSION - 1


@pytest.mark.parametrize("make_earlier", [make_second_version, make_third_version])
def test_an_earlier_version_is_brought_up_to_date_with_nothing_lost(
    desk: Desk, make_earlier: Callable[[Path], None]
) -> None:
    path = used_desk(desk)
    before = desk.dump(*HISTORY, *DERIVED)
    desk.close()
    make_earlier(path)
    assert desk.dump(*HISTORY, *DERIVED) == before
    desk.sync()
    assert desk.dump(*HISTORY, *DERIVED) == before


def test_the_first_version_is_brought_up_to_date_with_nothing_lost(desk: Desk) -> None:
    path = used_desk(desk)
    kept = [table for table in HISTORY if table.name not in {"meta", "parameter_sets"}]
    before = desk.dump(*kept, tables.memories)
    derived = desk.dump(*DERIVED)
    desk.close()
    make_first_version(path)
    assert desk.dump(*kept, tables.memories) == before
    assert desk.dump(tables.parameter_sets) == {"parameter_sets": []}
    assert str(SCHEMA_VERSION) in desk.column(tables.meta, "value")
    desk.sync()
    assert desk.dump(*kept) == {table.name: before[table.name] for table in kept}
    assert desk.dump(*DERIVED) == derived


def test_the_store_of_before_is_kept_as_it_was(desk: Desk) -> None:
    path = used_desk(desk)
    reviews = desk.dump(tables.revlog)["revlog"]
    desk.close()
    make_first_version(path)
    desk.sync()
    backup = path.with_suffix(".v1.bak")
    with closing(sqlite3.connect(backup)) as connection:
        version = connection.execute("SELECT value FROM meta WHERE name = 'schema_version'")
        assert version.fetchone() == ("1",)
        assert connection.execute("SELECT COUNT(*) FROM revlog").fetchone() == (len(reviews),)


def test_what_is_migrated_has_the_tables_of_a_new_store(desk: Desk, tmp_path: Path) -> None:
    path = used_desk(desk)
    desk.close()
    make_first_version(path)
    fresh = Desk(tmp_path / "other" / "deck")
    with desk.writer.engine.connect() as old, fresh.writer.engine.connect() as new:
        assert set(inspect(old).get_table_names()) == set(inspect(new).get_table_names())
        for name in metadata.tables:
            found, expected = (
                {c["name"]: (str(c["type"]), c["nullable"]) for c in inspect(s).get_columns(name)}
                for s in (old, new)
            )
            assert found == expected, name
            names = [{index["name"] for index in inspect(s).get_indexes(name)} for s in (old, new)]
            assert names[0] == names[1], name
    fresh.close()


@pytest.mark.parametrize("broken", ["questions/sets.yaml", "topics/1-basics.yaml"])
def test_a_file_that_is_broken_then_stays_as_it_last_compiled(desk: Desk, broken: str) -> None:
    path = used_desk(desk)
    before = desk.cards()
    desk.close()
    make_first_version(path)
    text = (desk.root / broken).read_text(encoding="utf-8")
    desk.write(broken, "topic: [sets\n")
    report = desk.sync()
    assert desk.cards() == before
    assert (report.retired, report.vanished) == ([], [])
    assert {row["exercises"] for row in desk.dump(tables.contents)["contents"]} == {"[]"}
    desk.write(broken, text)
    desk.sync()
    assert desk.cards() == before
    assert 0 not in desk.column(tables.contents, "likeness")


def test_a_step_that_fails_leaves_the_store_as_it_was(desk: Desk) -> None:
    path = used_desk(desk)
    desk.close()
    make_first_version(path)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE parameter_sets (theirs TEXT)")
        connection.commit()
        before = list(connection.iterdump())
    with pytest.raises(Exception, match="parameter_sets"):
        assert desk.writer
    with closing(sqlite3.connect(path)) as connection:
        assert list(connection.iterdump()) == before


def test_the_command_line_goes_on_where_the_first_version_left(
    used_place: Place, run: Callable[..., Result]
) -> None:
    progress = used_place.open()
    ((card_id,),) = progress.reader.rows("SELECT MIN(card_id) FROM live_cards")
    after = answer(NEW, Rating.GOOD, NOW, DAY, Preset(), card_id)
    from mlready.store.writing import Rated  # noqa: PLC0415 - after the place is made

    progress.writer().record(Rated(card_id, Rating.GOOD, NEW, after, NOW, DAY, 900))
    progress.writer().close()
    expected = run("status").out
    make_first_version(used_place.home / "trail.sqlite3")
    again = run("status")
    assert again.code == 0
    assert again.out == expected
    assert used_place.ratings() == [3]
