"""Packages and collections that the real Anki wrote, read without it."""

import gc
import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from pathlib import Path
from shutil import copyfile
from typing import Any, NamedTuple

import pytest
from anki.collection import Collection, ExportAnkiPackageOptions

from exports.anki.histories import AnkiHistory, HistoryError
from exports.anki.reading.collections import read_history
from exports.anki.reading.copies import copy_collection

DECK = "Mathematik::Größe é"
OFFSET_EAST = 330
ROLLOVER = 6
WITH_REVIEWS = ("new.apkg", "legacy.apkg", "new.colpkg", "legacy.colpkg", "collection.anki2", ".")
WHOLE = WITH_REVIEWS[2:]
PACKAGES = WITH_REVIEWS[:4]

# Anki locks other programs out, not itself: it has to be another process.
OPEN_ANKI = """
import sys
from anki.collection import Collection
collection = Collection(sys.argv[1])
for number in range(300):
    note = collection.new_note(collection.models.by_name("Basic"))
    note.fields = [f"later {number}", "answer"]
    collection.add_note(note, 1)
print("open", flush=True)
sys.stdin.read()
collection.close()
"""
# Each change is of two rows, one near each end of the file, which are equal ever after.
KEEP_WRITING = """
import random, sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute("PRAGMA locking_mode = EXCLUSIVE")
connection.execute("PRAGMA journal_mode = WAL")
connection.execute("PRAGMA wal_autocheckpoint = 1000")
connection.execute("PRAGMA synchronous = OFF")
for number in range(1, 100_000_000):
    row = random.randrange(1, 9_000)
    change = (number, row, 20_001 - row)
    connection.execute("UPDATE pairs SET value = ? WHERE id IN (?, ?)", change)
    if number == 5_000:
        print("open", flush=True)
"""
PAIRS = """
CREATE TABLE pairs (id integer primary key, value, filler);
INSERT INTO pairs
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000)
SELECT i, 0, zeroblob(400) FROM n;
"""
UNEQUAL_PAIRS = """
SELECT count(*) FROM pairs AS a JOIN pairs AS b ON b.id = 20001 - a.id WHERE a.value != b.value
"""


class Reviewed(NamedTuple):
    """What a learner did in Anki: the folder of all files, and the truth of Anki's tables."""

    folder: Path
    cards: list[Any]
    reviews: list[Any]


@pytest.fixture(scope="module")
def reviewed(tmp_path_factory: pytest.TempPathFactory) -> Reviewed:
    folder = tmp_path_factory.mktemp("reviewed")
    path = folder / "collection.anki2"
    collection = Collection(str(path))
    collection.set_config("rollover", ROLLOVER)
    collection.set_config("creationOffset", -OFFSET_EAST)
    add_notes(collection)
    for rating in (1, 2, 3, 4, 3, 3):
        card = collection.sched.getCard()
        card.start_timer()
        collection.sched.answerCard(card, rating)
    reviewed = list(collection.find_cards("is:learn OR is:review"))
    collection.sched.suspend_cards(reviewed[:1])
    collection.sched.set_due_date(reviewed[1:4], "3-9")
    for ending, legacy in (("new", False), ("legacy", True)):
        write_packages(collection, folder, ending, legacy=legacy)
    # From here on some cards are in a filtered deck, which a package never shows.
    filtered = collection.sched.get_or_create_filtered_deck(0)
    del filtered.config.search_terms[1:]
    filtered.config.search_terms[0].search = "is:review OR deck:Other"
    collection.sched.add_or_update_filtered_deck(filtered)
    assert collection.db.scalar("SELECT count() FROM cards WHERE odid != 0") >= 3
    for ending, legacy in (("new", False), ("legacy", True)):
        write_collection_package(collection, folder, ending, legacy=legacy)
    cards = collection.db.all(
        "SELECT guid, ord, type, queue, ivl FROM cards JOIN notes ON nid = notes.id ORDER BY 1, 2"
    )
    reviews = collection.db.all(
        "SELECT id, cid, ease, ivl, lastIvl, factor, time, type FROM revlog ORDER BY id"
    )
    collection.close()
    return Reviewed(folder, cards, reviews)


def add_notes(collection: Any) -> None:
    home = collection.decks.id(DECK)
    collection.decks.select(home)
    for number in range(8):
        note = collection.new_note(collection.models.by_name("Basic (and reversed card)"))
        note.fields = [f"<b>front</b> {number} &lt;", f"\\(x_{number}\\) 漢字 \U0001f600"]
        note.tags = ["a::b", "größe"]
        collection.add_note(note, home)
    note = collection.new_note(collection.models.by_name("Cloze"))
    note.fields[0] = "{{c1::one}} and {{c3::three}}"
    collection.add_note(note, collection.decks.id("Other"))


def write_packages(collection: Any, folder: Path, name: str, *, legacy: bool) -> None:
    for ending, with_scheduling in (("", True), ("-bare", False)):
        collection.export_anki_package(
            out_path=str(folder / f"{name}{ending}.apkg"),
            options=ExportAnkiPackageOptions(
                with_scheduling=with_scheduling,
                with_deck_configs=True,
                with_media=True,
                legacy=legacy,
            ),
            limit=None,
        )


def write_collection_package(collection: Any, folder: Path, name: str, *, legacy: bool) -> None:
    path = str(folder / f"{name}.colpkg")
    collection.export_collection_package(path, include_media=False, legacy=legacy)
    collection.reopen()


def keyed_cards(history: AnkiHistory) -> list[Any]:
    guids = {note.id: note.guid for note in history.notes}
    return sorted(
        (guids[card.note_id], card.ordinal, card.deck, card.state, card.interval, card.due)
        for card in history.cards
    )


def keyed_reviews(history: AnkiHistory) -> list[Any]:
    guids = {note.id: note.guid for note in history.notes}
    cards = {card.id: (guids[card.note_id], card.ordinal) for card in history.cards}
    return sorted((cards[row.card_id], *row[:1], *row[2:]) for row in history.reviews)


@pytest.mark.parametrize("name", WITH_REVIEWS)
def test_every_kind_of_file_says_the_same(reviewed: Reviewed, name: str) -> None:
    history = read_history(reviewed.folder / name)
    guids = {note.id: note.guid for note in history.notes}
    states = sorted((guids[c.note_id], c.ordinal, c.state, c.interval) for c in history.cards)
    assert states == [
        (guid, ordinal, kind, days) for guid, ordinal, kind, _, days in reviewed.cards
    ]
    assert [list(review) for review in history.reviews] == reviewed.reviews
    first = read_history(reviewed.folder / WITH_REVIEWS[0])
    assert keyed_cards(history) == keyed_cards(first)
    assert keyed_reviews(history) == keyed_reviews(first)
    assert sorted(note[1:] for note in history.notes) == sorted(note[1:] for note in first.notes)


@pytest.mark.parametrize("name", ["new-bare.apkg", "legacy-bare.apkg"])
def test_a_package_without_progress_has_notes_and_no_reviews(reviewed: Reviewed, name: str) -> None:
    history = read_history(reviewed.folder / name)
    assert len(history.notes) == 9
    assert len(history.cards) == 18
    assert not history.reviews


def test_notes_have_named_fields_and_tags(reviewed: Reviewed) -> None:
    history = read_history(reviewed.folder / "new.apkg")
    first = history.notes[0]
    assert first.notetype == "Basic (and reversed card)"
    assert first.fields == (
        ("Front", "<b>front</b> 0 &lt;"),
        ("Back", "\\(x_0\\) 漢字 \U0001f600"),
    )
    assert sorted(first.tags) == ["a::b", "größe"]
    assert {card.ordinal for card in history.cards if card.deck == "Other"} == {0, 2}
    assert {card.deck for card in history.cards} == {DECK, "Other"}


@pytest.mark.parametrize("name", WHOLE)
def test_only_a_whole_collection_says_when_its_days_begin(reviewed: Reviewed, name: str) -> None:
    assert read_history(reviewed.folder / name).rollover_hour == ROLLOVER
    assert read_history(reviewed.folder / "new.apkg").rollover_hour is None


@pytest.mark.parametrize("name", WITH_REVIEWS)
def test_the_first_day_and_its_offset_are_in_every_file(reviewed: Reviewed, name: str) -> None:
    history = read_history(reviewed.folder / name)
    assert history.utc_offset == OFFSET_EAST
    assert history.created_at == read_history(reviewed.folder / "collection.anki2").created_at > 0


@pytest.mark.parametrize(
    ("hour", "read"), [(0, 0), (23, 23), (30, 23), (256, None), (-1, None), ("7", None)]
)
@pytest.mark.parametrize("name", ["collection.anki2", "legacy.colpkg"])
def test_an_impossible_hour_is_read_as_anki_reads_it(
    tmp_path: Path, hour: Any, read: int | None, name: str
) -> None:
    collection = Collection(str(tmp_path / "collection.anki2"))
    collection.set_config("rollover", hour)
    write_collection_package(collection, tmp_path, "legacy", legacy=True)
    collection.close()
    assert read_history(tmp_path / name).rollover_hour == read


def test_what_is_read_is_watched(reviewed: Reviewed) -> None:
    seen: list[tuple[str, int]] = []
    read_history(reviewed.folder, watch=lambda what, count: seen.append((what, count)))
    assert seen[-1] == ("reviews", len(reviewed.reviews))
    assert gc.isenabled()


def test_a_name_does_not_matter(reviewed: Reviewed, tmp_path: Path) -> None:
    for name in (*PACKAGES, "collection.anki2"):
        copy = tmp_path / "holiday.jpg"
        copyfile(reviewed.folder / name, copy)
        assert len(read_history(copy).reviews) == len(reviewed.reviews)


def test_a_link_is_followed(reviewed: Reviewed, tmp_path: Path) -> None:
    link = tmp_path / "link"
    link.symlink_to(reviewed.folder / "collection.anki2")
    assert len(read_history(link).reviews) == len(reviewed.reviews)


@pytest.fixture
def run() -> Iterator[Callable[..., None]]:
    """Start a program that holds a collection open until the test is over."""
    started: list[subprocess.Popen[str]] = []

    def start(program: str, *arguments: str) -> None:
        process = subprocess.Popen(
            [sys.executable, "-c", program, *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        started.append(process)
        assert process.stdout is not None
        assert process.stdout.readline() == "open\n"

    yield start
    for process in started:
        process.kill()
        process.communicate()


def snapshot(folder: Path) -> dict[str, Any]:
    paths = [folder, *folder.rglob("*")]
    return {str(path): (s.st_ino, s.st_size, s.st_mtime_ns) for path in paths if (s := path.stat())}


def assert_locked(path: Path) -> None:
    connection = sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True, timeout=0)
    with closing(connection), pytest.raises(sqlite3.OperationalError, match="locked"):
        connection.execute("SELECT * FROM notes")


def test_a_collection_that_anki_has_open_is_read_and_its_folder_left_alone(
    reviewed: Reviewed, tmp_path: Path, run: Callable[..., None]
) -> None:
    path = tmp_path / "collection.anki2"
    copyfile(reviewed.folder / path.name, path)
    run(OPEN_ANKI, str(path))
    assert_locked(path)
    before = snapshot(tmp_path)
    for place in (path, tmp_path):
        history = read_history(place)
        assert len(history.notes) == 9 + 300
        assert history.notes[-1].fields[0] == ("Front", "later 299")
        assert len(history.reviews) == len(reviewed.reviews)
    assert snapshot(tmp_path) == before


def test_a_closed_collection_is_left_alone(reviewed: Reviewed, tmp_path: Path) -> None:
    copyfile(reviewed.folder / "collection.anki2", tmp_path / "collection.anki2")
    before = snapshot(tmp_path)
    read_history(tmp_path)
    assert snapshot(tmp_path) == before


def test_a_copy_is_of_one_moment_while_another_program_writes(
    tmp_path: Path, run: Callable[..., None]
) -> None:
    path = tmp_path / "collection.anki2"
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(PAIRS)
    run(KEEP_WRITING, str(path))
    refusals = []
    for number in range(40):
        copy = tmp_path / f"copy-{number}"
        try:
            copy_collection(path, copy)
        except HistoryError as error:
            refusals.append(error.problem)
        else:
            with closing(sqlite3.connect(copy)) as connection:
                assert connection.execute(UNEQUAL_PAIRS).fetchone() == (0,)
                assert connection.execute("SELECT max(value) > 0 FROM pairs").fetchone() == (1,)
                assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        for left in tmp_path.glob("copy-*"):
            left.unlink()
    assert len(refusals) < 20
    assert all("writing to it" in text for text in refusals)


def test_a_change_that_was_cut_off_is_for_anki_to_undo(reviewed: Reviewed, tmp_path: Path) -> None:
    path = tmp_path / "collection.anki2"
    copyfile(reviewed.folder / path.name, path)
    journal = tmp_path / "collection.anki2-journal"
    journal.write_bytes(b"\xd9\xd5\x05\xf9\x20\xa1\x63\xd7" + bytes(504))
    with pytest.raises(HistoryError, match="middle of a change"):
        read_history(path)
    journal.write_bytes(bytes(512))
    assert read_history(path).reviews


def test_no_copy_is_left_behind(
    reviewed: Reviewed, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))

    def look() -> set[int]:
        return {path.stat().st_mode & 0o777 for path in tmp_path.rglob("*")}

    modes: set[int] = set()
    for name in (*WITH_REVIEWS, "no-such-file"):
        with suppress(HistoryError):
            read_history(reviewed.folder / name, watch=lambda *_: modes.update(look()))
        assert not list(tmp_path.iterdir())
    if os.name == "posix":
        assert modes == {0o700, 0o600}
