"""Writing in the review: the field, how it ends, and lines for those who read lines."""

from __future__ import annotations

import io
import sys
from functools import partial

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.text import Text

from mlready.mathtext.widths import width_of
from mlready.terminal.display import Look, Screen
from mlready.terminal.editor.drafts import Draft
from mlready.terminal.editor.line_editor import edit_text, editing_line, text_field
from mlready.terminal.keyboard import (
    END,
    ESCAPE,
    INTERRUPT,
    LEFT,
    PAGE_DOWN,
    PAGE_UP,
    RESIZED,
    UP,
    LineKeys,
)
from mlready.terminal.window import Window
from tests.study_fixtures import FixedDisplay, ScriptedKeys, plain_look

ENTER, DONE, BACKSPACE = "\r", "\x04", "\x7f"


def build(look: Look, draft: Draft, *, many_lines: bool = False, length: int = 1) -> Screen:
    """A screen with a body of some lines and the field at its end."""
    body = [Text(f"line {number}") for number in range(1, length + 1)]
    foot = [editing_line(look, many_lines=many_lines)]
    return Screen([Text("Head")], [*body, *text_field(draft, look)], foot)


def write(display: FixedDisplay, *script: str, many_lines: bool = False) -> str | None:
    """What comes of some keys."""
    window = Window(display, ScriptedKeys(*script))
    making = partial(build, many_lines=many_lines)
    return edit_text(window, making, many_lines=many_lines)


@pytest.mark.parametrize(
    ("script", "text"),
    [
        ([*"kj 12", ENTER], "kj 12"),
        ([ENTER], ""),
        ([*"ab", LEFT, "c", DONE], "acb"),
        (["pasted: 1\r\n2", RESIZED, "3", "\n"], "1 23"),
        ([ESCAPE], None),
        ([" ", ESCAPE], None),
        ([*"ab", ESCAPE, ESCAPE], None),
        ([*"ab", ESCAPE, "c", ESCAPE, ENTER], "abc"),
        ([*"ab", ESCAPE, INTERRUPT, "c", ENTER], "abc"),
        ([*"ab", END], None),
    ],
)
def test_a_line_is_written(script: list[str], text: str | None) -> None:
    assert write(FixedDisplay(), *script) == text


@pytest.mark.parametrize(
    ("script", "text"),
    [
        (["a", ENTER, "b", DONE], "a\nb"),
        ([DONE], ""),
        (["pasted: a\r\n\r\nb", DONE], "a\n\nb"),
        (["a", ENTER, "b", UP, "c", DONE], "ac\nb"),
    ],
)
def test_many_lines_are_written(script: list[str], text: str | None) -> None:
    assert write(FixedDisplay(), *script, many_lines=True) == text


@pytest.mark.parametrize("script", [[INTERRUPT], ["a", INTERRUPT, INTERRUPT]])
def test_ctrl_c_wants_more_than_to_give_up(script: list[str]) -> None:
    with pytest.raises(KeyboardInterrupt):
        write(FixedDisplay(), *script)


def test_giving_up_asks_where_something_was_written() -> None:
    display = FixedDisplay()
    write(display, "a", ESCAPE, "b")
    assert ["Escape again drops what you wrote" in "".join(screen) for screen in display.shown] == [
        False,
        False,
        True,
        False,
    ]


def test_what_is_written_is_seen_at_once_with_the_cursor() -> None:
    display = FixedDisplay(60, 10)
    write(display, *"x^2", LEFT)
    assert display.screen.splitlines() == [
        "  Head",
        "  line 1",
        "  > x^|2",
        "",
        "  [enter] done   [esc] leave",
    ]


def test_the_cursor_shows_by_its_style() -> None:
    display = FixedDisplay(60, 10, styled=True)
    write(display, *"x^2", LEFT)
    assert "x^\x1b[7m2\x1b[0m" in display.screen


def test_the_end_of_a_long_screen_stays_in_sight_but_for_page_up() -> None:
    display = FixedDisplay(60, 10)
    window = Window(display, ScriptedKeys("a", PAGE_UP, PAGE_DOWN, PAGE_UP, "b"))
    edit_text(window, partial(build, length=20))
    assert "↑ the end (back: Page Up)" in display.screen
    assert "(Page Down, back: Page Up)" in "".join(display.shown[2])
    assert ["> " in "".join(screen) for screen in display.shown] == [
        True,
        True,
        False,
        True,
        False,
        True,
    ]


def test_of_a_long_text_the_lines_around_the_cursor_show() -> None:
    draft = Draft("\n".join(f"line {number}" for number in range(20)), 40)
    shown = [str(part) for part in text_field(draft, plain_look(60), 3)]
    assert shown == [
        "  line 4",
        "  line |5",
        "  line 6",
        "  (5-7 of 20 lines)",
    ]


@settings(deadline=None)
@given(st.text("ab $語é\u0301\n", max_size=80), st.integers(20, 60), st.integers(1, 6))
def test_a_field_fits_its_window(text: str, width: int, height: int) -> None:
    for at in range(len(text) + 1):
        parts = [str(part) for part in text_field(Draft(text, at), plain_look(width), height)]
        assert len(parts) <= height + 1
        assert all(width_of(part) <= width for part in parts)
        assert sum(part.count("|") for part in parts) == 1


def test_lines_are_echoed_as_they_are_typed() -> None:
    display = FixedDisplay(plain=True)
    script = ["a", "\u0301", "b", BACKSPACE, UP, LEFT, "c", RESIZED, ENTER]
    assert write(display, *script) == "a\u0301c"
    assert display.written.endswith("> a\u0301b\b \bc\n")
    assert "\x1b" not in display.written


def test_an_empty_line_ends_many_when_they_are_echoed() -> None:
    display = FixedDisplay(plain=True)
    script = ["a", ENTER, BACKSPACE, "\x15", "pasted: b\r\n\r\nc", ENTER, ENTER]
    assert write(display, *script, many_lines=True) == "a\nb\n\nc"
    assert display.written.endswith("> a\n> b\n> \n> c\n> \n")


def test_an_echoed_line_is_not_given_up_by_a_slip() -> None:
    display = FixedDisplay(plain=True)
    assert write(display, "a", ESCAPE, "b", ENTER) == "ab"
    assert "\nEscape again drops what you wrote\n> ab\n" in display.written
    assert write(display, "a", ESCAPE, ESCAPE) is None
    with pytest.raises(KeyboardInterrupt):
        write(display, INTERRUPT)


@pytest.mark.parametrize(
    ("many_lines", "stdin", "text", "rest"),
    [
        (False, "a line \nmore", "a line ", "more"),
        (False, "\nmore", "", "more"),
        (False, "", None, ""),
        (True, "one\n two\n\nmore", "one\n two", "more"),
        (True, "\nmore", "", "more"),
        (True, "one\ntwo", "one\ntwo", ""),
        (True, "", None, ""),
        (False, f"{ESCAPE}\nmore", None, "more"),
        (True, f"one\n{ESCAPE}\nmore", None, "more"),
    ],
)
def test_whole_lines_are_read_from_a_pipe(
    monkeypatch: pytest.MonkeyPatch, *, many_lines: bool, stdin: str, text: str | None, rest: str
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO(stdin))
    window = Window(FixedDisplay(plain=True), LineKeys())
    assert edit_text(window, build, many_lines=many_lines) == text
    assert sys.stdin.read() == rest


@pytest.mark.parametrize(("plain", "text"), [(False, "xbx"), (True, "bxx")])
def test_one_goes_on_with_what_was_written_before(*, plain: bool, text: str) -> None:
    display = FixedDisplay(plain=plain)
    window = Window(display, ScriptedKeys("\x02", "x", "x", BACKSPACE, "\x05", "x", ENTER))
    assert edit_text(window, build, "b") == text


def test_a_text_has_a_longest_length() -> None:
    display = FixedDisplay()
    window = Window(display, ScriptedKeys(*"abcd", ENTER))
    assert edit_text(window, build, longest=3) == "abc"
    assert "Full at 3 characters: 1 did not fit" in display.screen
