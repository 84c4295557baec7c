"""Fingerprints of what questions ask, and the threshold at which two look alike."""

from __future__ import annotations

import subprocess
import sys
from itertools import combinations
from statistics import fmean, median
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlready.content.compiling import compile_folder
from mlready.content.likeness import fingerprint, fingerprint_text
from mlready.content.markdown import parse_markdown
from mlready.store import tables
from scheduler.likeness import look_alike
from tests.store_fixtures import Desk, cloze, desk, question

if TYPE_CHECKING:
    from mlready.content.folder import DeckFolder

__all__ = ["desk"]

ALIKE = [
    ("State Hoeffding's inequality precisely.", "State Hoeffding's lemma precisely."),
    ("State the weak law of large numbers.", "State the strong law of large numbers."),
    ("State Markov's inequality.", "State Chebyshev's inequality."),
    ("State Jensen's inequality for a convex function.", "State Jensen's inequality."),
    ("Define positive semidefinite matrix.", "Define positive definite matrix."),
    ("What is a convex function?", "Define a convex function."),
    ("What is a convex function?", "What is a concave function?"),
    ("Define the rank of a matrix $A$.", "What is the rank of a matrix?"),
    (
        "Define the KL divergence between two distributions $P$ and $Q$.",
        r"What is the KL divergence $D(P\|Q)$ of two distributions $P$ and $Q$?",
    ),
    (
        r"Let $X\sim N(\mu,\sigma^2)$. What is its moment generating function?",
        r"Let $X\sim N(0,\sigma^2)$. What is its moment generating function?",
    ),
    (
        r"Compute the gradient of $f(x)=\|Ax-b\|_2^2$.",
        r"Compute the Hessian of $f(x)=\|Ax-b\|_2^2$.",
    ),
    (r"Compute the gradient of $x^\top A x$.", r"Compute the gradient of $x^\top B x$."),
]
UNLIKE = [
    ("State Bayes' theorem.", "State Jensen's inequality."),
    ("What is a convex function?", "What is a random variable?"),
    ("Derive the gradient of the logistic loss.", "Derive the normal equations."),
    ("When does the central limit theorem fail?", "When is a matrix invertible?"),
]


def distance(a: int, b: int) -> int:
    return ((a ^ b) & (1 << 64) - 1).bit_count()


@pytest.mark.parametrize(("one", "other"), ALIKE)
def test_these_ask_nearly_the_same(one: str, other: str) -> None:
    assert look_alike(fingerprint_text(one), fingerprint_text(other))


@pytest.mark.parametrize(("one", "other"), UNLIKE)
def test_these_do_not(one: str, other: str) -> None:
    assert not look_alike(fingerprint_text(one), fingerprint_text(other))


def test_on_the_shipped_deck(shipped: DeckFolder) -> None:
    deck, _ = compile_folder(shipped)
    made = [
        (question.topic, fingerprint(question.body.prompt))
        for question in deck.questions.values()
        if question.body is not None
    ]
    pairs = [
        (a[0] == b[0], distance(a[1], b[1]), look_alike(a[1], b[1]))
        for a, b in combinations(made, 2)
    ]
    apart = [pair for pair in pairs if not pair[0]]
    within = [pair for pair in pairs if pair[0]]
    assert median(bits for _, bits, _ in apart) in range(29, 34)
    assert fmean(alike for *_, alike in apart) < 0.01
    assert fmean(alike for *_, alike in within) < 0.12


def test_a_word_more_changes_little(shipped: DeckFolder) -> None:
    deck, _ = compile_folder(shipped)
    texts = [q.body.text.splitlines()[0] for q in deck.questions.values() if q.body is not None]
    alike = [
        look_alike(fingerprint_text(text), fingerprint_text(f"Briefly: {text}"))
        for text in texts
        if len(text) > 60
    ]
    assert fmean(alike) > 0.98


@given(st.text())
def test_it_is_a_signed_number_of_64_bits(text: str) -> None:
    made = fingerprint_text(text)
    assert -(1 << 63) <= made < 1 << 63
    assert made == fingerprint_text(text.upper().lower()) or text.lower() != text.upper().lower()


@given(st.integers(-(1 << 63), (1 << 63) - 1), st.integers(-(1 << 63), (1 << 63) - 1))
def test_likeness_is_mutual(a: int, b: int) -> None:
    assert look_alike(a, b) == look_alike(b, a)
    assert look_alike(a, a) == (a != 0)
    assert not look_alike(0, a)
    assert look_alike(a & (1 << 64) - 1, b) == look_alike(a, b)  # signed or not


def test_nothing_is_like_nothing() -> None:
    assert fingerprint_text("") == fingerprint_text(" , ?") == 0
    assert fingerprint([]) == 0


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("What is *the* `rank` of $A$?", "What is the rank of A?"),
        ("- the rank\n- of $A$", "the rank of A"),
        ("The {{c1::rank}} of {{c2::$A$::a matrix}}", "The rank of A"),
        (r"$\frac{ {{c1::a}} }{b}$", r"\frac a b"),
    ],
)
def test_marks_and_holes_do_not_count(one: str, other: str) -> None:
    assert fingerprint(parse_markdown(one)[0]) == fingerprint_text(other)


def test_it_is_the_same_in_every_process() -> None:
    code = "from mlready.content.likeness import fingerprint_text as f; print(f('A convex set'))"
    printed = subprocess.run(
        [sys.executable, "-c", code],
        env={"PYTHONHASHSEED": "7"},
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert int(printed) == fingerprint_text("A convex set")


def test_the_store_keeps_it(desk: Desk) -> None:
    desk.ask(question("a", "What is a convex set?"), cloze("b", "A {{c1::convex}} {{c2::set}}"))
    desk.sync()
    assert desk.column(tables.contents, "likeness") == [
        fingerprint_text("What is a convex set?"),
        fingerprint_text("A convex set"),
    ]
    desk.ask(question("a", "What is a group?"), cloze("b", "A {{c1::convex}} {{c2::set}}"))
    desk.sync()
    assert desk.column(tables.contents, "likeness")[0] == fingerprint_text("What is a group?")
