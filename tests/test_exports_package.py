"""The file of a package: the same bytes for the same deck, whole or not there at all."""

import json
import os
import signal
import sqlite3
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from hashlib import blake2b
from pathlib import Path
from typing import Any

import pytest

from exports.anki import notetypes
from exports.anki.lock import Lock, LockError
from exports.anki.package import write_package
from exports.records import ExportReport
from tests.anki_fixtures import (
    NOW,
    col,
    counts,
    export,
    hole,
    import_package,
    make_cloze,
    make_deck,
    make_note,
    paragraph,
)

__all__ = ["col"]

ROOT = Path(__file__).parents[1]

# A deck with a picture, a cloze and a retired note, exported twice, the second time with what
# the first has promised.
BUILD = """
import sys
from dataclasses import replace
from pathlib import Path
from tests.anki_fixtures import export, hole, make_cloze, make_deck, make_note, paragraph

folder = Path(sys.argv[1])
picture = folder / "picture"
picture.write_text("<svg/>")
shows = make_note("t/1", answer=paragraph(["image", "a.svg", ""]), phase=2)
notes = [shows, make_note("t/2"), make_cloze("c/1", hole(1, [["text", "x"]]))]
media = {"a.svg": picture}
export(make_deck(*notes, make_note("t/3"), media=media), folder / "1.apkg")
deck = replace(make_deck(*notes, media=media), retired={"t/3": make_note("t/3")})
export(deck, folder / "2.apkg")
"""


def run(script: str, *arguments: object, **environment: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", script, *map(str, arguments)]
    return subprocess.run(
        command, env=os.environ | environment, cwd=ROOT, capture_output=True, text=True, check=False
    )


def read_member(package: Path, name: str) -> bytes:
    with zipfile.ZipFile(package) as archive:
        return archive.read(name)


def test_a_deck_gives_the_same_bytes_everywhere(tmp_path: Path) -> None:
    circumstances = [
        {"PYTHONHASHSEED": "0", "TZ": "UTC", "LANG": "C", "SOURCE_DATE_EPOCH": "1"},
        {"PYTHONHASHSEED": "1", "TZ": "Pacific/Auckland", "LANG": "de_DE.UTF-8"},
        {"PYTHONHASHSEED": "2", "TZ": "America/St_Johns", "USER": "nobody", "HOME": "/"},
    ]
    digests = set()
    for number, environment in enumerate(circumstances):
        folder = tmp_path / str(number)
        folder.mkdir()
        done = run(BUILD, folder, **environment)
        assert done.returncode == 0, done.stderr
        digests.add(tuple((folder / f"{n}.apkg").read_bytes() for n in (1, 2)))
    ((first, second),) = digests
    assert first != second


def test_the_moment_of_the_export_is_not_in_the_package(tmp_path: Path) -> None:
    deck = make_deck(make_note("t/1"), make_cloze("c/1", hole(1, [["text", "x"]])))
    for folder, now in (("a", NOW), ("b", NOW + 10**6)):
        (tmp_path / folder).mkdir()
        export(deck, tmp_path / folder / "deck.apkg", now)
    a, b = ((tmp_path / folder / "deck.apkg").read_bytes() for folder in "ab")
    assert a == b


def test_the_lock_of_an_unchanged_deck_stays_as_it_is(tmp_path: Path) -> None:
    path, lock = tmp_path / "deck.apkg", tmp_path / "anki.lock"
    deck = make_deck(*(make_note(f"t/{n}") for n in range(5)))
    export(deck, path)
    package, promised = path.read_bytes(), lock.read_bytes()
    changes = export(deck, path, NOW + 1).changes
    assert (changes.new, changes.changed, changes.unchanged) == (0, 0, 5)
    assert (path.read_bytes(), lock.read_bytes()) == (package, promised)


def test_the_database_is_sound_whoever_reads_it(tmp_path: Path) -> None:
    export(make_deck(*(make_note(f"t/{n}") for n in range(500))), tmp_path / "deck.apkg")
    database = tmp_path / "collection.anki2"
    database.write_bytes(read_member(tmp_path / "deck.apkg", "collection.anki2"))
    header = database.read_bytes()[:100]
    # The size is believed only while these two agree; the last names no SQLite of today.
    assert header[24:28] == header[92:96]
    assert int.from_bytes(header[96:100]) == 3_007_000
    with closing(sqlite3.connect(database)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert connection.execute("SELECT count(*) FROM notes").fetchone() == (500,)


def test_members_have_no_time_and_are_compressed(tmp_path: Path) -> None:
    picture = tmp_path / "picture"
    picture.write_text("<svg>" + " " * 1000)
    shows = make_note(answer=paragraph(["image", "a.svg", ""]))
    export(make_deck(shows, media={"a.svg": picture}), tmp_path / "deck.apkg")
    with zipfile.ZipFile(tmp_path / "deck.apkg") as archive:
        members = archive.infolist()
        assert json.loads(archive.read("media")) == {"0": "a.svg"}
        assert archive.read("0") == picture.read_bytes()
    assert [member.filename for member in members] == ["collection.anki2", "media", "0"]
    assert {member.date_time for member in members} == {(1980, 1, 1, 0, 0, 0)}
    assert {member.compress_type for member in members} == {zipfile.ZIP_DEFLATED}
    assert {member.create_system for member in members} == {3}


# Whole or not at all


def test_no_file_is_left_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder, elsewhere = tmp_path / "out", tmp_path / "tmp"
    folder.mkdir()
    elsewhere.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(elsewhere))
    monkeypatch.setenv("TMPDIR", str(elsewhere))
    monkeypatch.setenv("SQLITE_TMPDIR", str(elsewhere))
    export(make_deck(make_note()), folder / "deck.apkg")
    (folder / "taken.apkg").mkdir()
    with pytest.raises(OSError, match=r"taken\.apkg"):
        export(make_deck(make_note()), folder / "taken.apkg")
    assert {path.name for path in folder.iterdir()} == {"deck.apkg", "taken.apkg", "anki.lock"}
    assert not list(elsewhere.iterdir())


def test_what_is_not_written_down_is_not_handed_out(tmp_path: Path) -> None:
    path = tmp_path / "deck.apkg"
    path.write_bytes(b"the package before")

    def refuse(_: Lock) -> None:
        assert path.read_bytes() == b"the package before"
        raise LockError(0, "the disk is full", "")

    with pytest.raises(LockError):
        write_package(make_deck(make_note()), path, Lock(), NOW, refuse)
    assert path.read_bytes() == b"the package before"
    assert list(tmp_path.iterdir()) == [path]


# Writes a package of some size, to a disk that is full before that.
FULL = """
import resource, signal, sys
from pathlib import Path
from tests.anki_fixtures import make_deck, make_note, text
from exports.anki.lock import Lock
from exports.anki.package import write_package

notes = [make_note(str(n), answer=text("word " * 500)) for n in range(400)]
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[2]),) * 2)
try:
    write_package(make_deck(*notes), Path(sys.argv[1]), Lock(), 0)
except OSError as error:
    print(error.filename, error.strerror)
"""


@pytest.mark.skipif(os.name != "posix", reason="no way to bound the size of a file")
@pytest.mark.parametrize("size", [4_096, 50_000, 400_000])
def test_a_full_disk_leaves_the_old_package_and_says_so(tmp_path: Path, size: int) -> None:
    path = tmp_path / "deck.apkg"
    path.write_bytes(b"the package before")
    command = [sys.executable, "-c", FULL, str(path), str(size)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout
    assert "partial" not in done.stdout
    assert path.read_bytes() == b"the package before"
    assert list(tmp_path.iterdir()) == [path]


# Writes a package that never ends, and says when its file has grown.
ENDLESS = """
import os, sys
from dataclasses import replace
from pathlib import Path
from tests.anki_fixtures import export, make_deck, make_note

if "named" in sys.argv:
    del os.O_TMPFILE

class Endless:
    def __iter__(self):
        for number in range(1_000_000):
            if number == 5_000:
                print("begun", flush=True)
                sys.stdin.read()
            yield make_note(str(number))

deck = replace(make_deck(), order=tuple(map(str, range(5_001))), notes=Endless())
export(deck, Path(sys.argv[1]))
"""


def kill_in_the_middle(path: Path, *arguments: str) -> None:
    command = [sys.executable, "-c", ENDLESS, str(path), *arguments]
    pipes: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen(command, cwd=ROOT, text=True, **pipes) as process:
        assert process.stdout
        assert process.stdout.readline() == "begun\n"
        process.send_signal(signal.SIGKILL)


@pytest.mark.skipif(not hasattr(os, "O_TMPFILE"), reason="files have names on this system")
def test_a_killed_export_leaves_the_old_package_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "deck.apkg"
    export(make_deck(make_note()), path)
    before = {file.name: file.read_bytes() for file in tmp_path.iterdir()}
    kill_in_the_middle(path)
    assert {file.name: file.read_bytes() for file in tmp_path.iterdir()} == before


@pytest.mark.skipif(os.name != "posix", reason="no way to ask whether a process lives")
def test_where_files_have_names_the_next_export_sweeps_up(tmp_path: Path) -> None:
    path = tmp_path / "deck.apkg"
    kill_in_the_middle(path, "named")
    (left,) = tmp_path.iterdir()
    assert left.name.endswith(".partial")
    not_ours = [
        tmp_path / f".deck.apkg.{os.getppid()}.partial",
        tmp_path / ".deck.apkg.x.partial",
        tmp_path / f".other.apkg.{left.name.split('.')[3]}.partial",
    ]
    for file in not_ours:
        file.touch()
    export(make_deck(make_note()), path)
    expected = {"deck.apkg", "anki.lock", *(file.name for file in not_ours)}
    assert {file.name for file in tmp_path.iterdir()} == expected


def no_such_flag(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(os, "O_TMPFILE", raising=False)


def file_system_without(monkeypatch: pytest.MonkeyPatch) -> None:
    # The flag of a plain folder makes the system refuse, as a file system without it does.
    monkeypatch.setattr(os, "O_TMPFILE", os.O_CREAT | os.O_DIRECTORY, raising=False)


@pytest.mark.parametrize("lacking", [no_such_flag, file_system_without])
def test_named_and_nameless_files_give_the_same_package(
    lacking: Callable[[pytest.MonkeyPatch], None], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for folder in "ab":
        (tmp_path / folder).mkdir()
    deck = make_deck(make_note())
    export(deck, tmp_path / "a" / "deck.apkg")
    lacking(monkeypatch)
    export(deck, tmp_path / "b" / "deck.apkg")
    assert {file.name for file in (tmp_path / "b").iterdir()} == {"deck.apkg", "anki.lock"}
    a, b = (tmp_path / folder / "deck.apkg" for folder in "ab")
    assert a.read_bytes() == b.read_bytes()
    assert a.stat().st_mode == b.stat().st_mode


# What is counted, and what is fixed


def test_report_counts_what_was_written(tmp_path: Path) -> None:
    cloze = make_cloze("c/1", hole(1, [["text", "a"]]), hole(4, [["text", "b"]]))
    report = export(make_deck(make_note(), cloze), tmp_path / "deck.apkg").report
    assert report == ExportReport(notes=2, cards=3, media=0)


def read_ids(package: Path, table: str) -> list[int]:
    database = package.with_name("collection.anki2")
    database.write_bytes(read_member(package, "collection.anki2"))
    with closing(sqlite3.connect(database)) as connection:
        statement = f"SELECT id FROM {table} ORDER BY id"  # noqa: S608
        return [number for (number,) in connection.execute(statement)]


def test_ids_are_apart_and_in_the_past(tmp_path: Path) -> None:
    """Between two notes there is room for the cards of one; ids are milliseconds to Anki."""
    holes = [hole(number, [["text", "x"]]) for number in range(1, 500)]
    notes = [make_cloze(f"c/{n}", *holes) for n in range(3)]
    path = tmp_path / "deck.apkg"
    export(replace(make_deck(*notes), id="another", title="Another"), path)
    gone = {note.first_key: note for note in notes[1:]}
    export(replace(make_deck(notes[0]), retired=gone), path)
    ids = [*read_ids(path, "notes"), *read_ids(path, "cards")]
    assert len(ids) == len(set(ids)) == 3 + 3 * 499
    assert 1_600_000_000_000 <= min(ids) <= max(ids) < 1_760_000_000_000


def test_note_types_change_only_with_their_time() -> None:
    """Anki ignores a change of these unless `CHANGED` was raised with it."""
    said = (notetypes.QUESTION, notetypes.CLOZE, notetypes.read_style())
    digest = blake2b(repr(said).encode(), digest_size=8).hexdigest()
    assert (notetypes.CHANGED, digest) == (1_795_305_600, "7010cf6bab5c1383")


def test_a_large_deck_imports_as_it_was_written(col: Any, tmp_path: Path) -> None:
    """Larger than SQLite's cache, so that it was written while notes were still to come."""
    words = "word " * 200
    notes = [
        make_note(f"t/{n}", answer=[["paragraph", [["text", f"{n} {words}"]]]])
        for n in range(5_000)
    ]
    path = tmp_path / "deck.apkg"
    export(make_deck(*notes), path)
    assert import_package(col, path) == counts(new=5_000)
    assert col.fix_integrity()[1]
