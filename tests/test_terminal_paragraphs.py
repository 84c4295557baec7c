"""How prose and the formulas in it fill their lines."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.console import Console
from rich.text import Text

from mlready.mathtext.widths import width_of
from mlready.terminal.documents.formulas import Rows, break_row
from mlready.terminal.documents.line_breaking import Span, find_breaks
from mlready.terminal.documents.paragraphs import fill_lines

if TYPE_CHECKING:
    from collections.abc import Sequence

LINEAR = "P(|X̄ − μ| ≥ t) ≤ 2exp(−2nt²/(b − a)²)"
MEAN = Rows([Text("1  n    "), Text("─  ∑  Xᵢ"), Text("n i=1   ")], 1)


def formula(row: str) -> Rows:
    """A formula of one row."""
    return Rows([Text(row)], 0)


def fill(width: int, *pieces: str | Rows) -> list[str]:
    """The lines of a paragraph."""
    texts = [Text(piece) if isinstance(piece, str) else piece for piece in pieces]
    return [line.plain for line in fill_lines(texts, width)]


def test_only_lines_with_tall_formulas_take_more_than_a_row() -> None:
    hat = Rows([Text("x̂"), Text("─")], 0)
    assert fill(30, "Let the mean be ", MEAN, ", then the set ", hat, "-hull, or so.") == [
        "                1  n",
        "Let the mean be ─  ∑  Xᵢ, then",
        "                n i=1",
        "the set x̂-hull, or so.",
        "        ─",
    ]


def test_rows_of_several_formulas_stand_where_the_formulas_do() -> None:
    assert fill(40, "宽 ", MEAN, " and (", MEAN, ").") == [
        "   1  n          1  n",
        "宽 ─  ∑  Xᵢ and (─  ∑  Xᵢ).",
        "   n i=1         n i=1",
    ]


def test_what_touches_a_formula_stays_with_it() -> None:
    assert fill(20, "We want a (small) (", formula("x = y"), ")-set.") == [
        "We want a (small)",
        "(x = y)-set.",
    ]


def test_a_short_formula_is_not_torn_apart() -> None:
    assert fill(30, "Suppose that we have some ", formula("a ≤ b"), ".") == [
        "Suppose that we have some",
        "a ≤ b.",
    ]


@pytest.mark.parametrize(
    ("row", "width", "lines"),
    [
        (LINEAR, 30, ["P(|X̄ − μ| ≥ t) ≤", "  2exp(−2nt²/(b − a)²)"]),
        ("aaaa + bbbb + cccc + dddd", 16, ["aaaa + bbbb +", "  cccc + dddd"]),
        ("f(aaaa = bbbb, cccc) + d", 18, ["f(aaaa = bbbb,", "  cccc) + d"]),
        ("aaaa bbbb = cccc dddd", 14, ["aaaa bbbb =", "  cccc dddd"]),
        ("aaaa bbbb >= cccc", 14, ["aaaa bbbb >=", "  cccc"]),
        ("abcdefghijklmnop", 10, ["abcdefgh", "  ijklmnop"]),
    ],
)
def test_a_long_formula_breaks_after_relations_first(
    row: str, width: int, lines: list[str]
) -> None:
    broken = [line.plain.rstrip() for line in break_row(Text(row), width)]
    assert broken == lines


def test_a_long_formula_begins_on_the_line_of_its_prose() -> None:
    assert fill(40, "For independent averages: ", formula(LINEAR), ".") == [
        "For independent averages:",
        "P(|X̄ − μ| ≥ t) ≤ 2exp(−2nt²/(b − a)²).",
    ]
    assert fill(34, "Averages have ", formula(LINEAR), ".") == [
        "Averages have P(|X̄ − μ| ≥ t) ≤",
        "2exp(−2nt²/(b − a)²).",
    ]


def test_line_breaks_and_blanks() -> None:
    assert fill(20, "one\ntwo\n\nthree ", formula("a = b"), "\nfour\u00a0five") == [
        *("one", "two", "", "three a = b", "four\u00a0five")
    ]
    assert fill(12, "four or\u00a0five") == ["four or\u00a0five"]
    assert fill(11, "four or\u00a0five") == ["four", "or\u00a0five"]
    assert fill(20) == [""]


def test_an_accent_stays_on_its_letter() -> None:
    text = "x\u0302" * 30
    assert fill(20, text) == ["x\u0302" * 20, "x\u0302" * 10]


CONSOLE = Console(width=80)
plain_words = st.text(st.sampled_from("abc,.(é宽-"), min_size=1, max_size=10)


@given(st.lists(plain_words, max_size=20), st.integers(20, 60), st.sampled_from([" ", "  ", "\n"]))
def test_words_alone_fill_lines_as_rich_fills_them(words: list[str], width: int, gap: str) -> None:
    text = gap.join(words)
    expected = [line.plain.rstrip() for line in Text(text).wrap(CONSOLE, width)]
    assert fill(width, text) == (expected or [""])


rows = st.text("ab12", min_size=1, max_size=5)
flat_formulas = st.lists(rows | st.sampled_from(["=", "+", "≤", "(", "x̂"]), min_size=1).map(
    lambda tokens: Rows([Text(" ".join(tokens))], 0)
)
tall_formulas = st.builds(
    lambda above, line, below: Rows([Text(above), Text(line), Text(below)], 1),
    *[st.text("ABC", min_size=5, max_size=5)] * 3,
)
pieces = st.lists(
    plain_words.map("{} ".format) | plain_words | flat_formulas | tall_formulas, max_size=10
)


def letters(texts: Sequence[str]) -> str:
    """All that shows, without blanks."""
    return "".join("".join(texts).split())


@settings(deadline=None)
@given(pieces, st.integers(20, 60))
def test_no_line_is_too_wide_and_nothing_is_lost(pieces: list[str | Rows], width: int) -> None:
    lines = fill(width, *pieces)
    assert all(width_of(line) <= width for line in lines)
    given_rows = [
        row.plain
        for piece in pieces
        for row in ([Text(piece)] if isinstance(piece, str) else piece.rows)
    ]
    assert sorted(letters(lines)) == sorted(letters(given_rows))
    # Tall formulas shout: without them, what stands on the lines comes in its order.
    on_line = [
        piece if isinstance(piece, str) else piece.rows[piece.baseline].plain for piece in pieces
    ]
    quiet = [character for character in letters(on_line) if character not in "ABC"]
    assert [character for character in letters(lines) if character not in "ABC"] == quiet
    assert fill(width, *pieces) == lines


@given(st.text(max_size=60), st.integers(2, 40), st.booleans())
def test_breaks_ascend_within_the_text(text: str, width: int, solid: bool) -> None:
    breaks = find_breaks(text, width, [Span(0, len(text) // 2, solid)])
    assert breaks == sorted(set(breaks))
    assert all(0 < offset < len(text) for offset in breaks)
