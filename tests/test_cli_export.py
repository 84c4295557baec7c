"""`mlready export`: what is written, what is said, and what is refused."""

from __future__ import annotations

import csv
import io
import json
import os
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


def test_other_names_are_refused(deck: Path) -> None:
    assert "must end in one of" in refusal(deck, "deck.zip")
    assert "must end in .apkg" in refusal(deck, "deck.zip", "--format", "apkg")
    assert "nothing was exported" in refusal(deck, "no/such/folder/deck.apkg")
