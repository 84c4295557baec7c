"""A formula on one line: what belongs together is never lost, in Unicode or in ASCII."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mlready.mathtext.reading.parser import known_commands, parse
from mlready.mathtext.tree import Accent, Fenced, Fraction, Node, Root, Row, Scripts
from mlready.mathtext.widths import END_OF_MARK, MARK
from mlready.mathtext.writing.linear import linear_lines, linearize, slashed
from tests.linear_fixtures import Sense, formulas, read, sense, symbol

FORMS = pytest.mark.parametrize("is_ascii", [False, True], ids=["unicode", "ascii"])


def line_of(tex: str, *, is_ascii: bool = False) -> str:
    return linearize(parse(tex).tree, ascii=is_ascii)


# --- a line says what the tree says -----------------------------------------------------------


@FORMS
@settings(max_examples=300, deadline=None)
@given(formula=formulas)
def test_a_line_says_what_the_tree_says(formula: Row, *, is_ascii: bool) -> None:
    line = linearize(formula, ascii=is_ascii)
    assert read(line, is_ascii=is_ascii) == sense(formula), line


def small_trees() -> list[Row]:
    """Every row of up to three of some things, some of which hold such things."""
    leaves: list[Node] = [symbol(name) for name in ("a", "2", "theta", "log", "sum", "-")]
    a, two, theta, log, _, minus = (Row((leaf,)) for leaf in leaves)
    sums = (Row((*a.items, *minus.items, *two.items)), Row((*two.items, *a.items)))
    larger: list[Node] = []
    for row in (a, theta, *sums):
        larger.append(Fenced(symbol("("), (row,), (), symbol(")")))
        larger += [Fraction(row, other) for other in (two, log, *sums)]
        larger += [Scripts(symbol("a"), row, None), Scripts(symbol("a"), None, row)]
        larger += [Root(row), Accent("hat", row), Scripts(Root(row), None, two)]
        larger.append(Scripts(Scripts(symbol("a"), row, None), None, two))
        larger.append(Scripts(symbol("a"), theta, row))
    singles = [Row((thing,)) for thing in larger]
    nested: list[Node] = [Fraction(row, two) for row in singles]
    nested += [Fraction(two, row) for row in singles]
    nested += [Scripts(symbol("a"), None, row) for row in singles]
    rows = [*singles, *(Row((thing,)) for thing in nested)]
    rows += [Row(pair) for pair in product((*leaves, *larger), repeat=2)]
    rows += [Row((one, other, last)) for one, other, last in product(leaves, larger, leaves)]
    return rows


@FORMS
def test_no_two_small_trees_share_a_line(*, is_ascii: bool) -> None:
    senses: dict[str, Sense] = {}
    for tree in small_trees():
        line = linearize(tree, ascii=is_ascii)
        assert senses.setdefault(line, sense(tree)) == sense(tree), line
    assert len(senses) > 4_000


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (r"f(\frac12)", r"f\frac12"),  # applied to, times
        (r"\frac{a}{b}c", r"\frac{a}{bc}"),
        (r"\frac{a}{b}\frac{c}{d}", r"\frac{a}{b\frac{c}{d}}"),
        (r"\log\frac{a}{b}", r"\frac{\log a}{b}"),
        (r"\frac{1}{n(n+1)}", r"\frac{1}{n}(n+1)"),
        (r"\frac{1}{f(x)}", r"\frac{1}{f}(x)"),
        (r"\nabla\frac{f}{g}", r"\frac{\nabla f}{g}"),
        (r"\sqrt{2}\pi", r"\sqrt{2\pi}"),
        (r"e^{-n}t", "e^{-nt}"),
        (r"e^{-\lambda}t", r"e^{-\lambda t}"),
        (r"x_{\theta}^2", r"x_{\theta^2}"),
        (r"x_{\mathrm{KL}}", "x_{KL}"),
        (r"\theta^{t+q}", r"\theta^{(t+q)}"),
        (r"\left|a\left|b\right|c\right|", r"\left|a\right|b\left|c\right|"),
        (r"\underbrace{a+b}_{c}", "(a+b)[c]"),
        (r"\hat{x}y", r"\hat{xy}"),
        (r"\begin{pmatrix}a,b\\c\end{pmatrix}", r"\begin{pmatrix}a&b\\c\end{pmatrix}"),
        (r"\left.x+y\right|_{x=0}", r"x+\left.y\right|_{x=0}"),
    ],
)
@FORMS
def test_lines_that_must_differ(one: str, other: str, *, is_ascii: bool) -> None:
    assert line_of(one, is_ascii=is_ascii) != line_of(other, is_ascii=is_ascii)


@pytest.mark.parametrize(
    ("one", "other"),
    [(r"x\xi", r"xx i"), (r"\xi", "xi"), (r"x_{\xi}", "x_{xi}"), (r"i\xi_1", "ix i_1")],
)
def test_letters_in_ascii_are_no_names(one: str, other: str) -> None:
    assert line_of(one, is_ascii=True) != line_of(other, is_ascii=True)


# --- how lines look ---------------------------------------------------------------------------

LOOKS = {
    # fractions
    r"\frac{1}{2}(x-\mu)": ("(1/2)(x − μ)", "(1/2)(x - mu)"),
    r"\frac1n\sum_{i=1}^n x_i": ("1/n ∑ᵢ₌₁ⁿ xᵢ", "1/n sum_(i = 1)^n x_i"),
    r"\frac1n\log x": ("(1/n) log x", "(1/n) log x"),
    r"a-\frac{b}{c}": ("a − b/c", "a - b/c"),
    r"-\frac{t^2}{2}": ("−t²/2", "-t^2/2"),
    r"2\frac13": ("2 (1/3)", "2 (1/3)"),
    r"\frac{2n^2t^2}{\sum_i (b_i-a_i)^2}": (
        "2n²t²/(∑ᵢ (bᵢ − aᵢ)²)",
        "2n^2 t^2/(sum_i (b_i - a_i)^2)",
    ),
    r"\frac{\partial\mathcal L}{\partial W}": ("(∂ℒ)/(∂W)", "(del cal(L))/(del W)"),
    r"\log\frac{p(x)}{q(x)}\,dx": ("log (p(x)/q(x)) dx", "log (p(x)/q(x)) dx"),
    r"\frac{f(x+h)-f(x)}{h}.": ("(f(x + h) − f(x))/h.", "(f(x + h) - f(x))/h."),
    r"\frac{1}{\log_2(n+1)}": ("1/log₂(n + 1)", "1/log_2(n + 1)"),
    r"\lambda^k/k!": ("λᵏ/k!", "lambda^k/k!"),
    r"\binom{m}{i}": ("(m choose i)", "(m choose i)"),
    r"\binom{n+k}{k}": ("((n + k) choose k)", "((n + k) choose k)"),
    # scripts
    r"x_{t+1}^{(k)}": ("xₜ₊₁⁽ᵏ⁾", "x_(t + 1)^(k)"),
    r"x_{t,a}^2": ("x_(t,a)²", "x_(t,a)^2"),
    r"x_\theta^2": ("x²_θ", "x_theta^2"),
    r"f'_i(x)": ("f′ᵢ(x)", "f'_i(x)"),
    r"V^*(s)": ("V*(s)", "V^*(s)"),
    r"A^\top A^{\mathsf T}": ("AᵀAᵀ", "A^top A^T"),
    r"D_{\mathrm{KL}}(p\,\|\,q)": ("D_KL(p ‖ q)", "D_KL(p || q)"),
    r"e^{-t^2/2}": ("e^(−t²/2)", "e^(-t^2/2)"),
    r"y_{<t}": ("y_(<t)", "y_(<t)"),
    r"\sigma_1\sigma_2": ("σ₁σ₂", "sigma_1 sigma_2"),
    r"\pi_\theta f": ("π_θ f", "pi_theta f"),
    r"\max_{x\in X,\,y\in Y}": ("max_(x ∈ X, y ∈ Y)", "max_(x in X, y in Y)"),
    r"\sum_{\substack{i<n\\j<m}}x": ("∑_(i < n; j < m) x", "sum_(i < n; j < m) x"),
    # roots and accents
    r"\sqrt{n}(\bar X-\mu)": ("√(n)(X̄ − μ)", "sqrt(n)(bar(X) - mu)"),
    r"\sqrt[3]{x}\sqrt[k]{y}": ("∛(x)√[k](y)", "sqrt[3](x)sqrt[k](y)"),
    r"\widehat{xy}\hat\theta": ("hat(xy)θ̂", "hat(xy)hat(theta)"),
    # letters and words
    r"\rho\sigma x": ("ρσx", "rho sigma x"),
    r"\mathbb{E}[X]\,\mathbf{w}": ("𝔼[X] 𝐰", "bb(E)[X] bf(w)"),
    r"\operatorname{tr}A": ("tr A", "tr A"),
    r"1\text{st bias — “é”}": ("1st bias — “é”", '1st bias -- "e"'),
    # grids
    r"\begin{pmatrix}a&b\\c&d\end{pmatrix}^{-1}": ("[a, b; c, d]⁻¹", "[a, b; c, d]^(-1)"),
    r"\begin{vmatrix}a&f(x,y)\\c&d\end{vmatrix}": ("|a, f(x, y); c, d|",) * 2,
    r"\begin{pmatrix}a,b&c\end{pmatrix}": ("[(a, b), c]", "[(a, b), c]"),
    r"\begin{cases}1,&x>0,\\0,&x\le0.\end{cases}": (
        "{ 1, x > 0; 0, x ≤ 0. }",
        "{ 1, x > 0; 0, x <= 0. }",
    ),
    r"\left(\begin{array}{c|c}1&2\end{array}\right)": ("[1 | 2]", "[1 | 2]"),
    r"x=\begin{aligned}a\\b\end{aligned}": ("x = [a; b]", "x = [a; b]"),
    r"\begin{aligned}a&=b\\&=c\end{aligned}": ("a = b; = c", "a = b; = c"),
    # the rest
    r"\left\lfloor\frac n2\right\rfloor": ("⌊n/2⌋", "floor(n/2)"),
    r"\left\{x\middle|x>0\right\}": ("{x | x > 0}", "{x | x > 0}"),
    r"\left.\frac{df}{dx}\right|_{x=0}": ("(df/(dx))|ₓ₌₀", "(df/(dx))|_(x = 0)"),
    r"\underbrace{a+b}_{\text{bias}^2}": ("(a + b)⏟[bias²]", "underbrace(a + b)[bias^2]"),
    r"a\stackrel{d}{=}b": ("a =^(d) b", "a =^(d) b"),
    r"\underset{x}{\operatorname{argmin}}f": ("argminₓ f", "argmin_x f"),
    r"X_n\xrightarrow{d}X": ("Xₙ —d→ X", "X_n --d-> X"),
    r"X\xrightarrow[n\to\infty]{}Y": ("X →_(n → ∞) Y", "X ->_(n -> infinity) Y"),
    r"\boxed{x=2}": ("⟦ x = 2 ⟧", "[[ x = 2 ]]"),
    r"a\equiv b\pmod n": ("a ≡ b (mod n)", "a === b (mod n)"),
    r"x=1\tag{2}": ("x = 1   (2)", "x = 1   (2)"),
    r"a,\quad b": ("a,  b", "a,  b"),
    r"{}_nC_k": ("ₙCₖ", "_n C_k"),
    r"1{,}000": ("1,000", "1,000"),
    r"\foo x": (r"\foo x", r"\foo x"),
    "": ("", ""),
}


@pytest.mark.parametrize("tex", LOOKS)
def test_looks(tex: str) -> None:
    assert (line_of(tex), line_of(tex, is_ascii=True)) == LOOKS[tex]


def test_rows_of_equations_have_a_line_each() -> None:
    rows = r"\begin{aligned}a&=b,\\&=c\tag{1}\end{aligned}"
    assert linear_lines(parse(rows).tree) == ["a = b,", "= c   (1)"]
    assert line_of(rows) == "a = b, = c   (1)"
    assert linear_lines(parse("a=b").tree) == ["a = b"]


@pytest.mark.parametrize(
    ("tex", "expected"),
    [
        (r"\frac12", "1/2"),
        (r"\frac{x_i}{\sqrt{n}}", "xᵢ/√(n)"),
        (r"\frac{(a+b)}{c}", "(a + b)/c"),
        (r"\frac{a+b}{c}", None),
        (r"\frac{a}{bc}", None),
    ],
)
def test_slashed(tex: str, expected: str | None) -> None:
    fraction = parse(tex).tree.items[0]
    assert isinstance(fraction, Fraction)
    assert slashed(fraction) == expected


# --- marks ------------------------------------------------------------------------------------


def marked(line: str) -> str:
    return line.replace(MARK, "«").replace(END_OF_MARK, "»")


@pytest.mark.parametrize(
    ("tex", "expected"),
    [
        (f"a{MARK}{{=b}}", "a «= b»"),
        (f"x_{{{MARK}{{i}}}}", "x«ᵢ»"),
        (f"x_{{{MARK}{{\\theta}}}}y", "x_«θ» y"),
        (rf"\frac{{{MARK}{{a+b}}}}{{c}}d", "((«a + b»)/c)d"),
        (rf"x{MARK}{{\frac ab}}", "x «(a/b)»"),
        (rf"\left({MARK}{{\begin{{matrix}}a\\b\end{{matrix}}}}\right)", "«[a; b]»"),
        (rf"{MARK}{{\begin{{aligned}}a\\b\end{{aligned}}}}", "«a»; «b»"),
        (rf"\hat{{{MARK}{{x}}}}", "«x̂»"),
        (f"{MARK}{{}}x", "«»x"),
    ],
)
def test_marks_stay_around_what_they_mark(tex: str, expected: str) -> None:
    assert marked(line_of(tex)) == expected


# --- whatever is written ----------------------------------------------------------------------

commands = st.sampled_from(known_commands()).map("\\{} ".format)
environments = st.sampled_from(["pmatrix", "cases", "aligned", "array", "unknown"])
pieces = st.sampled_from([*r"abx12+-=,.:;|/(){}[]&^_'~!<>$é", "\x1b", "\u0301", MARK, r"\\"])
brackets = st.sampled_from([r"\left(", r"\right)", r"\text{", r"\unknown"])
begins = environments.map(r"\begin{{{}}}".format) | environments.map(r"\end{{{}}}".format)
soups = st.lists(commands | pieces | brackets | begins, max_size=40).map("".join)


@settings(max_examples=500, deadline=None)
@given(soups | st.text())
def test_anything_becomes_one_printable_line(tex: str) -> None:
    for is_ascii in (False, True):
        line = marked(line_of(tex, is_ascii=is_ascii)).replace("«", "").replace("»", "")
        assert line.isprintable()
        assert line.isascii() or not is_ascii
