"""`mlready import anki` on files that the real Anki wrote."""

from __future__ import annotations

import json
import os
import pty
import subprocess
from contextlib import suppress
from typing import TYPE_CHECKING

import pytest
from anki.collection import (
    ExportAnkiPackageOptions,
    ImportAnkiPackageOptions,
    ImportAnkiPackageRequest,
)

from exports.anki.identity import guid_of
from mlready import clock
from mlready.cli.importing import MANY_CARDS
from mlready.store.writing import Rated
from scheduler.days import StudyCalendar
from scheduler.fsrs_adapter import answer
from scheduler.memory import NEW, Rating
from scheduler.preset import Preset
from tests.anki_learner_fixtures import AnkiLearner
from tests.study_fixtures import MLREADY, Place, Result, place, run, used_place

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    Run = Callable[..., Result]

# The end of the process closes the store; here many commands run in one.
pytestmark = pytest.mark.filterwarnings(
    "ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning"
)
__all__ = ["place", "run", "used_place"]

MANY_ROWS = MANY_CARDS + 1


@pytest.fixture
def learner(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, used_place: Place) -> AnkiLearner:
    """A learner in the present, for Anki knows no other."""
    monkeypatch.delenv("MLREADY_NOW")
    used_place.env.pop("MLREADY_NOW")
    return AnkiLearner(tmp_path / "collection.anki2")


@pytest.fixture
def package(tmp_path: Path, learner: AnkiLearner) -> Iterator[Path]:
    """A package with two reviews of ours and one of a question that only seems foreign."""
    ours = learner.cards(learner.add(guid_of("trail", "maps/injective"), "?"))[0]
    learner.answer(ours, 4)
    learner.pass_time(20)
    learner.answer(ours, 3)
    theirs = learner.add("theirs", "Show that a limit is unique", "By the triangle inequality")
    learner.answer(learner.cards(theirs)[0], 3)
    learner.add("other", "What is\x1b[31m the capital of France?", "Paris")
    yield export(learner, tmp_path / "mine.apkg")
    learner.close()


def export(learner: AnkiLearner, path: Path, *, scheduling: bool = True) -> Path:
    options = ExportAnkiPackageOptions(with_scheduling=scheduling, legacy=False)
    learner.col.export_anki_package(out_path=str(path), options=options, limit=None)
    return path


def test_reviews_come_home(run: Run, package: Path, used_place: Place) -> None:
    dry = run("import", "anki", str(package), "--dry-run")
    assert (dry.code, used_place.ratings()) == (0, [])
    assert "2 reviews of 1 card would be added, from " in dry.out
    done = run("import", "anki", str(package))
    assert done.code == 0
    assert "2 reviews of 1 card added, from " in done.out
    assert "Not of this deck: 2 notes (2 Basic in Default)." in done.err
    assert used_place.ratings() == [4, 3]
    again = run("import", "anki", str(package))
    assert again.out == "Nothing new.\n2 entries of the log known already.\n"
    assert used_place.ratings() == [4, 3]


def test_a_collection_that_anki_has_open(
    run: Run, package: Path, learner: AnkiLearner, used_place: Place
) -> None:
    assert package.exists()
    assert run("import", "anki", str(learner.path)).code == 0
    assert used_place.ratings() == [4, 3]
    learner.answer(learner.col.find_cards("")[0], 2)


def test_data_for_tools(run: Run, package: Path) -> None:
    data = json.loads(run("import", "anki", str(package), "--json", "--adopt", "--dry-run").out)
    assert data["added"] == {"review": 3}
    assert (data["notes"], data["cards"], data["known"], data["refused"]) == (2, 2, 0, 0)
    assert data["unmatched"] == [{"notetype": "Basic", "deck": "Default", "notes": 1}]
    (adopted,) = data["adopted"]
    assert (adopted["guid"], adopted["key"]) == ("theirs", "limits/unique")
    assert [left["guid"] for left in data["left"]] == ["other"]
    assert data["first"] < data["last"]


def test_adoption_asks_first(package: Path, used_place: Place, run: Run) -> None:
    refused = run("import", "anki", str(package), "--adopt")
    assert (refused.code, refused.out) == (2, "")
    assert "there is nobody to ask" in refused.err
    code, shown = answer_on_terminal(used_place, "n", "import", "anki", str(package), "--adopt")
    assert code == 0
    assert "the same  limits/unique  Show that a limit is unique" in shown
    assert "Nothing was changed." in shown
    assert used_place.ratings() == []
    code, shown = answer_on_terminal(used_place, "y", "import", "anki", str(package), "--adopt")
    assert code == 0
    assert "mlready export --with-progress" in shown
    assert used_place.ratings() == [4, 3, 3]
    again = run("import", "anki", str(package))
    assert "3 entries of the log known already." in again.out


def test_adoption_without_a_question(run: Run, package: Path, used_place: Place) -> None:
    done = run("import", "anki", str(package), "--adopt", "--yes")
    assert done.code == 0
    assert "the same  limits/unique" in done.out
    assert "\x1b" not in done.out + done.err
    assert "Like nothing here: 1 note" in done.err
    assert used_place.ratings() == [4, 3, 3]


def test_names_from_elsewhere_do_nothing_to_the_terminal(
    run: Run, learner: AnkiLearner, tmp_path: Path
) -> None:
    notetype = learner.col.models.by_name("Basic")
    notetype["name"] = "Ba\x1b[2Jsic"
    learner.col.models.save(notetype)
    learner.add("theirs", "?", notetype=notetype["name"])
    package = export(learner, tmp_path / "names.apkg")
    learner.close()
    done = run("import", "anki", str(package))
    assert "1 Ba [2Jsic in Default" in done.err


def test_a_large_file_is_counted_while_it_is_read(
    learner: AnkiLearner, used_place: Place, tmp_path: Path
) -> None:
    note = learner.add(guid_of("trail", "maps/injective"), "?")
    at = clock.now_ms() - 86_400_000
    learner.col.db.executemany(
        "INSERT INTO revlog VALUES (?,?,0,3,-600,0,0,900,0)",
        [(at + number, learner.cards(note)[0]) for number in range(MANY_ROWS)],
    )
    package = export(learner, tmp_path / "large.apkg")
    learner.close()
    code, shown = see_on_terminal(used_place, "import", "anki", str(package), "--dry-run")
    assert code == 0
    counted = f"Reading the file: {MANY_ROWS:,} reviews"
    assert f"\r{counted}\r{'':<{len(counted)}}\r" in shown
    assert "notes" not in shown.partition(counted)[0]


def test_what_is_in_doubt_can_be_decided(run: Run, learner: AnkiLearner, tmp_path: Path) -> None:
    for guid in ("one", "other"):
        learner.add(guid, "Show that a limit is unique", "By the triangle inequality")
    package = export(learner, tmp_path / "twice.apkg")
    learner.close()
    done = run("import", "anki", str(package), "--adopt", "--dry-run")
    assert "In doubt, and left alone: 2 notes" in done.err
    assert "export the deck of the ones you mean by itself" in done.err


def test_files_that_are_of_no_use(run: Run, learner: AnkiLearner, tmp_path: Path) -> None:
    learner.add(guid_of("trail", "maps/injective"), "?")
    bare = export(learner, tmp_path / "bare.apkg", scheduling=False)
    learner.close()
    found = run("import", "anki", str(bare))
    assert (found.code, found.out) == (0, "There are no reviews of this deck.\n")
    assert "export it from Anki with scheduling information" in found.err
    (tmp_path / "poem.apkg").write_text("Nothing will come of nothing.")
    for name in ("poem.apkg", "missing.apkg"):
        failed = run("import", "anki", str(tmp_path / name))
        assert (failed.code, failed.out) == (2, "")
        assert name in failed.err
        assert "Traceback" not in failed.err


def test_a_setting_that_makes_no_sense_is_said(run: Run, package: Path, used_place: Place) -> None:
    used_place.open().writer().set_setting("rollover_hour", "noon")
    failed = run("import", "anki", str(package))
    assert failed.code == 3
    assert "a stored setting makes no sense" in failed.err
    assert used_place.ratings() == []


def answer_on_terminal(place: Place, key: str, *arguments: str) -> tuple[int, str]:
    """Run a command with a terminal to ask on; how it ended, and all it said."""
    ours, theirs = pty.openpty()
    try:
        os.write(ours, f"{key}\n".encode())
        done = subprocess.run(
            [MLREADY, *arguments],
            stdin=theirs,
            capture_output=True,
            text=True,
            env=place.env,
            cwd=place.root,
            timeout=60,
            check=False,
        )
    finally:
        os.close(ours)
        os.close(theirs)
    return done.returncode, done.stdout + done.stderr


def see_on_terminal(place: Place, *arguments: str) -> tuple[int, str]:
    """Run a command whose standard error is a terminal; how it ended, and what was seen there."""
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        [MLREADY, *arguments],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=theirs,
        env=place.env,
        cwd=place.root,
    ) as process:
        os.close(theirs)
        seen = b""
        with suppress(OSError):  # the end of a terminal
            while piece := os.read(ours, 65_536):
                seen += piece
    os.close(ours)
    return process.returncode, seen.decode()


def test_our_own_reviews_come_back_as_known(
    run: Run, learner: AnkiLearner, used_place: Place, tmp_path: Path
) -> None:
    """Exported with the progress, imported into Anki, reviewed there, and back again."""
    rate_some(used_place)
    before = used_place.ratings()
    package = tmp_path / "trail.apkg"
    assert run("export", str(package), "--with-progress").code == 0
    options = ImportAnkiPackageOptions(with_scheduling=True)
    request = ImportAnkiPackageRequest(package_path=str(package), options=options)
    learner.col.import_anki_package(request)
    back = export(learner, tmp_path / "back.apkg")
    nothing = run("import", "anki", str(back))
    assert nothing.out == "Nothing new.\n6 entries of the log known already.\n"
    assert used_place.ratings() == before
    (card,) = (c for c in learner.history().cards if c.ordinal == 1)
    learner.answer(card.id, 2)
    more = run("import", "anki", str(export(learner, back)))
    learner.close()
    assert "1 review of 1 card added" in more.out
    assert used_place.ratings() == [*before, 2]


def rate_some(place: Place) -> None:
    """Rate cards three times each, in the last weeks."""
    progress = place.open()
    writer = progress.writer()
    now = clock.now_ms() - 20 * 86_400_000
    for card_id in (row[0] for row in progress.reader.rows("SELECT card_id FROM cards LIMIT 2")):
        memory = NEW
        for number, rating in enumerate((Rating.GOOD, Rating.AGAIN, Rating.EASY)):
            at = now + number * 3 * 86_400_000
            day = StudyCalendar(clock.local_zone(), 4).day_of(at)
            after = answer(memory, rating, at, day, Preset(), card_id)
            writer.record(Rated(card_id, rating, memory, after, at, day, 900))
            memory = after
    writer.close()
