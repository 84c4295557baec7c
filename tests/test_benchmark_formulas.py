"""What the comparison of packages counts as wrong, and that it blames nobody for taste."""

from __future__ import annotations

import pytest

from benchmarks.formulas.judging import raw_latex, same_to_a_reader
from benchmarks.formulas.leaves import symbols_lost
from benchmarks.formulas.pairs import find_pairs, find_unmarked
from mlready.mathtext.reading.checking import find_mistake
from mlready.mathtext.reading.parser import parse
from mlready.mathtext.rendering import Form, render_display
from tests.mathtext_fixtures import FORMULAS


@pytest.mark.parametrize(
    ("tex", "others"),
    [
        (r"x^{a+b}", {"x_{a+b}", "x^{a}+b"}),
        (r"x_t+1", {"x_{t+1}", "x^t+1"}),
        (r"\frac{a}{bc}", {r"\frac{a}{b}c"}),
        (r"\frac{a}{b}c", {r"\frac{a}{bc}"}),
        (r"\frac{a+b}{c}", {r"a+\frac{b}{c}"}),
        (r"\log\frac{p}{q}", {r"\frac{\log p}{q}"}),
        (r"\sqrt{x}+y", {r"\sqrt{x+y}"}),
        (r"\sqrt{x^2}", {r"\sqrt{x}^2", r"\sqrt{x_2}"}),
        (r"\frac1\alpha x", {r"\frac1{\alpha x}"}),
        (r"\begin{pmatrix}ab&c\end{pmatrix}", {r"\begin{pmatrix}a&bc\end{pmatrix}"}),
        (r"\xrightarrow{d}", {r"\xrightarrow[d]{}"}),
    ],
)
def test_minimal_pairs_differ_in_one_group(tex: str, others: set[str]) -> None:
    assert {pair.tex for pair in find_pairs(tex)} == others


@pytest.mark.parametrize("tex", [r"2\frac{a}{b}", "ab^2", r"-\frac{a}{b}", r"x^\top y", "f(x)"])
def test_what_may_mean_the_same_is_no_pair(tex: str) -> None:
    assert not {pair.kind for pair in find_pairs(tex)} - {"above or below", "a superscript"}
    assert not [p for p in find_pairs(tex) if p.tex in {r"\frac{2a}{b}", "{ab}^2", r"\frac{-a}{b}"}]


def test_pairs_of_the_corpus_are_formulas_that_mean_something_else() -> None:
    for formula in FORMULAS[::10]:
        for pair in (*find_pairs(formula.tex), *find_unmarked(formula.tex)):
            assert find_mistake(pair.tex) is None, pair
            assert parse(pair.tex).tree != parse(formula.tex).tree, pair


@pytest.mark.parametrize("form", ["unicode", "linear", "ascii"])
def test_nothing_of_ours_may_be_read_as_another_formula(form: Form) -> None:
    for formula in FORMULAS[::12]:
        text = "\n".join(render_display(formula.tex, 80, form).rows)
        for pair in (*find_pairs(formula.tex), *find_unmarked(formula.tex)):
            other = "\n".join(render_display(pair.tex, 80, form).rows)
            assert not same_to_a_reader(text, other, is_drawn=form != "linear"), pair


@pytest.mark.parametrize(
    ("tex", "output", "lost"),
    [
        (r"\|x\|_2\le\phi", "||x||₂ ≤ φ", ""),
        (r"\|x\|_2\le\phi", "x_2≤ϕ", "‖"),
        (r"\mathcal{H}\implies\mathbf{w}^\top", "ℋ ⇒ wᵀ", ""),
        (r"a\ne b", "a = b", "\u0338"),
        (r"\left(\frac12\right)", "⎛1⎞\n⎜─⎟\n⎝2⎠", ""),
        (r"\log p_S", "log pₛ", "S"),
        (r"\Theta", "?", "Θ"),
        (r"\boxed{a}", "?a", "?"),
        (r"a\ge t", r"a\get", ""),
        (r"\begin{pmatrix}a\end{pmatrix}", "[a]", ""),
    ],
)
def test_symbols_are_lost_only_if_nothing_stands_for_them(tex: str, output: str, lost: str) -> None:
    assert symbols_lost(parse(tex).tree, output) == lost


@pytest.mark.parametrize(
    ("tex", "output", "left"),
    [
        (r"\frac{a}{b}", r"\fracab", r"\fracab"),
        (r"x^{ab}", "x^{ab}", "{"),
        (r"x^{ab}", "x^(ab)", ""),
        (r"\max_{\{a\}}", "max_{a}", ""),
        (r"\begin{cases}a&b\end{cases}", "{ a, b }", ""),
        (r"a&b", "a & b", "&"),
    ],
)
def test_latex_that_is_left_is_seen(tex: str, output: str, left: str) -> None:
    assert raw_latex(tex, output) == left


def test_blanks_count_in_drawings_only() -> None:
    assert same_to_a_reader("1/n x", "1/nx", is_drawn=False)
    assert same_to_a_reader(" a\n─ c\n b", "a\n─ c\nb", is_drawn=False)
    assert not same_to_a_reader(" a\n─── c\nbb", " a\n──── c\nbb", is_drawn=True)
    assert same_to_a_reader("  1\n  ─", "1\n─", is_drawn=True)
