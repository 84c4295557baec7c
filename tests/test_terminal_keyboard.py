"""Keys from what a terminal sends: none lost, sequences understood or passed over."""

from __future__ import annotations

import io
import os
import sys
from threading import Thread
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mlready.terminal.keyboard import (
    DELETE,
    DOWN,
    END,
    ESCAPE,
    FIRST,
    LAST,
    LEFT,
    PAGE_DOWN,
    PAGE_UP,
    RESIZED,
    RIGHT,
    SHIFT_TAB,
    UP,
    WORD_LEFT,
    WORD_RIGHT,
    LineKeys,
    TerminalKeys,
    open_keys,
    pasted_text,
    split_keys,
)
from mlready.terminal.terminal_modes import is_interactive

if TYPE_CHECKING:
    from collections.abc import Iterator


PIECES = ["1", " ", "é", "\x1b[A", "\x1bOB", "\x1b[6~", "\x1b[15~", "\x1b[1;5C"]
PIECES += ["\x1b[200~1\x1b[A2\x1b[201~", "\x1b]11;rgb:1/2/3\x1b\\", "\x1b_Gi=1;OK\x1b\\"]


@pytest.mark.parametrize(
    ("text", "keys", "rest"),
    [
        ("1 3", ["1", " ", "3"], ""),
        ("\x1b[A\x1b[B\x1bOA", [UP, DOWN, UP], ""),
        ("\x1b[5~\x1b[6~", [PAGE_UP, PAGE_DOWN], ""),
        ("\x1b[H\x1b[F\x1b[1~\x1bOF", [FIRST, LAST, FIRST, LAST], ""),
        ("1\x1b[15~\x1b[1;5A3", ["1", "3"], ""),  # F5, Ctrl-Up
        ("\x1b[D\x1bOC\x1b[3~\x1b[Z", [LEFT, RIGHT, DELETE, SHIFT_TAB], ""),
        ("\x1b[1;5D\x1b[1;3C\x1bOd\x1bOc", [WORD_LEFT, WORD_RIGHT] * 2, ""),
        ("\x1b\r", [ESCAPE, "\r"], ""),
        ("1\x1b[200~2 3\n\x1b[A4\x1b[201~5", ["1", "pasted: 2 3\n\x1b[A4", "5"], ""),
        ("1\x1b[200~23", ["1"], "\x1b[200~23"),
        ("\x1b[201~1", ["1"], ""),
        # Answers of the terminal: its colour, name, pictures, modes and attributes.
        ("\x1b]11;rgb:ffff/0000/3434\a1", ["1"], ""),
        ("\x1bP>|XTerm(390)\x1b\\1\x1b_Gi=31;OK\x1b\\2", ["1", "2"], ""),
        ("\x1b[?2026;2$y\x1b[?64;4c3", ["3"], ""),
        ("3\x1b]11;rgb:12", ["3"], "\x1b]11;rgb:12"),
        ("3\x1b]11;rgb:12\x1b", ["3"], "\x1b]11;rgb:12\x1b"),
        ("\x1b]11;rgb:12\x033", ["\x03", "3"], ""),
        ("\x1b]x\x1bPP\x1b_", [ESCAPE, "]", "x", ESCAPE, "P", "P"], "\x1b_"),
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
@given(st.lists(st.sampled_from(PIECES), max_size=8))
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


@pytest.mark.parametrize(
    ("sent", "keys"),
    [
        ("\x1b]", [ESCAPE, "]"]),
        ("\x1b[", [ESCAPE, "["]),
        ("\x1b[1;", [ESCAPE]),
        ("\x1b]11;rgb:", []),
    ],
)
def test_a_sequence_whose_end_does_not_come_is_broken_off(
    pipe: tuple[int, int], sent: str, keys: list[str]
) -> None:
    os.write(pipe[1], sent.encode())
    reading = TerminalKeys(pipe[0])
    woken: list[str] = []
    while len(woken) < len(keys):
        woken.append(reading.read())
    os.write(pipe[1], b"\x1b[A")
    assert [*woken, reading.read()] == [*keys, UP]


def test_a_paste_is_one_key_however_many_reads_it_takes(pipe: tuple[int, int]) -> None:
    text = "1234é " * 5000
    sender = Thread(target=os.write, args=(pipe[1], f"\x1b[200~{text}\x1b[201~3".encode()))
    sender.start()
    keys = TerminalKeys(pipe[0])
    assert pasted_text(keys.read()) == text
    assert pasted_text(keys.read()) is None
    sender.join()


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


def test_whole_lines_are_there_for_who_asks_for_text(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("3\n  a line\r\n\n4"))
    keys = LineKeys()
    assert keys.read() == "3"
    assert [keys.read_line(), keys.read_line(), keys.read_line()] == ["  a line", "", "4"]
    assert keys.read_line() is None


def test_without_standard_input_there_are_no_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", None)
    assert not is_interactive()
    assert LineKeys().read() == END
