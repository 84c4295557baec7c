"""What one hears of a formula, and that different formulas sound different."""

from __future__ import annotations

import re
import textwrap

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlready.mathtext.reading.parser import parse
from mlready.mathtext.speaking.speech import speak
from mlready.mathtext.speaking.spoken_lines import speak_lines
from mlready.mathtext.symbols import SYMBOLS
from mlready.mathtext.widths import END_OF_MARK, MARK
from tests.formulas.generate import find_random, read_corpus
from tests.study_fixtures import check_golden

HEARD = [
    "facts/*",
    "bandits-online/thompson-sampling-information-ratio",
    "bayesian/em-algorithm",
    "bayesian/kalman-filter-update",
    "calculus-and-logic/set-builder-middle",
    "concentration/hoeffding-lemma",
    "concentration/mcdiarmid-bounded-differences",
    "diffusion/ddim-step",
    "diffusion/fokker-planck",
    "foundations/hypergeometric-function",
    "foundations/restriction-and-inclusion",
    "foundations/schroedinger-equation",
    "foundations/stirling-formula",
    "foundations/taylor-lagrange",
    "generalization-deep/benign-overfitting-risk",
    "geometry-and-structure/backprop-equations-tagged",
    "geometry-and-structure/column-and-row-vectors",
    "geometry-and-structure/nested-fractions-logistic",
    "information-theory/fano-inequality",
    "kernels/gaussian-kernel",
    "kernels/positive-definiteness",
    "learning-theory/fundamental-theorem-sample-complexity",
    "learning-theory/structural-risk-minimization",
    "linear-algebra/eckart-young",
    "linear-algebra/leibniz-determinant",
    "optimization/kkt-conditions",
    "optimization/proximal-operator",
    "rl/deterministic-policy-gradient",
    "rl/generalized-advantage",
    "statistics/inclusion-exclusion",
    "transformers/layer-norm",
]

ALIKE_ON_PAPER = [
    (r"\frac{a+b}{c}", r"a+\frac{b}{c}"),
    (r"(a+b)/c", r"a+b/c"),
    (r"\frac{\frac{a}{b}}{c}", r"\frac{a}{\frac{b}{c}}"),
    (r"\frac{a}{b}c", r"\frac{a}{bc}"),
    (r"\log\frac{a}{b}", r"\frac{\log a}{b}"),
    (r"e^{x}y", r"e^{xy}"),
    (r"e^{-x}y", r"e^{-xy}"),
    (r"a^{b^c}", r"{a^b}^c"),
    (r"x_i^2", r"x_{i^2}"),
    (r"x_i'", r"x_{i'}"),
    (r"a_{ij}", r"a_ij"),
    (r"x_{i+1}", r"x_i+1"),
    (r"\hat x_i", r"\hat{x_i}"),
    (r"\bar x+y", r"\overline{x+y}"),
    (r"\sqrt{x}+1", r"\sqrt{x+1}"),
    (r"\sqrt{x}^2", r"\sqrt{x^2}"),
    (r"|x|+1", r"|x+1|"),
    (r"\|x\|_2^2", r"\|x^2\|_2"),
    (r"(x+y)^2", r"x+y^2"),
    (r"X", r"x"),
    (r"\Sigma", r"\sigma"),
    (r"\mathbf{x}", r"x"),
    (r"\sum_{i=1}^n x_i", r"\sum_{i=1}^{n x_i}"),
    (r"\lfloor x\rfloor y", r"\lfloor xy\rfloor"),
    (r"\binom{n}{k}m", r"\binom{n}{km}"),
    (r"\underbrace{a}_{b}+c", r"\underbrace{a+c}_{b}"),
    (r"\begin{pmatrix}a&b\\c&d\end{pmatrix}", r"\begin{pmatrix}a&b&c&d\end{pmatrix}"),
    (r"\sigma^{-1}", r"\sigma-1"),
    (r"1\,000", r"1,000"),
]


def _speak(tex: str) -> str:
    return speak(parse(tex).tree)


def test_formulas_of_the_field_as_one_reads_them() -> None:
    corpus = {where: tex for where, tex, _ in read_corpus()}
    lines: list[str] = []
    for name in HEARD:
        area, _, wanted = name.partition("/")
        for where, tex in corpus.items():
            if where == name or (wanted == "*" and where.startswith(area + "/")):
                lines += [where, textwrap.indent(tex, "  "), ""]
                lines += [*textwrap.wrap(_speak(tex), 96, break_on_hyphens=False), ""]
    assert len(lines) > 50 * 4
    check_golden("spoken_formulas.txt", "\n".join(lines))


@pytest.mark.parametrize(("one", "other"), ALIKE_ON_PAPER)
def test_what_differs_in_grouping_differs_in_words(one: str, other: str) -> None:
    assert _speak(one) != _speak(other)


def test_formulas_of_the_corpus_sound_different() -> None:
    said: dict[str, str] = {}
    for _, tex, _ in read_corpus():
        words = _speak(tex)
        assert said.setdefault(words, tex) == tex
        assert words


@pytest.mark.parametrize(
    ("tex", "words"),
    [
        (r"x_i", "x sub i"),
        (r"x^3", "x cubed"),
        (r"\frac{1}{2}", "one half"),
        (r"x^{3/4}", "x to the three quarters"),
        (r"\frac1n\sum_i x_i", "1 over n times the sum over i of x sub i"),
        (r"0.05", "0.05"),
        (r"x=.5.", "x equals .5"),
        (r"18\,445{,}000", "18 445,000"),
        (r"(0,1)", "open paren 0, 1 close paren"),
        (r"f''(x)", "f double prime open paren x close paren"),
        (r"A^\top B^{-1}", "capital A transpose capital B inverse"),
        (r"A^{\mathsf T}", "capital A transpose"),
        (r"\mathbb{R}^{m\times n}", "the reals to the power m by n, end power"),
        (r"m\times n", "m times n"),
        (r"p(x\mid y)", "p open paren x given y close paren"),
        (r"p(x|y)", "p open paren x given y close paren"),
        (r"\{x\mid x>0\}", "open brace x such that x is greater than 0 close brace"),
        (r"\Pr\{A\mid B\}", "the probability of open brace capital A given capital B close brace"),
        (r"E[X\,|\,Y=|z|]", "capital E open bracket capital X given capital Y equals"
         " the absolute value of z, close bracket"),
        (r"|\psi\rangle=|0\rangle", "bar psi close angle equals bar 0 close angle"),
        (r"|\mathcal H|", "the size of cal H"),
        (r"|\Sigma|", "bar capital sigma bar"),
        (r"a:=b", "a is defined as b"),
        (r"f\colon A\to B", "f colon capital A, to capital B"),
        (r"\lim_{n\to\infty}x_n", "the limit as n goes to infinity of x sub n"),
        (r"X\perp\!\!\!\perp Y", "capital X is independent of capital Y"),
        (r"\arg\min_x f", "the arg min over x of f"),
        (r"\mathbb{E}_{x\sim p}[x]", "the expectation over x distributed as p of"
         " open bracket x close bracket"),
        (r"n!\sim\sqrt n", "n factorial is asymptotic to root n"),
        (r"k(x,\cdot)", "k open paren x, dot close paren"),
        (r"\text{if }x\text{-axis}", "if x-axis"),
        (r"a=b\tag{1}", "a equals b, tag 1"),
        (r"\foo", "the source foo"),
        ("", ""),
    ],
)  # fmt: skip
def test_phrases(tex: str, words: str) -> None:
    assert _speak(tex) == words


def test_marks_stay_around_what_they_marked() -> None:
    assert _speak(rf"a+{MARK}{{b^2}}=c") == f"a plus {MARK}b squared{END_OF_MARK} equals c"


def test_every_symbol_has_words() -> None:
    for name, symbol in SYMBOLS.items():
        assert re.fullmatch("[A-Za-z]+(?: [A-Za-z]+)*", symbol.speech), name


def test_there_are_only_words_digits_and_breaths() -> None:
    for _, tex in find_random(150, seed=3):
        words = _speak(tex)
        assert re.fullmatch(r"[A-Za-z0-9 ,.]*", words), (tex, words)
        assert "  " not in words
        assert " ," not in words


@given(st.text(alphabet=r"ab1+|()[]{}^_'\,.:= &∑" + "\n", max_size=40) | st.text(max_size=20))
def test_nothing_raises_or_breaks_the_line(tex: str) -> None:
    assert "\n" not in _speak(tex)


@pytest.mark.parametrize(
    ("tex", "lines"),
    [
        ("a = b", ["a equals b"]),
        (r"\begin{aligned} a &= b \end{aligned}", ["a equals b"]),
        (r"\begin{aligned} a &= b \\ &= c \end{aligned}", ["a equals b", "line 2, equals c"]),
        (r"\begin{gather} a \tag{7} \\ b \end{gather}", ["a, tag 7", "line 2, b"]),
        (r"x = \begin{aligned} a \\ b \end{aligned}", ["x equals. line 1, a. line 2, b"]),
    ],
)
def test_rows_of_equations_are_read_line_by_line(tex: str, lines: list[str]) -> None:
    assert speak_lines(parse(tex).tree) == lines


def test_lines_keep_their_marks() -> None:
    rows = rf"{MARK}{{\begin{{aligned}} a \\ b \end{{aligned}}}}"
    assert speak_lines(parse(rows).tree) == [
        f"{MARK}{said}{END_OF_MARK}" for said in ("a", "line 2, b")
    ]
