"""The documented subset: the page lists all of it; anything else is a mistake with its place."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from mlready.content.units import read_unit
from mlready.mathtext.reading.checking import find_mistake
from mlready.mathtext.symbols import SYMBOLS
from tests.formulas.generate import find_random, read_corpus
from tests.formulas.page import join_page, write_tables
from tests.formulas.subset import find_examples, undocumented

PAGE = Path(__file__).parents[1] / "docs" / "mathematics.md"

# Signs that cannot be told apart in ASCII: what stands beside them does.
SHARED = {"|", "...", ")"}


def test_the_page_lists_what_the_parser_knows() -> None:
    page = PAGE.read_text(encoding="utf-8")
    written = join_page(page, write_tables())
    if os.environ.get("UPDATE_GOLDEN"):
        PAGE.write_text(written, encoding="utf-8")
        page = written
    assert page == written, "UPDATE_GOLDEN=1 writes it"


def test_every_command_has_an_example_that_is_right() -> None:
    assert not undocumented()
    for where, tex in find_examples():
        assert find_mistake(tex) is None, where


def test_the_corpus_and_random_formulas_are_within_the_subset() -> None:
    for where, tex, _ in read_corpus():
        assert find_mistake(tex) is None, where
    assert len(list(find_random(50))) == 50


def test_every_symbol_is_its_own_in_ascii() -> None:
    texts: dict[str, set[str]] = {}
    for name, symbol in SYMBOLS.items():
        assert symbol.ascii.isascii(), name
        assert symbol.ascii.isprintable(), name
        texts.setdefault(symbol.ascii, set()).add(symbol.text)
    assert {written for written, shown in texts.items() if len(shown) > 1} <= SHARED


@pytest.mark.parametrize(
    "tex",
    [
        # what only KaTeX or only MathJax knows
        r"\argmin_x",
        r"\bm{x}",
        r"\mbox{a}",
        r"a\thickspace b",
        r"a\medspace b",
        r"a\allowbreak b",
        r"\relax",
        r"\P",
        r"\Alpha",
        r"\independent",
        r"\operatornamewithlimits{a}",
        r"\begin{eqnarray}a&=&b\end{eqnarray}",
        r"\begin{darray}{c}a\end{darray}",
        # what neither compiles
        r"f'_a^b",
        r"f^a^b",
        r"f_a_b",
        r"\begin{matrix}a\\[b]c\end{matrix}",
        # what compiles, and shows as it is written in Anki
        r"\text{50\% of it}",
        r"\text{a~b}",
        r"\text{a \textbf{b}}",
        r"\text{a\ b}",
        r"\text{``a''}",
        # macros
        r"\newcommand{\a}{b}",
    ],
)
def test_what_anki_or_a_browser_refuses_is_a_mistake(tex: str) -> None:
    mistake = find_mistake(tex)
    assert mistake is not None
    assert mistake.hint
    assert 0 <= mistake.offset < len(tex)


@pytest.mark.parametrize(
    "tex",
    [
        r"\begin{matrix}a\\[2pt]b\\[-.5em]c\\ [d]\\{}[e]\end{matrix}",
        r"\text{at most 50}\%",
        r"\text{the set \{a\} of $x^2$, for \$5}",
        r"f'^b_a+f_a'^b",
    ],
)
def test_what_both_accept_is_no_mistake(tex: str) -> None:
    assert find_mistake(tex) is None


def test_check_says_where_and_what_to_write_instead() -> None:
    source = r"""
topic: sets
questions:
  - id: one
    kind: example
    question: |
      Where is $f$ least?
    answer: |
      At $x^\star = \argmin_x f(x)$,
      by $$\begin{eqnarray}a\end{eqnarray}$$ and $\alhpa$ and $\qqqq$.
    source: {ref: a, at: b}
"""
    problems = read_unit("questions/sets.yaml", source.strip().encode()).problems
    assert [(p.location.line, p.location.column, p.message, p.hint) for p in problems] == [
        (8, 21, r"\argmin is not a command we know", r"write \operatorname*{arg\,min}"),
        (9, 19, "no environment 'eqnarray' here", "write aligned"),
        (
            9,
            51,
            r"\alhpa is not a command we know",
            r"did you mean \alpha? docs/mathematics.md lists what there is",
        ),
        (9, 64, r"\qqqq is not a command we know", "docs/mathematics.md lists what there is"),
    ]
