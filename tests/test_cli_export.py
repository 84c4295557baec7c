"""`mlready export`: what is written, what is said, and what is refused."""

from __future__ import annotations

import csv
import io
import json
import os
import shutil
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner, Result

from mlready.cli.main import cli
from mlready.content.starting import start_deck
from mlready.store import anki_lock

if TYPE_CHECKING:
    from pathlib import Path

ENTROPY = "questions/1-foundations/entropy.yaml"


@pytest.fixture
def deck(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A deck of one's own, and a home for its progress."""
    monkeypatch.setenv("MLREADY_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("MLREADY_NOW", "2026-03-02T10:00:00+00:00")
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "deck"
    start_deck(folder)
    return folder


def export(deck: Path, *words: str) -> Result:
    return CliRunner().invoke(cli, ["export", *words, "--deck", str(deck)])


def refusal(deck: Path, *words: str) -> str:
    done = export(deck, *words)
    assert isinstance(done.exception, Exception)
    assert done.exit_code
    hint = getattr(done.exception, "hint", "")
    return f"{done.stderr}{done.exception} {hint}"


def edit(deck: Path, path: str, old: str, new: str) -> None:
    file = deck / path
    text = file.read_text()
    assert old in text
    file.write_text(text.replace(old, new))


def test_a_package_is_called_after_the_deck(deck: Path, tmp_path: Path) -> None:
    done = export(deck)
    assert done.stdout == "my-deck.apkg\n" or (tmp_path / done.stdout.strip()).is_file()
    assert "2 notes" in done.stderr
    assert (deck / "anki.lock").read_text().count('"note"') == 2


def test_json_says_what_changed(deck: Path) -> None:
    export(deck, "a.apkg")
    edit(deck, ENTROPY, "Define the entropy", "Define at once the entropy")
    told = json.loads(export(deck, "a.apkg", "--json").stdout)
    assert told["file"] == "a.apkg"
    assert told["notes"] == 2
    assert (told["changes"]["changed"], told["changes"]["unchanged"]) == (1, 1)


def test_text_goes_to_standard_output(deck: Path, tmp_path: Path) -> None:
    rows = list(csv.DictReader(io.StringIO(export(deck, "--format", "csv").stdout)))
    assert len(rows) == 2
    told = json.loads(export(deck, "--format", "json").stdout)
    assert [note["key"] for note in told["notes"]] == [row["key"] for row in rows]
    assert export(deck, "--format", "md").stdout.startswith("# ")
    assert export(deck, "book.md").stdout == "book.md\n"
    assert (tmp_path / "book.md").read_text() == export(deck, "-", "--format", "md").stdout


def test_a_part_leaves_the_promises_of_the_rest(deck: Path) -> None:
    export(deck)
    before = (deck / "anki.lock").read_text()
    assert "1 note," in export(deck, "part.apkg", "--tag", "kind::definition").stderr
    assert (deck / "anki.lock").read_text() == before


def test_a_part_that_is_empty_is_refused(deck: Path) -> None:
    assert 'no topic "foo"' in refusal(deck, "--topic", "foo")


def test_what_an_import_cannot_do_is_said(deck: Path) -> None:
    export(deck)
    edit(deck, ENTROPY, "- id: definition", "- id: other")
    edit(deck, ENTROPY, "questions:", "retired: [definition]\nquestions:")
    said = export(deck).stderr
    assert "1 retired" in said
    assert "1 card in study although retired" in said
    assert "mlready anki sync" in said
    assert "1 card in study" not in export(deck).stderr


def test_retired_questions_can_be_left_out(deck: Path) -> None:
    export(deck)
    edit(deck, ENTROPY, "- id: definition", "- id: other")
    edit(deck, ENTROPY, "questions:", "retired: [definition]\nquestions:")
    assert "2 notes" in export(deck, "--without-retired").stderr
    assert "3 notes" in export(deck).stderr


def test_a_deck_with_mistakes_is_refused_with_their_places(deck: Path) -> None:
    export(deck)
    before = (deck / "anki.lock").read_bytes()
    edit(deck, ENTROPY, "kind: definition", "kind: definitoin")
    said = refusal(deck, "new.apkg")
    assert f"{ENTROPY}:" in said
    assert "nothing was exported" in said
    assert (deck / "anki.lock").read_bytes() == before
    assert not (deck.parent / "new.apkg").exists()


def test_a_lost_lock_comes_back_from_its_copy(deck: Path) -> None:
    export(deck)
    lock = (deck / "anki.lock").read_bytes()
    (deck / "anki.lock").unlink()
    done = export(deck)
    assert "anki.lock is missing" in done.stderr
    assert (deck / "anki.lock").read_bytes() == lock


def test_a_damaged_lock_is_refused_with_a_way_out(deck: Path) -> None:
    export(deck)
    lock = deck / "anki.lock"
    lines = lock.read_text().splitlines()
    lock.write_text("\n".join([*lines[:3], "<<<<<<< HEAD", *lines[3:]]) + "\n")
    said = refusal(deck)
    assert "anki.lock:4" in said
    assert "conflict of a merge" in said
    assert "notes of both sides" in said


@pytest.mark.skipif(os.geteuid() == 0, reason="nothing is forbidden to root")
def test_a_deck_that_cannot_be_written_to_keeps_its_lock_elsewhere(deck: Path) -> None:
    deck.chmod(0o500)
    try:
        assert export(deck).exit_code == 0
        assert not (deck / "anki.lock").exists()
    finally:
        deck.chmod(0o700)


def test_an_installed_deck_keeps_its_lock_elsewhere(
    deck: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(anki_lock, "is_part_of_installation", lambda _: True)
    export(deck)
    assert not (deck / "anki.lock").exists()
    edit(deck, ENTROPY, "Define the entropy", "Define at once the entropy")
    told = json.loads(export(deck, "--json").stdout)
    assert (told["changes"]["changed"], told["changes"]["unchanged"]) == (1, 1)


def test_a_first_lock_is_announced(deck: Path) -> None:
    """Also one that begins because the one before was lost."""
    said = f"There was no anki.lock: {deck / 'anki.lock'} begins now"
    assert said in export(deck).stderr
    assert said not in export(deck).stderr


def test_an_empty_lock_is_a_lost_one(deck: Path) -> None:
    export(deck)
    lock = (deck / "anki.lock").read_bytes()
    (deck / "anki.lock").write_bytes(b"")
    assert "it was made again from" in export(deck).stderr
    assert (deck / "anki.lock").read_bytes() == lock


def test_a_lock_behind_what_went_out_is_told_with_a_way_out(deck: Path) -> None:
    """Deck and lock were taken back together: only the copy knows that there was more."""
    export(deck)
    earlier = {path: (deck / path).read_text() for path in (ENTROPY, "anki.lock")}
    edit(deck, ENTROPY, "Define the entropy", "Define at once the entropy")
    export(deck)
    for path, text in earlier.items():
        (deck / path).write_text(text)
    copy = anki_lock.find_lock(deck, "deck").copy
    later = copy.read_text()
    said = export(deck, "--json").stderr
    assert "gave 1 note a later text" in said
    assert str(copy) in said

    copy.write_text(later)
    (deck / "anki.lock").write_text(later)
    done = export(deck, "--json")
    assert json.loads(done.stdout)["changes"]["changed"] == 1
    assert "later text" not in done.stderr


def test_a_damaged_copy_is_no_matter_while_the_deck_has_its_lock(deck: Path) -> None:
    export(deck)
    copy = anki_lock.find_lock(deck, "deck").copy
    copy.write_text("damaged")
    assert export(deck).exit_code == 0
    assert copy.read_bytes() == (deck / "anki.lock").read_bytes()
    copy.write_text("damaged")
    (deck / "anki.lock").unlink()
    said = refusal(deck)
    assert str(copy) in said
    assert "remove it, or put the deck's anki.lock in its place" in said


def test_lines_of_both_sides_of_a_merge_are_one_promise(
    deck: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One side retired a question, the other edited it later; a third machine never had it."""
    export(deck)
    theirs = tmp_path / "theirs"
    shutil.copytree(deck, theirs)
    text = (deck / ENTROPY).read_text()
    question = text[text.index("  - id: when-infinite") :]
    edit(deck, ENTROPY, question, "retired: [when-infinite]\n")
    export(deck)
    monkeypatch.setenv("MLREADY_HOME", str(tmp_path / "their-home"))
    monkeypatch.setenv("MLREADY_NOW", "2026-03-04T10:00:00+00:00")
    edit(theirs, ENTROPY, "Can the entropy", "When can the entropy")
    export(theirs)
    # What `merge=union` makes of the two.
    with (deck / "anki.lock").open("a") as lock:
        lock.writelines((theirs / "anki.lock").read_text().splitlines(keepends=True)[2:])
    merged = (deck / "anki.lock").read_text()

    packages = []
    for home in ("home", "their-home", "third-home"):
        monkeypatch.setenv("MLREADY_HOME", str(tmp_path / home))
        (deck / "anki.lock").write_text(merged)
        told = json.loads(export(deck, "a.apkg", "--json").stdout)
        assert (told["notes"], told["changes"]["retired"]) == (2, 1)
        packages.append((tmp_path / "a.apkg").read_bytes())
    assert packages[0] == packages[1] == packages[2]


def test_a_phase_that_is_called_otherwise_is_told(deck: Path) -> None:
    export(deck)
    edit(deck, "deck.yaml", "Foundations", "First steps")
    said = export(deck).stderr
    assert "Since the package before: 2 changed." in said
    assert "2 cards in the deck they were in" in said
    assert "in the deck they were in" not in export(deck).stderr


def test_a_question_that_becomes_a_cloze_is_told(deck: Path) -> None:
    export(deck)
    edit(deck, ENTROPY, "question: Can the", "cloze: Can the {{c1::finite}} {{c2::or infinite}}")
    edit(deck, ENTROPY, "    answer: Not on a finite set", "    answer: Not on a set")
    said = export(deck).stderr
    assert "entropy/when-infinite became a cloze, or is none any more" in said
    assert "mlready import anki" in said
    edit(deck, ENTROPY, "{{c2::or infinite}}", "or infinite")
    said = export(deck).stderr
    assert "1 card without a hole any more: in Anki, Tools > Empty Cards" in said
    assert "became a cloze" not in said


def test_only_text_goes_to_standard_output(deck: Path) -> None:
    for words in (["-"], ["-", "--format", "apkg"]):
        assert "only text can go to standard output" in refusal(deck, *words)
    assert "--json tells of a file" in refusal(deck, "--format", "csv", "--json")
    assert json.loads(export(deck, "--format", "json", "--json").stdout)["format"] == "mlready"
    told = json.loads(export(deck, "deck.csv", "--json").stdout)
    assert told == {"file": "deck.csv", "notes": 2}


def test_other_names_are_refused(deck: Path) -> None:
    assert "must end in one of" in refusal(deck, "deck.zip")
    assert "must end in .apkg" in refusal(deck, "deck.zip", "--format", "apkg")
    for name in ("no/such/folder/deck.apkg", "no/such/folder/deck.csv"):
        said = refusal(deck, name)
        assert name in said
        assert "partial" not in said
