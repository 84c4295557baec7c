"""Formulas too wide for a narrow window: broken where a mathematician would break them."""

from __future__ import annotations

import pytest

from mlready.mathtext.rendering import render_display


def shown(tex: str, width: int, *, ascii_only: bool = False) -> list[str]:
    box = render_display(tex, width, "ascii" if ascii_only else "unicode")
    return [row.rstrip() for row in box.rows]


@pytest.mark.parametrize(
    ("tex", "width", "lines"),
    [
        pytest.param(
            r"x\le y+\delta\qquad\forall s\in\mathcal S",
            16,
            ["x ≤ y + δ", "    ∀s ∈ 𝒮"],
            id="at a quad, not before a relation behind it",
        ),
        pytest.param(
            r"a\le b+c+d\ \text{ but }\ f(x)-g(x)>d",
            32,
            ["a ≤ b + c + d", "     but  f(x) − g(x) > d"],
            id="before a word that joins statements",
        ),
        pytest.param(
            r"a=b,\qquad c=d,\qquad e=f",
            16,
            ["a = b,    c = d,", "    e = f"],
            id="the room behind a line takes no room",
        ),
        pytest.param(
            r"f=a+b+c+d+e+g+\|y-x\|^2",
            30,
            ["f = a + b + c + d + e + g", "    + ‖y − x‖²"],
            id="not within a norm",
        ),
        pytest.param(
            r"p=F(x)^kF(y)^k[1-F(x)]^nf(x)",
            26,
            ["p = F(x)ᵏF(y)ᵏ", "    [1 − F(x)]ⁿf(x)"],
            id="between factors, not within one",
        ),
        pytest.param(
            r"x+y+z=a\quad\Longrightarrow\quad y=b",
            21,
            ["x + y + z = a", "    ⟹   y = b"],
            id="before what follows from the line above",
        ),
    ],
)
def test_it_breaks_where_the_reader_pauses(tex: str, width: int, lines: list[str]) -> None:
    assert shown(tex, width) == lines


def test_two_rows_beside_a_brace_leave_its_point_a_row() -> None:
    tex = r"f=\left\{\begin{array}{ll}1&x>0\\0&x\le0\end{array}\right."
    rows = ["    ⎧1  x > 0", "f = ⎨", "    ⎩0  x ≤ 0"]
    assert shown(tex, 80) == rows
    assert shown(tex + r"\qquad\text{for all }x", 24)[:3] == rows


@pytest.mark.parametrize(
    ("tex", "rows"),
    [
        (r"i\sqrt3+2\alpha\sqrt{2T}", ["i sqrt(3) + 2 alpha sqrt(2T)"]),
        (r"f''(x)+V^*", ["          *", "f''(x) + V"]),
        (r"\sum_{x\in[0,1]}x", ["   ___", "   \\       x", "   /__", "x in [0,1]"]),
        (r"\Bigl\|\frac ab\Bigr\|_2", ["|| a ||", "||---||", "|| b || 2"]),
        (r"\Bigl(\frac C6\Bigr)^\beta", ["/ C \\ beta", "|---|", "\\ 6 /"]),
        (r"\left\lceil\frac ab\right\rceil", ["|^ a ^|", "| --- |", "|  b  |"]),
    ],
)
def test_what_stands_side_by_side_in_ascii_is_not_read_as_one(tex: str, rows: list[str]) -> None:
    assert shown(tex, 80, ascii_only=True) == rows
