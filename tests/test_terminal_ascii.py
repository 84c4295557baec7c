"""Screens in ASCII: what is drawn has an equivalent, and nothing changes its column."""

from __future__ import annotations

import io
import re
import sys
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.text import Text

from mlready.mathtext.widths import width_of
from mlready.terminal.ascii_text import redraw_in_ascii, to_ascii
from mlready.terminal.display import Display
from mlready.terminal.review import screens as review_screens

if TYPE_CHECKING:
    from mlready.mathtext.rendering import Form


def test_prose_in_ascii() -> None:
    prose = "“Erdős–Rényi” — the ε-net’s naïve ½ ≤ … → ℓ₂, Straße"
    assert to_ascii(prose) == '"Erdos-Renyi" -- the epsilon-net\'s naive 1/2 <= ... -> l2, Strasse'
    assert to_ascii("宽 and ж") == "宽 and ж"


def test_dots_only_where_there_is_room_for_them() -> None:
    assert redraw_in_ascii("a … b", 2) == "a ... b"
    assert redraw_in_ascii("a … b", 1) == "a . b"


@given(st.text())
def test_a_redrawn_line_keeps_its_columns(line: str) -> None:
    assert width_of(redraw_in_ascii(line, 0)) <= width_of(line)
    assert redraw_in_ascii(line, 1).isascii() or not line.isascii()


def display_on(encoding: str, monkeypatch: pytest.MonkeyPatch, form: Form = "unicode") -> Display:
    """A display on a stream with an encoding."""
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(io.BytesIO(), encoding=encoding))
    return Display(mathematics=form)


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "cp1252", "cp437"])
def test_ascii_where_the_stream_takes_no_signs_of_mathematics(
    encoding: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert display_on(encoding, monkeypatch).look.mathematics == "ascii"
    assert display_on(encoding, monkeypatch, "tex").look.mathematics == "tex"
    display = display_on(encoding, monkeypatch, "tex")
    assert display.render([Text("a › b ━━")]) == ["a > b =="]


def test_unicode_where_it_shows(monkeypatch: pytest.MonkeyPatch) -> None:
    display = display_on("utf-8", monkeypatch)
    assert display.look.mathematics == "unicode"
    assert display.render([Text("a › b ━━")]) == ["a › b ━━"]


def test_a_review_s_screens_are_drawn_in_ascii(monkeypatch: pytest.MonkeyPatch) -> None:
    display = display_on("utf-8", monkeypatch, "ascii")
    look = display.look._replace(plain=False)
    head = review_screens.Header("1 Ground", "Sets", 1, 2, 3, 4)
    lines = display.render(review_screens.header(head, look))
    assert "1 Ground > Sets" in lines[0]
    assert re.fullmatch("=+-+", lines[1].strip())
    assert all(line.isascii() for line in lines)
