"""Marks: what a caller wants to find again is in each row between a mark and its end."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from mlready.mathtext.rendering import Form, mark, render_display, render_inline
from mlready.mathtext.widths import END_OF_MARK, MARK, width_of
from tests.mathtext_fixtures import FORMULAS

if TYPE_CHECKING:
    from collections.abc import Iterator

_UNMARKED = str.maketrans("", "", MARK + END_OF_MARK)
_GROUP = re.compile(r"(\\[A-Za-z]*|[_^])\{([^{}]+)\}")
_NO_FORMULA = re.compile(r"\\(begin|end|text.*|operatorname|tag|substack|color)")
DRAWN: tuple[Form, ...] = ("unicode", "ascii")


def marked_formulas() -> Iterator[tuple[str, str]]:
    """Formulas of the corpus, and the same with a group in each that is marked."""
    for at, formula in enumerate(FORMULAS):
        groups = [g for g in _GROUP.finditer(formula.tex) if not _NO_FORMULA.fullmatch(g[1])]
        for found in groups[at % 3 :: 3]:
            if "array" not in formula.tex:
                start, end = found.span(2)
                marked = formula.tex[:start] + mark(found[2]) + formula.tex[end:]
                yield formula.tex, marked


@pytest.mark.parametrize("form", [*DRAWN, "linear"])
@pytest.mark.parametrize("width", [20, 80])
def test_each_row_has_its_marks_and_their_ends(form: Form, width: int) -> None:
    for _, marked in marked_formulas():
        for box in (render_display(marked, width, form), render_inline(marked, form)):
            assert any(MARK in row for row in box.rows), marked
            for row in box.rows:
                assert row.count(MARK) == row.count(END_OF_MARK), marked
                assert row.find(MARK) <= row.find(END_OF_MARK), marked
        assert max(map(width_of, render_display(marked, width, form).rows)) <= width


def test_a_mark_seldom_changes_how_the_rest_looks() -> None:
    pairs = list(marked_formulas())
    changed = []
    for tex, marked in pairs:
        rows = [row.translate(_UNMARKED) for row in render_display(marked, 80).rows]
        if rows != list(render_display(tex, 80).rows):
            changed.append(marked)
    assert len(changed) <= len(pairs) * 0.02, changed


def test_what_is_wider_than_its_place_keeps_its_marks() -> None:
    for tex in ("+".join("abcdefghijklmnop"), rf"\sqrt{{{'+'.join('abcdefghijklmnop')}}}"):
        box = render_display(mark(tex), 30)
        assert len(box.rows) > 1
        assert all(row.count(MARK) == row.count(END_OF_MARK) == 1 for row in box.rows)


def test_a_marked_fraction_is_said_as_one_beside_its_factors() -> None:
    said = render_inline("x" + mark(r"\frac ab") + "y", "speech").rows[0]
    assert said.translate(_UNMARKED) == render_inline(r"x\frac ab y", "speech").rows[0]


def test_a_marked_base_is_said_as_a_group() -> None:
    said = render_inline(mark("-x") + "^2", "speech").rows[0].translate(_UNMARKED)
    assert "group" in said
