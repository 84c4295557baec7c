"""Balance of TeX: what lacks its partner, and where."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlready.mathtext.reading.balance import find_imbalance
from mlready.mathtext.reading.mistakes import Mistake

BALANCED = [
    "",
    r"\frac{a}{b}",
    r"\left( x \right)",
    r"\left\{ x \right.",
    r"\left\lVert x \right\rVert",
    r"\left< x \right\rangle",
    r"\begin{pmatrix} 1 & {2} \\ 3 & 4 \end{pmatrix}",
    r"\{ a \} \} \{",
    r"50\% \\% ".replace("\\\\%", ""),
    r"\leftarrow \rightarrow \lefteqn",
    r"[0, 1)",
    r"\begin {a}\end  {a}",
]


@pytest.mark.parametrize("tex", BALANCED)
def test_balanced(tex: str) -> None:
    assert find_imbalance(tex) is None


UNBALANCED = {
    r"\frac{a}{b": ("{ is never closed", "add }", 8),
    "a}": ("} without {", "remove it or add {", 1),
    r"\left( x": (r"\left is never closed", r"add \right", 0),
    r"x \right)": (r"\right without \left", r"remove it or add \left", 2),
    r"{\left( }": (r"} where \left is still open", r"close \left with \right first", 8),
    r"\begin{a}": (r"\begin{a} is never closed", r"add \end{a}", 0),
    r"\begin{begin}": (r"\begin{begin} is never closed", r"add \end{begin}", 0),
    r"\begin{a}\end{b}": (
        r"\end{b} where \begin{a} is still open",
        r"close \begin{a} with \end{a} first",
        9,
    ),
    r"a % b": ("% begins a comment in TeX", r"write \%", 2),
    r"\left x \right)": (
        r"\left without a delimiter",
        r"write a delimiter after it: \left( or \left.",
        0,
    ),
    r"\left( x \right": (
        r"\right without a delimiter",
        r"write a delimiter after it: \right( or \right.",
        9,
    ),
    r"\left{ x \right}": (
        r"\left without a delimiter",
        r"write a delimiter after it: \left( or \left.",
        0,
    ),
    r"\\{": ("{ is never closed", "add }", 2),
}


@pytest.mark.parametrize("tex", UNBALANCED)
def test_unbalanced(tex: str) -> None:
    assert find_imbalance(tex) == Mistake(*UNBALANCED[tex])


def test_a_message_is_short_and_on_one_line() -> None:
    found = find_imbalance("\\begin{" + "long\nname" * 100 + "}")
    assert found is not None
    assert len(found.message) < 100
    assert found.message.isprintable()


@given(st.text(alphabet=st.sampled_from("\\{}%ab[]().| \n$é") | st.characters()))
def test_any_text_is_judged_within_itself(tex: str) -> None:
    found = find_imbalance(tex)
    assert found is None or 0 <= found.offset < len(tex)


groups = st.recursive(
    st.sampled_from(["x", r"\{", r"\alpha", ""]),
    lambda inner: st.one_of(
        st.tuples(inner, inner).map("".join),
        inner.map(lambda tex: f"{{{tex}}}"),
        inner.map(lambda tex: rf"\left({tex} \right|"),
        inner.map(lambda tex: rf"\begin{{cases}}{tex} \end{{cases}}"),
    ),
)


@given(groups)
def test_what_is_built_by_nesting_is_balanced(tex: str) -> None:
    assert find_imbalance(tex) is None
    assert find_imbalance(tex + "{") is not None
    assert find_imbalance(tex + "}") is not None
