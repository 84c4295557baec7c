"""A screen that is longer than the window can be read to its end, in any window."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

import pyte
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.text import Text

from mlready.terminal.display import Display, Look, Screen
from mlready.terminal.keyboard import DOWN, FIRST, LAST, PAGE_DOWN, PAGE_UP, RESIZED, UP
from mlready.terminal.window import Window, find_change, fit
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
    return lines_in(display.shown[-1])


def lines_in(shown: list[str]) -> list[int]:
    """The same of any screen."""
    return [int(number) for number in re.findall(r"line (\d+)\b", "\n".join(shown))]


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


def test_ctrl_l_draws_the_same_again() -> None:
    display = FixedDisplay(60, 12)
    window = Window(display, ScriptedKeys("j", "\x0c", "x"))
    window.show(screen_of(30))
    assert window.read() == "x"
    assert len(display.shown) == 3
    assert display.shown[1] == display.shown[2]


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


# --- changes ----------------------------------------------------------------------------


def words_of(lines: list[str]) -> Callable[[Look], Screen]:
    """A screen of some lines as they are now."""
    return lambda _look: Screen(
        [Text("head")], [Text(f"line {line}") for line in lines], [Text("foot")]
    )


def numbers(count: int) -> list[str]:
    """Lines that are numbered."""
    return [str(number) for number in range(count)]


def test_what_is_added_comes_into_sight_and_no_further_than_it_has_to() -> None:
    display, lines = FixedDisplay(60, 12), numbers(5)
    window = Window(display, ScriptedKeys())
    window.show(words_of(lines))
    lines += ["5", "6"]
    window.show_change()
    assert lines_of(display) == list(range(7))
    lines += ["7", "8", "9", "10", "11"]
    window.show_change()
    assert lines_of(display) == list(range(3, 12))
    assert not window.unread
    lines += numbers(40)[12:]
    window.show_change()
    assert lines_of(display)[:2] == [11, 12]
    assert window.unread


def test_what_changes_out_of_sight_is_scrolled_to_and_was_read_before() -> None:
    display, lines = FixedDisplay(60, 12), numbers(30)
    window = Window(display, ScriptedKeys(LAST, FIRST, ""))
    window.show(words_of(lines))
    window.read()
    lines[20] = "200"
    window.show_change()
    assert 200 in lines_of(display)
    assert not window.unread
    lines[2] = "201"
    window.show_change()
    assert lines_of(display)[0] == 201
    before = display.screen
    window.show_change()
    assert display.screen == before


@pytest.mark.parametrize("height", range(4, 16))
def test_a_change_is_in_sight_though_the_head_begins_to_scroll(height: int) -> None:
    display, lines = FixedDisplay(60, height), numbers(4)

    def build(_look: Look) -> Screen:
        head = [Text(f"head {n}") for n in range(5)]
        return Screen(head, [Text(f"line {line}") for line in lines], [Text("foot")])

    window = Window(display, ScriptedKeys())
    window.show(build)
    lines[3:] = ["333", *numbers(10)[4:]]
    window.show_change()
    assert 333 in lines_of(display)
    del lines[4:]
    lines[0] = "111"
    window.show_change()
    assert 111 in lines_of(display)


def test_an_aside_gives_back_the_screen_as_it_was_scrolled() -> None:
    display = FixedDisplay(60, 12)
    window = Window(display, ScriptedKeys(LAST, "i", "j", "j", "x"))
    window.show(screen_of(30))
    window.read()
    before = display.screen
    with window.set_aside():
        window.show(screen_of(90))
        assert window.read() == "x"
        assert window.unread
    assert display.screen == before
    assert not window.unread
    with pytest.raises(ValueError, match="no"), window.set_aside():
        raise ValueError("no")


def test_a_narrower_window_stays_where_one_was_reading() -> None:
    display = FixedDisplay(84, 14)

    def narrow() -> None:
        display.window = os.terminal_size((44, 14))

    def build(_look: Look) -> Screen:
        return Screen([], [Text(f"line {n} " + "word " * 12) for n in range(40)], [Text("foot")])

    window = Window(display, ScriptedKeys(" ", "j", narrow, RESIZED, "x"))
    window.show(build)
    window.read()
    before = min(n for shown in display.shown[-2:-1] for n in lines_in(shown))
    assert abs(min(lines_of(display)) - before) <= 2
    window = Window(display, ScriptedKeys(LAST, narrow, RESIZED, "x"))
    display.window = os.terminal_size((84, 14))
    window.show(build)
    window.read()
    assert lines_of(display)[-1] == 39
    assert not window.unread


def test_text_is_written_at_the_end_and_letters_do_not_scroll() -> None:
    display, lines = FixedDisplay(60, 12), numbers(30)
    window = Window(display, ScriptedKeys("j", " ", RESIZED, UP, PAGE_UP, "k"))
    window.show(words_of(lines), writing=True)
    assert lines_of(display)[-1] == 29
    assert [window.read_written() for _ in range(4)] == ["j", " ", UP, "k"]
    assert lines_of(display)[-1] < 29
    lines += ["30"]
    window.redraw()
    assert lines_of(display)[-1] == 30


def test_lines_repeat_nothing_that_was_written_already() -> None:
    display, lines = FixedDisplay(60, 12, plain=True), numbers(30)
    window = Window(display, ScriptedKeys())
    window.show(words_of(lines))
    display.written = ""
    lines += ["30", "31"]
    window.show_change()
    assert display.written == "line 30\nline 31\n\nfoot\n\n"
    display.written = ""
    window.show_change()
    assert display.written == "foot\n\n"
    display.written = ""
    window.show(words_of(numbers(4)), start_at=3)
    assert display.written == "line 3\n\nfoot\n\n"


@pytest.mark.parametrize("height", range(1, 12))
def test_a_foot_of_many_lines_leaves_half_of_the_window(height: int) -> None:
    display = FixedDisplay(60, height)
    Window(display, ScriptedKeys()).show(screen_of(9, foot=7))
    assert len(display.shown[-1]) <= height
    assert "foot 6" in display.screen or height < 3
    if height > 2:
        assert "line 0" in display.screen or "head 0" in display.screen


LINES = st.lists(st.sampled_from("abc"), max_size=8)


@given(LINES, LINES)
def test_a_change_is_all_that_differs(before: list[str], after: list[str]) -> None:
    change = find_change(before, after)
    rest = len(after) - change.stop
    assert before[: change.start] == after[: change.start]
    assert before[len(before) - rest :] == after[change.stop :]
    assert (before == after) == (not change and len(before) == len(after))


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


def test_a_window_made_lower_shows_what_came_last() -> None:
    display = FixedDisplay(60, 40)

    def resize(lines: int) -> Callable[[], None]:
        def change() -> None:
            display.window = os.terminal_size((60, lines))

        return change

    keys = ScriptedKeys(resize(12), RESIZED, resize(40), RESIZED, "x", resize(12), RESIZED, "x")
    window = Window(display, keys)
    window.show(screen_of(10))
    window.show_change(screen_of(14))
    assert window.read() == "x"
    assert lines_in(display.shown[-2])[-1] == 13
    assert lines_of(display) == list(range(14))
    window.show(screen_of(20))
    assert window.read() == "x"
    assert lines_of(display)[0] == 0


@pytest.mark.parametrize("lines", [["a" * 20], ["a" * 20, "b", "c" * 20], []])
def test_a_line_as_wide_as_the_window_keeps_its_last_character(
    lines: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    terminal = pyte.Screen(20, 3)
    stream = pyte.Stream(terminal)
    terminal.reset_mode(pyte.modes.DECAWM)
    stream.feed("x" * 20 + "\r\n" + "x" * 20 + "\r\n" + "x" * 20)
    Display().fill_window(lines)
    written = capsys.readouterr().out
    # pyte goes beyond the last column there; terminals stay in it, and would erase it.
    assert re.findall(r"[^\nH]\x1b\[[KJ]", written) == []
    stream.feed(written)
    assert [line.rstrip() for line in terminal.display] == [*lines, *[""] * (3 - len(lines))]
