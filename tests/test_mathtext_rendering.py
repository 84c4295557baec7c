"""Formulas in the terminal: what they look like, that they fit, and that nothing goes wrong."""

from __future__ import annotations

import time
import unicodedata
from typing import TYPE_CHECKING

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from mlready.mathtext.reading.checking import find_mistake
from mlready.mathtext.reading.parser import LONGEST, parse
from mlready.mathtext.rendering import Form, mark, render_display, render_inline
from mlready.mathtext.widths import END_OF_MARK, MARK, width_of
from tests.mathtext_fixtures import CORPUS_FILES, FORMULAS, SOUP, read_corpus
from tests.study_fixtures import check_golden

if TYPE_CHECKING:
    from pathlib import Path

FORMS: tuple[Form, ...] = ("unicode", "linear", "ascii", "tex", "speech")
SECONDS = 1.0  # no formula may take longer, whatever it is


@pytest.mark.parametrize("path", CORPUS_FILES, ids=lambda path: path.stem)
def test_the_corpus_looks_as_it_was_approved(path: Path) -> None:
    shown = []
    for formula in read_corpus(path):
        box = render_display(formula.tex, 80)
        shown += [f"# {formula.name}", formula.tex, "", *box.rows, ""]
        line = render_display(formula.tex, 10_000, "linear").rows
        shown += ["linear:", *line, "", ""]
    check_golden(f"mathtext/{path.stem}.txt", "\n".join(shown))


def test_the_corpus_is_large_and_has_no_mistakes() -> None:
    assert len(FORMULAS) >= 300
    assert len({formula.name for formula in FORMULAS}) == len(FORMULAS)
    assert {f.name: m for f in FORMULAS if (m := find_mistake(f.tex))} == {}


@pytest.mark.parametrize("width", [20, 40, 60, 80, 100])
def test_every_formula_of_the_corpus_fits(width: int) -> None:
    for formula in FORMULAS:
        for form in FORMS:
            box = render_display(formula.tex, width, form)
            assert max(map(width_of, box.rows)) <= width, (formula.name, form)


def test_boxes_are_rectangles() -> None:
    for formula in FORMULAS:
        for box in (render_display(formula.tex, 80), render_inline(formula.tex)):
            assert {width_of(row) for row in box.rows} == {box.width}, formula.name
            assert 0 <= box.baseline < box.height


def test_inline_formulas_do_not_tear_lines_apart() -> None:
    for formula in FORMULAS:
        box = render_inline(formula.tex)
        assert box.above <= 1, formula.name
        assert box.below <= 1, formula.name


def test_ascii_is_ascii() -> None:
    for formula in FORMULAS:
        for box in (render_display(formula.tex, 80, "ascii"), render_inline(formula.tex, "ascii")):
            assert all(row.isascii() for row in box.rows), formula.name


@settings(max_examples=400)
@given(SOUP, st.integers(0, 90), st.sampled_from(FORMS))
@example("x" * 30_000, 80, "unicode")
@example("{" * 5000, 80, "unicode")
@example(r"\frac" * 3000, 80, "unicode")
@example(r"\frac{" * 3000, 80, "unicode")
@example(r"\sqrt{" * 3000 + "x", 80, "unicode")
@example("x^" * 5000, 80, "unicode")
@example(r"\left(" * 3000, 80, "unicode")
@example(r"\bigl(" * 3000, 80, "unicode")
@example(r"\begin{pmatrix}" * 300, 80, "unicode")
@example(r"a & " * 4000, 80, "unicode")
@example(r"\begin{array}{" + "c" * 500 + "}" + "a&" * 500 + r"\end{array}", 40, "unicode")
@example(r"\text{$" * 900, 80, "unicode")
@example(r"\hat" * 4000 + "x", 80, "unicode")
@example("+".join(["x"] * 6000), 20, "unicode")
@example("(" * 3000 + r"\frac12" + ")" * 3000, 80, "unicode")
@example(r"\sum_{i}^{n}" * 1500, 80, "unicode")
@example(r"\frac{a}{b}" * 1500, 30, "unicode")
@example(r"{a\over" * 900, 80, "unicode")
@example("'" * 15_000, 80, "unicode")
@example(r"\not" * 4000, 80, "unicode")
@example(r"\begin{x}" * 2000, 80, "unicode")
@example(r"\operatorname{" + r"\," * 8000 + "}", 80, "unicode")
@example(r"\bigl(" * 350 + "x" + r"\bigr)" * 350, 80, "unicode")
@example((r"\bigl(" * 20 + "{") * 20 + "x" + ("}" + r"\bigr)" * 20) * 20, 80, "linear")
@example((("(" * 20) + "{") * 20 + "x" + ("}" + ")" * 20) * 20, 80, "speech")
@example("(" * 2500 + ")" * 2500, 80, "speech")
@example(r"\displaystyle " * 350, 20, "unicode")
@example(r"{\displaystyle" * 19 + "x" + "}" * 19, 80, "unicode")
@example(r"a\over " * 700, 80, "unicode")
@example(MARK * 5000, 80, "unicode")
@example("x_{" * 18 + r"\frac ab" + "}^{y}" * 18, 80, "ascii")
@example(r"\displaystyle\sum_{\frac ab" * 18 + "x" + "}" * 18, 80, "unicode")
@example(r"x\tag{a label that is wider than its place}", 20, "unicode")
@example("\\text{\x1b[2J\u202e\ud800}", 80, "speech")
@example("\\operatorname{\x1b\u200b}", 80, "ascii")
def test_nothing_raises_or_takes_long(tex: str, width: int, form: Form) -> None:
    begun = time.process_time()
    box = render_display(tex, width, form)
    inline = render_inline(tex, form)
    assert time.process_time() - begun < SECONDS
    for row in (*box.rows, *inline.rows):
        bare = row.replace(MARK, "").replace(END_OF_MARK, "")
        assert bare.isprintable()
        assert form != "ascii" or bare.isascii()
    assert {width_of(row) for row in box.rows} == {box.width}
    assert max(map(width_of, box.rows)) <= max(width, 8)


@settings(max_examples=300)
@given(SOUP)
def test_what_is_wrong_has_a_place_and_a_remedy(tex: str) -> None:
    mistake = find_mistake(tex)
    if mistake is not None:
        assert 0 <= mistake.offset <= len(tex)
        assert mistake.message
        assert mistake.hint
        assert "\n" not in mistake.message


def test_a_formula_that_is_too_long_shows_its_source() -> None:
    assert "xxxx" in render_display("x" * (LONGEST + 1), 80).rows[0]


def test_what_is_unknown_shows_as_its_source() -> None:
    assert render_display(r"a = \foo b", 80).rows == (r"a = \foo b",)


def test_marks_surround_what_they_mark_in_each_row() -> None:
    box = render_display("1 + " + mark(r"\frac{a}{b}"), 80)
    marked = [row.partition(MARK)[2].partition(END_OF_MARK)[0] for row in box.rows]
    assert marked == ["a", "─", "b"]
    assert box.width == width_of("1 + ─")


@pytest.mark.parametrize(
    ("tex", "shown"),
    [
        (r"f_\theta(x)", "f_θ(x)"),
        (r"x_i^2", "xᵢ²"),
        (r"\frac12", "½"),
        (r"\sum_{i=1}^n x_i", "∑ᵢ₌₁ⁿ xᵢ"),
    ],
)
def test_within_prose_one_row_suffices_where_it_says_it_all(tex: str, shown: str) -> None:
    assert render_inline(tex).rows == (shown,)


def test_within_prose_a_formula_may_take_a_row_above_and_below() -> None:
    box = render_inline(r"\frac{\partial L}{\partial w}")
    assert box.rows == ("∂L", "──", "∂w")
    assert box.baseline == 1


def test_the_same_formula_has_the_same_tree() -> None:
    assert parse("x").tree is parse("x").tree


def test_everything_shown_has_a_width() -> None:
    """No control characters, nothing that turns the direction of writing."""
    for formula in FORMULAS:
        for row in render_display(formula.tex, 80).rows:
            assert all(unicodedata.category(c) not in {"Cc", "Cf"} for c in row), formula.name
