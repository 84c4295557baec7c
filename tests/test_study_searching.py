"""Search: what is found, in which order, and how texts are compared."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlready.store.reading import read_card, read_topics
from mlready.study.folding import fold
from mlready.study.searching import Entry, find_entries, read_entries
from tests.study_fixtures import Place, place, used_place

__all__ = ["place", "used_place"]


@pytest.fixture
def entries(used_place: Place) -> list[Entry]:
    """What can be found in the deck TRAIL."""
    return read_entries(used_place.open().reader)


def found(entries: list[Entry], words: str) -> list[str]:
    """The names of what is found, best first."""
    return [entry.name for entry in find_entries(entries, words).best]


def test_every_topic_and_question_can_be_found_by_its_name(
    used_place: Place, entries: list[Entry]
) -> None:
    reader = used_place.open().reader
    topics = [topic.id for topic in read_topics(reader)]
    assert [entry.name for entry in entries] == [
        *topics, "sets/russell", "sets/counting", "sets/axioms", "maps/injective", "limits/unique",
    ]  # fmt: skip
    for entry in entries:
        assert found(entries, entry.name)[0] == entry.name


def test_a_question_of_several_cards_is_found_once_and_names_its_first(
    used_place: Place, entries: list[Entry]
) -> None:
    (counting,) = [entry for entry in entries if entry.name == "sets/counting"]
    assert counting.card_id is not None
    card = read_card(used_place.open().reader, counting.card_id)
    assert card is not None
    assert card.card_key == "sets/counting#1"


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("russell", ["sets/russell", "sets/axioms"]),  # the second names him in its answer
        ("RUSSELL'S", ["sets/axioms"]),
        ("when map", ["maps/injective"]),
        ("between sets", ["maps"]),
        ("structure", ["maps"]),  # why it matters
        ("images", ["maps/injective"]),
        ("contradiction", ["sets/russell"]),  # what an answer must mention
        ("map nowhere", []),
        ("triangle inequality", ["limits/unique"]),
        ("2^n", ["sets/counting"]),
        (r"\notin", ["sets/russell"]),
        ("x ∉ x", ["sets/russell"]),
        ("   ", []),
        ("", []),
    ],
)
def test_what_has_all_words_is_found(entries: list[Entry], words: str, expected: list[str]) -> None:
    assert found(entries, words) == expected


def entry(name: str, about: str = "", text: str = "", card_id: int | None = 1) -> Entry:
    return Entry(name, card_id, (("text", about),), fold(name), fold(about), fold(text))


def test_names_come_first_then_what_is_asked_then_what_is_answered() -> None:
    entries = [
        entry("a/answered", "nothing", "the kernel trick"),
        entry("b/inside", "subkernels", ""),
        entry("c/asked", "What is a kernel?"),
        entry("d/about-kernels"),
        entry("kernel-methods/definition"),
        entry("on-kernels", card_id=None),
        entry("kernels", card_id=None),
        entry("kernel", card_id=None),
    ]
    assert found(entries, "kernel") == [
        "kernel", "kernels", "d/about-kernels", "kernel-methods/definition", "on-kernels",
        "c/asked", "b/inside", "a/answered",
    ]  # fmt: skip


def test_what_is_equally_near_stays_in_its_order() -> None:
    entries = [entry(f"t/{number}", "What is a kernel?") for number in range(30)]
    results = find_entries(entries, "kernel", most=10)
    assert [found.name for found in results.best] == [f"t/{number}" for number in range(10)]
    assert results.total == 30


def test_the_filling_of_a_hole_is_searched_but_not_shown_as_text(entries: list[Entry]) -> None:
    (counting,) = [entry for entry in entries if entry.name == "sets/counting"]
    assert ("hole", "one") in counting.shown
    assert found(entries, "one is empty") == ["sets/counting"]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Poincaré", "poincare"),
        ("Σ", r"\Sigma"),
        ("λ", r"\lambda"),
        ("≤", r"\le"),
        ("∇", r"\nabla"),
        ("𝔼", r"\mathbb{E}"),
        ("ℝ", r"\mathbb{R}"),
        ("x²", "x^2"),
        ("x₁", "x_1"),
        ("Hoeffding’s  inequality\n", "hoeffding's inequality"),
        ("Straße", "STRASSE"),
        ("e\u0301", "é"),
    ],
)
def test_signs_and_accents_do_not_keep_texts_apart(one: str, other: str) -> None:
    assert fold(one) == fold(other)


def test_a_shorter_command_finds_the_longer() -> None:
    assert fold(r"\leq").startswith(fold("≤"))


@given(st.text())
def test_folding_is_done_once_and_leaves_single_blanks(text: str) -> None:
    folded = fold(text)
    assert fold(folded) == folded
    assert folded == " ".join(folded.split())


@given(st.text(), st.text())
def test_no_search_raises_and_what_is_found_has_every_word(text: str, words: str) -> None:
    results = find_entries([entry("a/b", text, text)], words)
    assert results.total == len(results.best)
    for result in results.best:
        assert all(
            any(word in part for part in (result.names, result.about, result.text))
            for word in fold(words[:200]).split()
        )


@given(st.text(min_size=1, max_size=60))
def test_a_text_is_found_by_its_own_words(text: str) -> None:
    assert find_entries([entry("a/b", text, text)], text).total == bool(fold(text))
