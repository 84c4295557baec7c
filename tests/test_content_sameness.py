"""Texts from elsewhere that ask what we ask, and texts that only seem to."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlready.content.markdown import parse_markdown
from mlready.content.sameness import EXACT, compare, split_words, text_of_documents, text_of_fields

if TYPE_CHECKING:
    from mlready.content.sameness import Text


def ours(prompt: str, answer: str = "", *, is_cloze: bool = False) -> Text:
    """A question of ours, from Markdown."""
    return text_of_documents(
        parse_markdown(prompt)[0], parse_markdown(answer)[0], is_cloze=is_cloze
    )


ANSWER = "It is at most the sum of the squared ranges, by Chernoff's method and independence."


@pytest.mark.parametrize(
    ("theirs", "mine"),
    [
        (r"What is \(\mathbb{R}^d\)?", "What is $\\mathbb R^d$?"),
        ("<b>What</b> is the <i>VC&nbsp;dimension</i> of half<b>spaces</b>?<br>",
         "What is the VC dimension of halfspaces?"),
        ("[latex]\\alpha \\leq \\beta[/latex] when<div>bounded?</div>",
         "$\\alpha \\le \\beta$ when bounded?"),
        ("When is λ ≤ θ?", r"When is $\lambda\leq\theta$?"),
        ("[$]x &lt; y[/$] for large x", "$x < y$ for large $x$"),
        ("state HOEFFDING&#39;S inequality precisely", "State Hoeffding's inequality, precisely."),
    ],
)  # fmt: skip
def test_the_same_word_for_word(theirs: str, mine: str) -> None:
    assert compare(text_of_fields([theirs, ANSWER]), ours(mine, ANSWER)) == pytest.approx(1)


@pytest.mark.parametrize(
    ("theirs", "mine"),
    [
        ("State Hoeffding's inequality.", "State Hoeffding's inequality precisely."),
        ("What is the VC dimension of half-spaces?", "Define the VC dimension of half spaces."),
        ("What bounds the deviations of averages?", "What bounds the deviation of averages?"),
        ("Why is the likelihood maximised?", "Why is the likelihood maximized?"),
    ],
)
def test_nearly_the_same_question_and_answer(theirs: str, mine: str) -> None:
    sureness = compare(text_of_fields([theirs, ANSWER + " So."]), ours(mine, ANSWER))
    assert 0.7 < sureness < EXACT
    assert not compare(text_of_fields([theirs, "Nobody knows."]), ours(mine, ANSWER))


@pytest.mark.parametrize(
    ("theirs", "mine"),
    [
        ("What is the VC dimension of halfspaces?", "What is the VC dimension of intervals?"),
        ("What is the VC dimension in R^2?", "What is the VC dimension in $R^3$?"),
        ("Is a convex set closed?", "Is a nonconvex set closed?"),
        ("Is a bounded operator continuous?", "Is an unbounded operator continuous?"),
        ("Is a convergent sequence bounded?", "Is a convergent sequence not bounded?"),
        ("Does convergence in mean imply convergence in measure?",
         "Does convergence in measure imply convergence in mean?"),
        ("When is x < y for averages of losses?", "When is $x > y$ for averages of losses?"),
        ("Upper bound on the regret of Hedge", "Lower bound on the regret of Hedge"),
        ("What is the L1 norm of a vector?", "What is the L2 norm of a vector?"),
        ("", "What is it?"),
    ],
)  # fmt: skip
def test_a_word_in_the_place_of_another_decides(theirs: str, mine: str) -> None:
    assert compare(text_of_fields([theirs, ANSWER]), ours(mine, ANSWER)) == 0


def test_a_question_that_says_little_is_known_by_its_answer() -> None:
    mine = ours("State the theorem.", ANSWER)
    assert compare(text_of_fields(["State the theorem.", "All is number."]), mine) == 0
    assert compare(text_of_fields(["State the theorem.", ANSWER]), mine) == pytest.approx(1)


def test_clozes_are_compared_with_their_holes() -> None:
    mine = ours("A set has {{c1::$2^n$}} subsets and {{c2::one::how many}} is empty", is_cloze=True)
    same = r"A set has {{c1::\(2^n\)}} subsets and {{c2::one}} is empty."
    assert compare(text_of_fields([same, "Extra"]), mine) == 1
    swapped = same.replace("c1", "c3").replace("c2", "c1").replace("c3", "c2")
    assert compare(text_of_fields([swapped]), mine) == 0
    assert compare(text_of_fields([same.replace("one", "none")]), mine) == 0
    assert compare(text_of_fields(["A set has 2^n subsets and one is empty"]), mine) == 0
    longer = "A set of course " + same.removeprefix("A set ")
    assert 0.7 < compare(text_of_fields([longer]), mine) < EXACT


@given(st.text(), st.lists(st.text(max_size=60), max_size=4))
def test_any_text_can_be_compared(prompt: str, fields: list[str]) -> None:
    mine = text_of_documents([["paragraph", [["text", prompt]]]], [], is_cloze=False)
    assert 0 <= compare(text_of_fields(fields), mine) <= 1


@pytest.mark.parametrize("piece", ["<", "{{c1::", "<!--", "\\", "&", "<b", "{{c1::a::b"])
def test_hostile_fields_take_no_time(piece: str) -> None:
    assert compare(text_of_fields([piece * 100_000]), ours("What?")) == 0


def test_words_are_those_of_a_formula_too() -> None:
    assert split_words(r"$\left\{x_1 \in \mathbb{R}\right\}$") == ("x", "1", "in", "r")
