"""From an edited YAML file to a reviewed card in the real Anki, through the command line."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest
from anki.collection import Collection, ImportAnkiPackageOptions, ImportAnkiPackageRequest
from click.testing import CliRunner

from mlready.cli.main import cli
from mlready.content.starting import start_deck

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

LOG = ("new", "updated", "duplicate", "conflicting")


@pytest.fixture
def deck(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A deck of one's own, and a home for its progress."""
    monkeypatch.setenv("MLREADY_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("MLREADY_NOW", "2026-03-02T10:00:00+00:00")
    folder = tmp_path / "deck"
    start_deck(folder)
    return folder


@pytest.fixture
def col(tmp_path: Path) -> Iterator[Any]:
    collection = Collection(str(tmp_path / "collection.anki2"))
    yield collection
    collection.close()


def export_and_import(
    deck: Path, col: Any, package: Path, *words: str, **ticked: bool
) -> dict[str, int]:
    done = CliRunner().invoke(cli, ["export", str(package), *words, "--deck", str(deck)])
    assert done.exit_code == 0, done.output
    options = ImportAnkiPackageOptions(**ticked)
    request = ImportAnkiPackageRequest(package_path=str(package), options=options)
    log = col.import_anki_package(request).log
    col.models._clear_cache()
    return dict(Counter({name: len(getattr(log, name)) for name in LOG}))


def review_first(col: Any) -> None:
    """Answer Good to the first card of the day, with Anki's own scheduler."""
    queued = col.sched.get_queued_cards().cards[0]
    card = col.get_card(queued.card.id)
    card.start_timer()
    answer = col.sched.build_answer(card=card, states=queued.states, rating=2)
    col.sched.answer_card(answer)


def test_an_edit_reaches_anki_and_no_review_is_lost(
    deck: Path, col: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = tmp_path / "deck.apkg"
    assert export_and_import(deck, col, package)["new"] == 2
    for name in col.decks.all_names():
        if "::" not in name and name != "Default":
            col.decks.select(col.decks.id(name))
    review_first(col)
    rows = "select * from cards order by id"
    cards, reviews = col.db.all(rows), col.db.all("select * from revlog")
    assert len(reviews) == 1

    assert export_and_import(deck, col, package)["duplicate"] == 2

    monkeypatch.setenv("MLREADY_NOW", "2026-03-03T10:00:00+00:00")
    file = deck / "questions/1-foundations/entropy.yaml"
    file.write_text(file.read_text().replace("Define the entropy", "Define, at once, the entropy"))
    log = export_and_import(deck, col, package)
    assert (log["updated"], log["duplicate"], log["conflicting"]) == (1, 1, 0)
    assert col.db.all(rows) == cards
    assert col.db.all("select * from revlog") == reviews
    assert col.find_notes('"Define, at once"')

    file.write_text(
        file.read_text().replace(
            "- id: definition", "- id: defined\n    formerly: [entropy/definition]"
        )
    )
    log = export_and_import(deck, col, package)
    assert (log["new"], log["conflicting"]) == (0, 0)
    assert col.db.all(rows) == cards
    assert col.fix_integrity()[1]


def test_a_title_reaches_the_cards_that_show_it(
    deck: Path, col: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = tmp_path / "deck.apkg"
    export_and_import(deck, col, package)
    monkeypatch.setenv("MLREADY_NOW", "2026-03-03T10:00:00+00:00")
    file = deck / "topics/1-foundations.yaml"
    file.write_text(file.read_text().replace("title: Entropy", "title: Shannon entropy"))
    assert export_and_import(deck, col, package)["updated"] == 2


def test_a_question_that_becomes_a_cloze_comes_with_its_reviews_as_the_export_says(
    deck: Path, col: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Anki refuses it as it is; nothing else of the package is held up."""
    package = tmp_path / "deck.apkg"
    export_and_import(deck, col, package)
    col.decks.select(col.decks.id("Deck"))
    review_first(col)
    file = deck / "questions/1-foundations/entropy.yaml"
    text = file.read_text()
    asked = "question: Define the entropy, in bits, of a random variable $X$ on a finite set."
    assert asked in text
    text = text.replace(asked, "cloze: The entropy counts {{c1::bits}} of {{c2::a source}}.")
    file.write_text(text.replace("Can the entropy", "When can the entropy"))
    log = export_and_import(deck, col, package)
    assert (log["updated"], log["conflicting"]) == (1, 1)

    # What the export told to do. Anki's reviews are of today.
    monkeypatch.delenv("MLREADY_NOW")
    home = tmp_path / "home.colpkg"
    col.export_collection_package(str(home), include_media=False, legacy=False)
    col.reopen()
    done = CliRunner().invoke(cli, ["import", "anki", str(home), "--deck", str(deck)])
    assert "1 review" in done.output
    col.remove_notes(col.find_notes("Define"))
    log = export_and_import(deck, col, package, "--with-progress", with_scheduling=True)
    assert (log["new"], log["conflicting"], log["duplicate"]) == (1, 0, 1)
    first, second = (col.get_card(card) for card in sorted(col.find_cards("counts")))
    assert (first.reps, second.reps) == (1, 0)
    assert first.memory_state
    assert col.db.list("select distinct cid from revlog") == [first.id]
    assert col.fix_integrity()[1]
