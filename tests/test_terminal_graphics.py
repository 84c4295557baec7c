"""Protocols of pictures: what a terminal said, and what it gets."""

from __future__ import annotations

import base64
import re
import struct
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlready.terminal.typeset import graphics
from mlready.terminal.typeset.graphics import Cell, read_answers, read_mask
from tests.terminal_answers import ITERM, KITTY, TMUX, XTERM


@pytest.mark.parametrize(
    ("said", "protocol", "cell"),
    [
        (XTERM, "sixel", Cell(9, 19)),
        (KITTY, "kitty", Cell(9, 18)),
        (ITERM, "iterm", Cell(16, 34)),
        (TMUX, None, None),
        ("\x1b[?1;2c", None, None),
        ("\x1b[?4;6c", None, None),  # a VT132, which has no sixels
        ("\x1b_Gi=31;ENOTSUPPORTED:no\x1b\\\x1b[?62;c", None, None),
        (KITTY.replace("\x1b[?62;c", ""), None, Cell(9, 18)),  # it did not come to the end
        ("q\x1b[?62;4c1", "sixel", None),  # keys around it
        ("\x1b[6;0;0t\x1b[?62;4c", "sixel", None),
        ("", None, None),
    ],
)
def test_only_what_a_terminal_says_counts(
    said: str, protocol: str | None, cell: Cell | None
) -> None:
    answers = read_answers(said)
    assert answers.protocol == protocol
    assert answers.cell == cell


def test_colours_have_one_to_four_digits() -> None:
    said = "\x1b]10;rgb:f/8/0\x07\x1b]11;rgba:1212/1313/1414/ffff\x1b\\\x1b[?62;4c"
    answers = read_answers(said)
    assert answers.ink == (255, 136, 0)
    assert answers.paper == (0x12, 0x13, 0x14)


PIECES = (
    "\x1b", "_Gi=31;OK", "\\", "P>|", "]10;rgb:", "ff/ff/ff", "[?", "4", ";", "c", "[6;", "9" * 9,
    "t", "]1337;ReportCellSize=", "1.5.", "\a", "é",
)  # fmt: skip


@given(st.lists(st.sampled_from(PIECES), max_size=20).map("".join))
def test_no_answer_is_too_odd(said: str) -> None:
    cell = read_answers(said).cell
    assert cell is None or cell.is_plausible


# --- protocols -----------------------------------------------------------------------------


@given(st.binary(min_size=1, max_size=9000))
def test_kitty_gets_the_whole_picture_in_pieces(png: bytes) -> None:
    drawn = graphics.draw_kitty(png, 20, 3)
    pieces = re.findall("\x1b_G([^;]*);([^\x1b]*)\x1b\\\\", drawn)
    assert "".join(f"\x1b_G{keys};{data}\x1b\\" for keys, data in pieces) == drawn
    assert base64.b64decode("".join(data for _, data in pieces)) == png
    assert all(len(data) <= 4096 for _, data in pieces)
    assert [keys[-1] for keys, _ in pieces] == ["1"] * (len(pieces) - 1) + ["0"]
    assert {"c=20", "r=3", "q=2"} <= set(pieces[0][0].split(","))


def test_iterm_gets_the_picture_with_its_size() -> None:
    drawn = graphics.draw_iterm(b"png", 20, 3)
    assert drawn.startswith("\x1b]1337;File=inline=1;")
    assert "size=3;width=20;height=3:" in drawn
    assert drawn.endswith(f":{base64.b64encode(b'png').decode()}\a")


def read_sixels(drawn: str) -> list[list[int | None]]:
    """Which colour each pixel has; None: left as it was."""
    body = re.fullmatch('\x1bP0;1;0q"1;1;([0-9]+);([0-9]+)(.*)\x1b\\\\', drawn, re.DOTALL)
    assert body
    pixels: list[list[int | None]] = [[None] * int(body[1]) for _ in range(int(body[2]))]
    for top, band in enumerate(re.sub("#[0-9]+;2;[0-9;]+", "", body[3]).split("-")):
        colour = at = 0
        for sign in re.finditer("#([0-9]+)|([$])|(?:!([0-9]+))?([?-~])", band):
            if sign[1]:
                colour = int(sign[1])
            elif sign[2]:
                at = 0
            else:
                run = range(at, at + int(sign[3] or 1))
                for bit in range(6):
                    if (ord(sign[4]) - 63) >> bit & 1:
                        pixels[6 * top + bit][run.start : run.stop] = [colour] * len(run)
                at = run.stop
    return pixels


masks = st.integers(1, 20).flatmap(
    lambda width: st.lists(
        st.lists(st.sampled_from([0, 0, 0, 100, 255]), min_size=width, max_size=width).map(bytes),
        min_size=1,
        max_size=15,
    )
)


@given(masks, st.booleans())
def test_sixels_are_the_pixels(mask: list[bytes], opaque: bool) -> None:
    pixels = read_sixels(graphics.draw_sixel(mask, (0, 0, 0), (255, 255, 255), opaque=opaque))
    shades: dict[int, int | None] = {0: 0 if opaque else None, 100: 3, 255: 8}
    assert pixels == [[shades[level] for level in row] for row in mask]


def test_sixels_are_shades_between_ink_and_paper() -> None:
    drawn = graphics.draw_sixel([b"\xff"], (255, 0, 0), (255, 255, 255), opaque=False)
    assert "#0;2;100;100;100" in drawn
    assert "#4;2;100;50;50" in drawn
    assert "#8;2;100;0;0" in drawn


def png_of(rows: list[list[int]], filters: list[int]) -> bytes:
    """A PNG whose opacity is given, each row with a filter; red, green and blue follow it."""
    data, above = b"", [0] * 4 * len(rows[0])
    for row, kind in zip(rows, filters, strict=True):
        now = [byte for level in row for byte in (level // 2, 7, 255 - level, level)]
        data += bytes([kind])
        for at, byte in enumerate(now):
            left, corner = (now[at - 4], above[at - 4]) if at >= 4 else (0, 0)
            guess = left + above[at] - corner
            near = min((left, above[at], corner), key=lambda value: abs(guess - value))
            taken = (0, left, above[at], (left + above[at]) // 2, near)[kind]
            data += bytes([(byte - taken) & 255])
        above = now
    header = struct.pack(">IIBBBBB", len(rows[0]), len(rows), 8, 6, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(data)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        for kind, body in chunks
    )


levels = st.integers(1, 9).flatmap(
    lambda width: st.lists(
        st.lists(st.integers(0, 255), min_size=width, max_size=width), min_size=1, max_size=6
    )
)


@given(levels, st.data())
def test_the_opacity_of_a_png_is_read_through_every_filter(
    rows: list[list[int]], data: st.DataObject
) -> None:
    many = len(rows)
    filters = data.draw(st.lists(st.integers(0, 4), min_size=many, max_size=many))
    assert read_mask(png_of(rows, filters)) == [bytes(row) for row in rows]


@given(st.binary(max_size=60), st.integers(0, 80))
def test_what_is_no_png_does_no_harm(noise: bytes, cut: int) -> None:
    whole = png_of([[1, 2], [3, 4]], [0, 4])
    assert read_mask(noise) is None
    for broken in (whole[:cut], whole[:cut] + noise + whole[cut:]):
        mask = read_mask(broken)
        assert mask is None or [len(row) for row in mask] == [2, 2]
