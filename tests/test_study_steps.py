"""Answers step by step: nothing is skipped, nothing shows early, every beginning is whole."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlready.mathtext.reading.balance import find_imbalance
from mlready.study.steps import count_steps, take_steps

ALIGNED = r"\begin{aligned} a &= b \\ &= c \\[4pt] &= d \end{aligned} ."


def text(words: str) -> list[Any]:
    """A paragraph."""
    return ["paragraph", [["text", words]]]


def formulas(tex: str) -> list[str]:
    """What a displayed formula shows step by step."""
    answer = [["display_math", tex]]
    return [str(take_steps(answer, n + 1)[0][1]) for n in range(count_steps(answer))]


def test_blocks_are_steps() -> None:
    answer = [text("One."), ["display_math", "x"], ["rule"]]
    assert count_steps(answer) == 3
    assert [take_steps(answer, n) for n in range(5)] == [[], *(answer[:n] for n in (1, 2, 3, 3))]


def test_an_empty_answer_is_shown_in_one_step() -> None:
    assert count_steps([]) == 1
    assert take_steps([], 1) == []


def test_the_rows_of_a_derivation_are_steps() -> None:
    assert formulas(ALIGNED) == [
        r"\begin{aligned} a &= b\end{aligned}",
        r"\begin{aligned} a &= b \\ &= c\end{aligned}",
        ALIGNED,
    ]


def test_rows_of_what_lies_within_do_not_count() -> None:
    inner = r"\begin{pmatrix} 1 \\ 2 \end{pmatrix}"
    fenced = r"\left( \begin{aligned} p \\ q \end{aligned} \right)"
    tex = rf"\begin{{gather*}} {inner} \\ {{a \\ b}} \\ {fenced} \end{{gather*}}"
    assert len(formulas(tex)) == 3
    assert formulas(tex)[0] == rf"\begin{{gather*}} {inner}\end{{gather*}}"
    assert formulas(fenced) == [fenced]
    assert formulas(inner) == [inner]


def test_a_line_break_at_the_end_is_no_step() -> None:
    assert len(formulas(r"\begin{align} a \\ b \\ \end{align}")) == 2


@pytest.mark.parametrize(
    "tex",
    ["", r"\begin{aligned} a \\ b", r"\begin{aligned} a \\ b \end{align}", r"a \\ b", r"\end{x}}"],
)
def test_what_has_no_whole_rows_is_one_step(tex: str) -> None:
    assert formulas(tex) == [tex]


def test_each_block_of_a_list_item_is_a_step() -> None:
    items: list[Any] = [[text("First:"), ["display_math", ALIGNED]], [text("Second.")], []]
    answer: list[Any] = [["ordered_list", 3, items], ["bullet_list", [[text("Last.")]]]]
    assert count_steps(answer) == 6
    assert take_steps(answer, 1) == [["ordered_list", 3, [[text("First:")]]]]
    half = take_steps(answer, 2)[0][2][0][1][1]
    assert half == r"\begin{aligned} a &= b\end{aligned}"
    assert take_steps(answer, 5)[0][2][:2] == items[:2]
    assert take_steps(answer, 6) == answer


def test_a_paragraph_is_cut_at_its_displayed_formulas() -> None:
    inlines = [["text", "So "], ["math", "a"], ["display_math", ALIGNED], ["text", ","]]
    answer = [["paragraph", [*inlines, ["display_math", "z"], ["text", ". As claimed"]]]]
    assert count_steps(answer) == 6
    assert take_steps(answer, 1) == [["paragraph", inlines[:2]]]
    assert take_steps(answer, 2)[0][1][2:] == [
        ["display_math", r"\begin{aligned} a &= b\end{aligned}"]
    ]
    assert take_steps(answer, 4) == [["paragraph", inlines]]
    assert take_steps(answer, 6) == answer


# --- properties ----------------------------------------------------------------------------

ROW = st.sampled_from(["a &= b", r"\frac{x}{y}", r"\left\{ z \right.", "", r"{a \\ b}", r"\{"])
ARRAY = st.sampled_from(["aligned", "gather*", "cases", "split"])


def build_formula(before: str, name: str, rows: list[str], after: str) -> str:
    """A formula that is an array of rows."""
    array = r" \\ ".join(rows)
    return rf"{before}\begin{{{name}}} {array} \end{{{name}}}{after}"


TEX = st.builds(
    build_formula,
    st.sampled_from(["", "x = ", r"\text{so } "]),
    ARRAY,
    st.lists(ROW, max_size=5),
    st.sampled_from(["", ".", r"\quad (n \to \infty)"]),
)
INLINES = st.lists(
    st.one_of(
        st.sampled_from([["text", "so"], ["text", "."], ["line_break"], ["math", "a"]]),
        st.builds(lambda tex: ["display_math", tex], TEX),
    ),
    max_size=5,
)
BLOCKS = st.recursive(
    st.one_of(
        st.builds(lambda inlines: ["paragraph", inlines], INLINES),
        st.builds(lambda tex: ["display_math", tex], TEX),
        st.just(["rule"]),
    ),
    lambda inner: st.one_of(
        st.builds(lambda items: ["bullet_list", items], st.lists(st.lists(inner, max_size=3))),
        st.builds(lambda items: ["ordered_list", 2, items], st.lists(st.lists(inner, max_size=3))),
    ),
    max_leaves=8,
)


def formulas_in(node: Any) -> list[str]:
    """The TeX of all displayed formulas."""
    if not isinstance(node, list):
        return []
    if node[:1] == ["display_math"]:
        return [str(node[1])]
    return [tex for part in node for tex in formulas_in(part)]


@given(st.lists(BLOCKS, max_size=4))
def test_each_step_shows_more_until_all_is_shown(answer: list[Any]) -> None:
    total = count_steps(answer)
    sizes = [len(str(take_steps(answer, n))) for n in range(total + 1)]
    assert sizes == sorted(set(sizes)) or total == 1
    assert take_steps(answer, total) == answer
    assert take_steps(answer, total + 7) == answer


@given(st.lists(BLOCKS, max_size=4))
def test_every_beginning_holds_whole_formulas(answer: list[Any]) -> None:
    for n in range(count_steps(answer)):
        assert [tex for tex in formulas_in(take_steps(answer, n)) if find_imbalance(tex)] == []


@given(st.text(alphabet="\\{}&a \nbegindalt*", max_size=60))
def test_no_text_is_too_strange(tex: str) -> None:
    assert formulas(tex)[-1] == tex
