"""Keys from what a terminal sends: none lost, sequences understood or passed over."""

from __future__ import annotations

import io
import os
import sys
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mlready.terminal.keyboard import (
    DOWN,
    END,
    FIRST,
    LAST,
    PAGE_DOWN,
    PAGE_UP,
    RESIZED,
    UP,
    LineKeys,
    TerminalKeys,
    is_interactive,
    open_keys,
    split_keys,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

ESCAPE = "\x1b"


@pytest.mark.parametrize(
    ("text", "keys", "rest"),
    [
        ("1 3", ["1", " ", "3"], ""),
        ("\x1b[A\x1b[B\x1bOA", [UP, DOWN, UP], ""),
        ("\x1b[5~\x1b[6~", [PAGE_UP, PAGE_DOWN], ""),
        ("\x1b[H\x1b[F\x1b[1~\x1bOF", [FIRST, LAST, FIRST, LAST], ""),
        ("1\x1b[15~\x1b[1;5C3", ["1", "3"], ""),  # F5, Ctrl-Right
        ("\x1b[[A3", ["3"], ""),  # F1 on the Linux console
        ("\x1b3", [ESCAPE, "3"], ""),
        ("3\x1b", ["3"], ESCAPE),
        ("3\x1b[1;", ["3"], "\x1b[1;"),
        ("\x1b[1\x033", ["\x03", "3"], ""),  # broken off by Ctrl-C
        ("é∑", ["é", "∑"], ""),
        ("", [], ""),
    ],
)
def test_text_is_split_into_keys(text: str, keys: list[str], rest: str) -> None:
    assert split_keys(text) == (keys, rest)


@settings(deadline=None)
@given(st.lists(st.sampled_from(["1", " ", "é", "\x1b[A", "\x1bOB", "\x1b[6~", "\x1b[15~"])))
def test_where_the_text_is_cut_changes_nothing(pieces: list[str]) -> None:
    text = "".join(pieces)
    whole, rest = split_keys(text)
    assert rest == ""
    for cut in range(len(text)):
        first, carried = split_keys(text[:cut])
        second, rest = split_keys(carried + text[cut:])
        assert (first + second, rest) == (whole, "")


@pytest.fixture
def pipe() -> Iterator[tuple[int, int]]:
    """A pipe that stands for a terminal."""
    reading, writing = os.pipe()
    yield reading, writing
    os.close(reading)
    os.close(writing)


def test_many_keys_at_once_are_read_one_by_one(pipe: tuple[int, int]) -> None:
    os.write(pipe[1], ("1é" * 1500).encode())  # a character may lie across two reads
    keys = TerminalKeys(pipe[0])
    assert [keys.read() for _ in range(3000)] == ["1", "é"] * 1500


def test_a_lone_escape_is_a_key_of_its_own(pipe: tuple[int, int]) -> None:
    os.write(pipe[1], b"3\x1b")
    keys = TerminalKeys(pipe[0])
    assert [keys.read(), keys.read()] == ["3", ESCAPE]


def test_keys_come_before_the_resize_that_came_with_them(pipe: tuple[int, int]) -> None:
    woken, wake = os.pipe()
    os.write(pipe[1], b"12")
    os.write(wake, b"\0\0\0")
    keys = TerminalKeys(pipe[0], woken)
    assert [keys.read(), keys.read(), keys.read()] == ["1", "2", RESIZED]
    os.close(woken)
    os.close(wake)


def test_a_terminal_that_hung_up_has_no_more_keys() -> None:
    window, terminal = os.openpty()
    os.close(window)
    assert TerminalKeys(terminal).read() == END
    os.close(terminal)


def test_lines_give_their_first_character(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("\n  3 good\nu\n"))
    with open_keys(interactive=False) as keys:
        assert [keys.read() for _ in range(5)] == [" ", "3", "u", END, END]


def test_without_standard_input_there_are_no_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", None)
    assert not is_interactive()
    assert LineKeys().read() == END
