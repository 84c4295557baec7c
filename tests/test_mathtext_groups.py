r"""Groups in two dimensions: what `{…}`, `\textstyle` and marks hold is not read as something else.

What stands in braces is set by itself, but is read together with what stands beside the braces.
"""

from __future__ import annotations

import pytest

from mlready.mathtext.rendering import Form, mark, render_display, render_inline, render_row
from mlready.mathtext.widths import END_OF_MARK, MARK

WRAPPERS = ["{%s}", r"\mathord{%s}", r"\textcolor{red}{%s}", mark("%s"), r"{\textstyle %s}"]
wrapped = pytest.mark.parametrize("wrapper", WRAPPERS, ids=lambda wrapper: wrapper.strip(MARK))


def shown(tex: str) -> list[str]:
    marks = str.maketrans("", "", MARK + END_OF_MARK)
    return [row.translate(marks).rstrip() for row in render_display(tex, 80).rows]


@wrapped
def test_a_fraction_in_a_group_is_parted_from_its_factors(wrapper: str) -> None:
    group = wrapper % r"\frac ab"
    assert shown(f"x{group}y") == ["  a", "x ─ y", "  b"]
    assert shown(rf"\frac{{x{group}y}}2")[:3] == ["  a", "x ─ y", "  b"]


@wrapped
def test_a_fraction_in_a_group_within_a_script_has_parentheses(wrapper: str) -> None:
    group = wrapper % r"\frac ab"
    script = shown(f"e^{{x{group}y}}")
    assert script == [" x(a/b)y", "e"] or "style" in wrapper  # a style of its own is no script


@wrapped
def test_a_root_in_a_group_ends_before_what_stands_behind_it(wrapper: str) -> None:
    assert shown(wrapper % r"\sqrt x" + "y") == ["√(x)y"]


@wrapped
def test_a_script_belongs_to_all_of_a_group(wrapper: str) -> None:
    assert shown(wrapper % "a+b" + "^2") == ["(a + b)²"]
    assert shown(wrapper % "-x" + "^2") == ["(−x)²"]


@pytest.mark.parametrize(
    ("tex", "rows"),
    [
        (r"{(f+g)}'", ["(f + g)′"]),
        (r"\begin{matrix}a\\b\end{matrix}^2", ["⎛a⎞²", "⎝b⎠"]),
        (r"\underbrace{x+y}_2{}", ["x + y", "╰─┬─╯", "  2"]),
        (r"\underbrace{x+y}_2^3", ["⎛x + y⎞³", "⎜╰─┬─╯⎟", "⎝  2  ⎠"]),
        (r"\overset ac^2", ["⎛a⎞²", "⎝c⎠"]),
        (r"\overset ac_i", ["a", "cᵢ"]),
        (r"\begin{smallmatrix}a&b\\c&d\end{smallmatrix}x", ["a b x", "c d"]),
        (r"\sqrt{\frac ab}c", [" ┌─", " │a", " │─ c", "√│b"]),
        (r"\frac ab/\frac cd", ["a   c", "─ / ─", "b   d"]),
        (r"\left|\frac ab\right|", ["│a│", "│─│", "│b│"]),
        (r"e^{\frac ab!}", [" (a/b)!", "e"]),
        (r"\sqrt[3]{\frac ab}", ["  ┌─", "  │a", "3 │─", " √│b"]),
        (r"A^*A", ["A* A"]),
        (r"\pi^*(s)+\|x^*\|", ["π*(s) + ‖x*‖"]),
        (r"x^{'}", ["x′"]),
        (r"{\sqrt x}^2", ["√(x)²"]),
        (r"x^y{}^z", ["xʸ ᶻ"]),
        (r"\not{=}", ["≠"]),
    ],
)
def test_it_is_read_as_it_is_meant(tex: str, rows: list[str]) -> None:
    assert shown(tex) == rows


def test_a_number_before_a_fraction_is_no_mixed_number() -> None:
    assert "⅓" not in "".join(render_inline(r"2\frac13").rows)
    assert render_inline(r"-\frac13").rows == ("−⅓",)


@pytest.mark.parametrize("form", ["unicode", "ascii", "linear", "speech"])
def test_what_cannot_be_negated_does_not_lose_its_negation(form: Form) -> None:
    for tex in (r"a\not\overset{?}{=}b", r"a\not" + mark(r"\text{[…]}") + "b"):
        assert "not" in "".join(render_display(tex, 80, form).rows)
    assert "≠" in render_row(r"a\not" + mark("=") + "b").replace(MARK, "")


def test_in_ascii_the_bar_of_a_fraction_is_no_minus() -> None:
    assert render_display(r"a-\frac bc", 80, "ascii").rows == ("     b ", "a - ---", "     c ")


@pytest.mark.parametrize(
    ("tex", "line"),
    [
        (r"\mathrm{exp}(x)", "exp(x)"),
        (r"\mathrm{arg\,max}_i", "(arg max)ᵢ"),
        (r"\mathop{a+b}_i", "(a + b)ᵢ"),
        (r"x\mathord{\frac ab}y", "x(a/b)y"),
        (r"\frac{x^{*}x}{2}", "x* x/2"),
    ],
)
def test_on_one_line_a_word_stays_one_and_a_group_too(tex: str, line: str) -> None:
    assert render_row(tex) == line
