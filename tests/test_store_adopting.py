"""Decks that were made elsewhere of the same content become ours, and nothing else does."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import genanki
import pytest
from anki.collection import ImportAnkiPackageOptions, ImportAnkiPackageRequest

from mlready.store import tables
from mlready.store.adopting import Proposals, propose_adoptions
from scheduler.histories import Effect
from tests.test_store_importing import Study, assert_anki_agrees, learner

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.anki_learner_fixtures import AnkiLearner

__all__ = ["learner"]

HALFSPACES = """\
topic: sets
questions:
  - id: halfspaces
    kind: statement
    question: What is the VC dimension of halfspaces in $\\mathbb{R}^d$?
    answer: It is $d + 1$, by Radon's theorem for the upper bound and the simplex for the lower.
    source: {ref: halmos-1960}
  - id: intervals
    kind: statement
    question: What is the VC dimension of intervals in $\\mathbb{R}^d$?
    answer: It is $2d$, for each side can be moved by a point of its own.
    source: {ref: halmos-1960}
  - id: hoeffding
    kind: statement
    question: State Hoeffding's inequality precisely.
    answer: For independent bounded variables the sum deviates by $t$ with
      exponentially small chance.
    source: {ref: halmos-1960}
  - id: subsets
    kind: statement
    cloze: A set of $n$ elements has {{c1::$2^n$}} subsets, of which {{c2::one}} is empty.
    source: {ref: halmos-1960}
  - id: theorem
    kind: definition
    question: What does it say?
    answer: Every bounded sequence of real numbers has a convergent subsequence.
    source: {ref: halmos-1960}
  - id: theorem-again
    kind: definition
    question: What does it say?
    answer: Every continuous function on a compact set is uniformly continuous there.
    source: {ref: halmos-1960}
"""


@pytest.fixture
def study(tmp_path: Path) -> Iterator[Study]:
    mine = Study(tmp_path / "deck")
    mine.write("questions/sets.yaml", HALFSPACES)
    mine.sync()
    yield mine
    mine.close()


def propose(study: Study, learner: AnkiLearner) -> Proposals:
    return propose_adoptions(study.writer, learner.history(), "small")


def found(study: Study, learner: AnkiLearner) -> dict[str, str]:
    """Which note is taken for which question."""
    return {match.guid: match.key for match in propose(study, learner).found}


def test_the_same_content_by_hand(study: Study, learner: AnkiLearner) -> None:
    learner.add("1", r"What is the VC dimension of halfspaces in \(\mathbb R^d\)?", "d+1")
    learner.add("2", "State Hoeffding&#39;s inequality", "Bounded independent variables: the sum"
                " deviates by t with exponentially small chance.")  # fmt: skip
    subsets = "A set of $n$ elements has {{c1::$2^n$}} subsets, of which {{c2::one}} is empty."
    learner.add("3", subsets, notetype="Cloze")
    learner.add("4", "What does it say?", "Every bounded sequence of reals has a convergent"
                " subsequence.")  # fmt: skip
    learner.add("5", "What is the capital of France?", "Paris")
    assert found(study, learner) == {
        "1": "sets/halfspaces",
        "2": "sets/hoeffding",
        "3": "sets/subsets",
        "4": "sets/theorem",
    }
    sure = {match.guid: match.is_exact for match in propose(study, learner).found}
    assert sure == {"1": True, "2": False, "3": True, "4": True}
    assert [(left.guid, left.rivals) for left in propose(study, learner).left] == [("5", ())]


@pytest.mark.parametrize(
    ("prompt", "answer"),
    [
        ("What is the VC dimension of rectangles in R^d?", "It is 2d, for each side can be moved."),
        ("What is the VC dimension of halfspaces in R^3?", "It is d + 1, by Radon's theorem."),
        ("What is the VC dimension?", "It is d + 1, by Radon's theorem for the upper bound."),
        ("What does it say?", "Something else."),
        ("State Bernstein's inequality precisely.", "For independent bounded variables the sum"
         " deviates by t with exponentially small chance."),
        ("", ""),
    ],
)  # fmt: skip
def test_what_only_seems_the_same_is_left(
    study: Study, learner: AnkiLearner, prompt: str, answer: str
) -> None:
    learner.add("1", prompt, answer)
    assert found(study, learner) == {}


def test_two_of_the_same_are_left_to_the_learner(study: Study, learner: AnkiLearner) -> None:
    for guid in ("1", "2"):
        learner.add(guid, "State Hoeffding's inequality precisely.", "Bounded variables.")
    proposals = propose(study, learner)
    assert proposals.found == []
    assert [left.rivals for left in proposals.left] == [("sets/hoeffding",)] * 2


def test_neither_ours_nor_the_adopted_are_adopted_again(study: Study, learner: AnkiLearner) -> None:
    prompt = "State Hoeffding's inequality precisely."
    learner.add_ours("sets/hoeffding", prompt)
    learner.add("1", prompt)
    proposals = propose(study, learner)
    assert proposals.adopted().keys() == {"1"}
    study.bring(learner.history(), **proposals.adopted())
    assert propose(study, learner) == Proposals([], [])
    learner.add("2", prompt)
    assert propose(study, learner).found == []


def genanki_deck() -> genanki.Deck:
    """The deck as others would have made it with plain genanki."""
    model = genanki.Model(
        1_607_392_319,
        "Theirs",
        fields=[{"name": "Q"}, {"name": "A"}],
        templates=[{"name": "Card 1", "qfmt": "{{Q}}", "afmt": "{{Q}}<hr>{{A}}"}],
    )
    deck = genanki.Deck(2_059_400_110, "Learning theory")
    for prompt, answer in (
        ("What is the VC dimension of halfspaces in \\(\\mathbb{R}^d\\)?", "d + 1"),
        ("What is the VC dimension of intervals in \\(\\mathbb{R}^d\\)?", "2d"),
        ("State Hoeffding's inequality precisely.", "..."),
    ):
        deck.add_note(genanki.Note(model=model, fields=[prompt, answer]))
    return deck


def test_a_deck_made_with_genanki_brings_its_reviews(study: Study, learner: AnkiLearner) -> None:
    import_deck(learner, genanki_deck())
    for note_id in learner.col.find_notes(""):
        card = learner.cards(note_id)[0]
        learner.answer(card, 4)
    learner.pass_time(12)
    for note_id in learner.col.find_notes(""):
        learner.answer(learner.cards(note_id)[0], 3)
    history = learner.history()
    proposals = propose(study, learner)
    assert sorted(match.key for match in proposals.found) == [
        "sets/halfspaces",
        "sets/hoeffding",
        "sets/intervals",
    ]
    report = study.bring(history, **proposals.adopted())
    assert (report.notes, report.added) == (3, {Effect.REVIEW: 6})
    notes = {row["guid"]: row["note_id"] for row in study.dump(tables.adoptions)["adoptions"]}
    by_note = {row["note_id"]: row["card_id"] for row in study.dump(tables.cards)["cards"]}
    for note in history.notes:
        memory = study.memory(by_note[notes[note.guid]])
        assert_anki_agrees(learner, learner.cards(note.id)[0], memory)
    again = study.bring(history)
    assert (again.notes, again.known, again.added) == (3, 6, {})


def test_our_note_can_take_the_place_of_an_adopted_one_with_its_reviews(
    study: Study, learner: AnkiLearner
) -> None:
    """A collection drops reviews of a moment it has one of already."""
    theirs = learner.add("1", "State Hoeffding's inequality precisely.")
    learner.answer(learner.cards(theirs)[0], 4)
    study.bring(learner.history(), **propose(study, learner).adopted())
    (row,) = study.dump(tables.revlog)["revlog"]
    taken = {review.id for review in learner.history().reviews}
    assert row["reviewed_at"] not in taken
    ours = learner.add_ours("sets/hoeffding")
    learner.col.db.execute(
        "INSERT INTO revlog VALUES (?,?,0,4,10,0,500,900,0)", row["reviewed_at"], ours
    )
    report = study.bring(learner.history())
    assert (report.known, report.added) == (2, {})


def test_reviews_right_after_each_other_leave_room_for_those_of_our_notes(
    study: Study, learner: AnkiLearner
) -> None:
    """As when Anki changes many cards at once: then each millisecond is taken."""
    at = round(time.time() * 1000) - 86_400_000
    prompts = {
        "1": "State Hoeffding's inequality precisely.",
        "2": "What is the VC dimension of intervals in \\(\\mathbb{R}^d\\)?",
    }
    for guid, prompt in prompts.items():
        note = learner.add(guid, prompt)
        learner.col.db.executemany(
            "INSERT INTO revlog VALUES (?,?,0,3,-600,0,0,900,0)",
            [(at + 2 * number + int(guid), learner.cards(note)[0]) for number in range(40)],
        )
    study.bring(learner.history(), **propose(study, learner).adopted())
    here = {row["reviewed_at"] for row in study.dump(tables.revlog)["revlog"]}
    assert len(here) == 80
    assert not here & {review.id for review in learner.history().reviews}
    assert study.bring(learner.history()).known == 80


def import_deck(learner: AnkiLearner, deck: Any) -> None:
    with tempfile.TemporaryDirectory() as place:
        path = str(Path(place) / "theirs.apkg")
        genanki.Package(deck).write_to_file(path)
        options = ImportAnkiPackageOptions()
        request = ImportAnkiPackageRequest(package_path=path, options=options)
        learner.col.import_anki_package(request)
