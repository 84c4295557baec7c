"""A screen that is longer than the window can be read to its end, in any window."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.text import Text

from mlready.terminal.display import Look, Screen
from mlready.terminal.keyboard import DOWN, FIRST, LAST, PAGE_DOWN, PAGE_UP, RESIZED, UP
from mlready.terminal.window import Window, fit
from tests.study_fixtures import FixedDisplay, ScriptedKeys

if TYPE_CHECKING:
    from collections.abc import Callable


def screen_of(body: int, head: int = 3, foot: int = 1) -> Callable[[Look], Screen]:
    """A screen of numbered lines."""

    def build(_look: Look) -> Screen:
        return Screen(
            [Text(f"head {n}") for n in range(head)],
            [Text(f"line {n}") for n in range(body)],
            [Text(f"foot {n}") for n in range(foot)],
        )

    return build


def lines_of(display: FixedDisplay) -> list[int]:
    """The numbers of the body's lines in sight."""
    return [int(number) for number in re.findall(r"line (\d+)\b", display.screen)]


def test_what_fits_is_shown_whole_with_a_gap_above_the_foot() -> None:
    display = FixedDisplay(60, 20)
    Window(display, ScriptedKeys()).show(screen_of(5))
    words = display.screen.split("\n")
    assert [word.strip() for word in words[-3:]] == ["line 4", "", "foot 0"]


def test_space_reads_on_and_only_then_reaches_the_caller() -> None:
    display = FixedDisplay(60, 12)
    window = Window(display, ScriptedKeys(" ", " ", " ", "3"))
    window.show(screen_of(15))
    assert lines_of(display) == list(range(7))
    assert "↓ 8 more lines (space or j)" in display.screen
    assert window.unread
    assert window.read() == " "
    assert len(display.shown) == 3
    assert not window.unread
    assert lines_of(display)[-1] == 14
    assert "the end" in display.screen
    assert window.read() == "3"


def test_going_back_does_not_make_anything_unread() -> None:
    display = FixedDisplay(60, 12)
    window = Window(display, ScriptedKeys(LAST, FIRST, " "))
    window.show(screen_of(15))
    assert window.read() == " "
    assert lines_of(display)[0] == 0
    assert "↓ 8 more lines (j)" in display.screen


def test_other_keys_are_not_held_up() -> None:
    window = Window(FixedDisplay(60, 12), ScriptedKeys("3", "q"))
    window.show(screen_of(50))
    assert [window.read(), window.read()] == ["3", "q"]


@pytest.mark.parametrize(
    ("keys", "top"),
    [
        (["j"], 1),
        ([DOWN, DOWN, "k"], 1),
        ([UP], 0),
        ([PAGE_DOWN], 6),
        ([PAGE_DOWN, PAGE_UP], 0),
        ([LAST], 23),
        ([LAST, DOWN], 23),
        ([LAST, FIRST], 0),
    ],
)
def test_keys_scroll(keys: list[str], top: int) -> None:
    display = FixedDisplay(60, 12)
    window = Window(display, ScriptedKeys(*keys))
    window.show(screen_of(30))
    assert window.read() == ""
    assert lines_of(display)[0] == top


def test_a_resize_draws_again_for_the_new_size() -> None:
    display = FixedDisplay(60, 12)

    def enlarge() -> None:
        display.window = os.terminal_size((100, 40))

    window = Window(display, ScriptedKeys("j", "j", enlarge, RESIZED, "x"))
    window.show(screen_of(30))
    assert window.read() == "x"
    assert lines_of(display) == list(range(30))


def test_a_plain_display_prints_everything_and_never_scrolls() -> None:
    display = FixedDisplay(60, 12, plain=True)
    window = Window(display, ScriptedKeys("j", RESIZED, " "))
    window.show(screen_of(30))
    assert window.read() == " "
    assert display.written.count("line 29\n") == 1


def test_a_long_question_is_scrolled_away_when_its_answer_comes() -> None:
    display = FixedDisplay(60, 12)
    window = Window(display, ScriptedKeys())
    window.show(screen_of(30), start_at=6)
    assert lines_of(display)[0] == 6
    window.show(screen_of(30), start_at=3)
    assert lines_of(display)[0] == 0


@settings(deadline=None)
@given(
    st.integers(0, 60), st.integers(0, 6), st.integers(1, 3), st.integers(1, 40), st.integers(5, 90)
)
def test_everything_can_be_read_in_any_window(
    body: int, head: int, foot: int, height: int, width: int
) -> None:
    display = FixedDisplay(width, height)
    window = Window(display, ScriptedKeys(*" " * 300))
    window.show(screen_of(body, head, foot))
    assert window.read() == " "
    seen = set()
    for shown in display.shown:
        assert len(shown) <= height
        seen |= {int(n) for n in re.findall(r"line (\d+)\b", "\n".join(shown))}
    assert seen == set(range(body))
    if height >= 10:
        assert all("foot" in shown[-1] for shown in display.shown)


@settings(deadline=None)
@given(st.integers(0, 99), st.integers(1, 50), st.integers(-200, 200))
def test_a_fit_never_leaves_the_body(length: int, room: int, top: int) -> None:
    found = fit(length, room, top)
    assert 0 <= found.top <= max(length - room, 0)
    assert found.below == max(length - found.top - room, 0)
