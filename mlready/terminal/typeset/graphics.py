"""Pictures in a terminal: the question whether it can show them, its answers, and three protocols.

Pure: texts and bytes in, texts and bytes out. No terminal is ever guessed to show pictures from
its name or its variables; only what it answered counts.
"""

from __future__ import annotations

import re
import struct
import zlib
from base64 import b64encode
from typing import TYPE_CHECKING, Literal, NamedTuple, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

Protocol: TypeAlias = Literal["kitty", "iterm", "sixel"]
Colour: TypeAlias = tuple[int, int, int]  # red, green, blue; each from 0 to 255

# Each terminal answers what it understands, in this order, and passes over the rest. All answer
# the last one (Primary Device Attributes), so that nobody has to wait for what does not come.
QUESTION = (
    "\x1b_Gi=31,s=1,v=1,a=q,t=d,f=24;AAAA\x1b\\"  # kitty: could you show this dot?
    "\x1b[>q"  # name and version
    "\x1b]1337;ReportCellSize\x1b\\"  # iTerm2
    "\x1b]10;?\x1b\\\x1b]11;?\x1b\\"  # colours of text and background
    "\x1b[16t"  # the size of a character in pixels
    "\x1b[c"
)
END_OF_ANSWER = re.compile(r"\x1b\[\?([0-9;]*)c")
_KITTY = re.compile(r"\x1b_Gi=31;OK\x1b\\")
_NAME = re.compile(r"\x1bP>\|([^\x1b]*)\x1b\\")
_ITERM_CELL = re.compile(r"\x1b\]1337;ReportCellSize=([\d.]+);([\d.]+)(?:;([\d.]+))?(?:\x1b\\|\a)")
_COLOUR = r"\x1b\]%d;rgba?:([0-9a-fA-F]{1,4})/([0-9a-fA-F]{1,4})/([0-9a-fA-F]{1,4})"
_INK, _PAPER = re.compile(_COLOUR % 10), re.compile(_COLOUR % 11)
_CELL = re.compile(r"\x1b\[6;(\d{1,4});(\d{1,4})t")
_SIXEL = "4"  # among the attributes

# Takes all pictures off the screen. Where they are part of the text, drawing over it does.
ERASE: dict[Protocol, str] = {"kitty": "\x1b_Ga=d,d=A,q=2\x1b\\", "iterm": "", "sixel": ""}

_SHADES = 8  # of the edges of letters
_KITTY_CHUNK = 4096  # characters
_RUN = re.compile(rb"(.)\1{3,}", re.DOTALL)


class Cell(NamedTuple):
    """The size of a character in pixels."""

    width: int
    height: int

    @property
    def is_plausible(self) -> bool:
        """Whether letters of this size could be read."""
        return 3 <= self.width <= 200 and 6 <= self.height <= 400


class Answers(NamedTuple):
    """What a terminal said of itself.

    Attributes:
        protocol: how it shows pictures; None if it did not say that it does.
        name: its name and version, where it says so.
        cell: the size of a character, where it says so.
        ink: the colour of text.
        paper: the colour of the background.
    """

    protocol: Protocol | None
    name: str = ""
    cell: Cell | None = None
    ink: Colour | None = None
    paper: Colour | None = None


def read_answers(said: str) -> Answers:
    """What the answers to `QUESTION` mean; anything else among them is passed over."""
    name = found[1] if (found := _NAME.search(said)) else ""
    attributes = END_OF_ANSWER.search(said)
    shares_screen = name.lower().startswith(("tmux", "screen"))  # and lets no picture through
    protocol: Protocol | None = None
    if attributes is None or shares_screen:
        pass
    elif _KITTY.search(said):
        protocol = "kitty"
    elif name.startswith("iTerm2") or _ITERM_CELL.search(said):
        protocol = "iterm"
    elif _SIXEL in attributes[1].split(";")[1:]:
        protocol = "sixel"
    return Answers(
        protocol, name, _read_cell(said), _read_colour(_INK, said), _read_colour(_PAPER, said)
    )


def _read_cell(said: str) -> Cell | None:
    cell = None
    if found := _CELL.search(said):
        cell = Cell(int(found[2]), int(found[1]))
    elif found := _ITERM_CELL.search(said):
        height, width, scale = (_number(text) for text in (found[1], found[2], found[3] or "1"))
        cell = Cell(round(width * scale), round(height * scale))
    return cell if cell and cell.is_plausible else None


def _number(text: str) -> float:
    """A number such as `13.5`; 0 for what is none."""
    return float(text) if re.fullmatch(r"\d{1,5}(?:\.\d{0,9})?", text) else 0.0


def _read_colour(pattern: re.Pattern[str], said: str) -> Colour | None:
    if not (found := pattern.search(said)):
        return None
    red, green, blue = (
        round(255 * int(digits, 16) / (16 ** len(digits) - 1)) for digits in found.groups()
    )
    return red, green, blue


# --- protocols -----------------------------------------------------------------------------


def draw_kitty(png: bytes, columns: int, rows: int) -> str:
    """What draws a picture at the cursor, which stays; `columns` by `rows` characters large."""
    data = b64encode(png).decode()
    pieces = [data[at : at + _KITTY_CHUNK] for at in range(0, len(data), _KITTY_CHUNK)]
    first = f"a=T,f=100,q=2,C=1,c={columns},r={rows},"
    return "".join(
        f"\x1b_G{'' if number else first}m={int(number < len(pieces) - 1)};{piece}\x1b\\"
        for number, piece in enumerate(pieces)
    )


def draw_iterm(png: bytes, columns: int, rows: int) -> str:
    """The same in iTerm2's protocol; the cursor moves."""
    size = f"size={len(png)};width={columns};height={rows}"
    data = b64encode(png).decode()
    return f"\x1b]1337;File=inline=1;preserveAspectRatio=0;{size}:{data}\a"


def draw_sixel(mask: Sequence[bytes], ink: Colour, paper: Colour, *, opaque: bool) -> str:
    """The same as sixels; the cursor moves.

    Args:
        mask: rows of pixels: how much ink is on each, from 0 to 255.
        ink: its colour.
        paper: the colour below it.
        opaque: whether pixels without ink are painted too, rather than left as they are.
    """
    width = len(mask[0]) if mask else 0
    palette = "".join(
        f"#{shade};2;{';'.join(map(str, _blend(ink, paper, shade / _SHADES)))}"
        for shade in range(_SHADES + 1)
    )
    shades = bytes((level * _SHADES + 127) // 255 for level in range(256))
    rows = [row.translate(shades) for row in mask]
    bands = (_band(rows[top : top + 6], width, opaque) for top in range(0, len(rows), 6))
    return f'\x1bP0;1;0q"1;1;{width};{len(rows)}{palette}{"-".join(bands)}\x1b\\'


def _blend(ink: Colour, paper: Colour, amount: float) -> Iterator[int]:
    """A colour between two, in percents, as sixels count."""
    for over, under in zip(ink, paper, strict=True):
        yield round((under + (over - under) * amount) / 255 * 100)


def _band(rows: Sequence[bytes], width: int, opaque: bool) -> str:
    """Six rows of pixels: each shade's own, one over the other."""
    layers: dict[int, bytearray] = {}
    for number, row in enumerate(rows):
        bit = 1 << number
        for at, shade in enumerate(row):
            if shade or opaque:
                layer = layers.get(shade)
                if layer is None:
                    layer = layers[shade] = bytearray(width)
                layer[at] |= bit
    return "$".join(f"#{shade}{_run_lengths(layers[shade])}" for shade in sorted(layers))


def _run_lengths(layer: bytearray) -> str:
    signs = bytes(63 + bits for bits in layer.rstrip(b"\0"))
    runs = _RUN.sub(lambda run: b"!%d%s" % (len(run[0]), run[1]), signs)
    return runs.decode("ascii")


# --- pixels --------------------------------------------------------------------------------


def read_mask(png: bytes) -> list[bytes] | None:
    """How opaque each pixel of a picture is, row by row; None if it has no such channel.

    Only what the renderer writes is read: eight bits a channel, not interlaced. Filters work on
    each channel by itself, so three of the four need not be looked at.
    """
    if len(png) < 33 or png[:8] != b"\x89PNG\r\n\x1a\n":
        return None
    width, height, *form = struct.unpack(">IIBBBBB", png[16:29])
    if form != [8, 6, 0, 0, 0] or not 0 < width * height < 20_000_000:
        return None
    data, at = b"", 8
    while at + 8 <= len(png):
        length, kind = struct.unpack(">I4s", png[at : at + 8])
        data += png[at + 8 : at + 8 + length] if kind == b"IDAT" else b""
        at += length + 12
    stride = 4 * width + 1
    try:
        pixels = zlib.decompressobj().decompress(data, stride * height)
    except zlib.error:
        return None
    if len(pixels) != stride * height:
        return None
    rows, above = [], bytes(width)
    for start in range(0, stride * height, stride):
        above = _unfilter(pixels[start], pixels[start + 4 : start + stride : 4], above)
        rows.append(above)
    return rows


def _unfilter(kind: int, row: bytes, above: bytes) -> bytes:
    """Undo a filter of PNG (Portable Network Graphics, third edition, section 9.2)."""
    if kind == 0:
        return row
    if kind == 2:
        return bytes((byte + up) & 255 for byte, up in zip(row, above, strict=True))
    out = bytearray()
    left = corner = 0
    for byte, up in zip(row, above, strict=True):
        if kind == 1:
            guess = left
        elif kind == 3:
            guess = (left + up) // 2
        else:
            guess = _paeth(left, up, corner)
        left, corner = (byte + guess) & 255, up
        out.append(left)
    return bytes(out)


def _paeth(left: int, up: int, corner: int) -> int:
    by_left, by_up, by_corner = abs(up - corner), abs(left - corner), abs(left + up - 2 * corner)
    if by_left <= by_up and by_left <= by_corner:
        return left
    return up if by_up <= by_corner else corner
