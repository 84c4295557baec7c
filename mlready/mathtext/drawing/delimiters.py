"""Delimiters as tall as what stands between them."""

from __future__ import annotations

from mlready.mathtext.boxes import Box, box_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final


# The pieces of tall delimiters: top, filling, middle, bottom.
_PIECES: Final = {
    "(": "⎛⎜⎜⎝",
    ")": "⎞⎟⎟⎠",
    "[": "⎡⎢⎢⎣",
    "]": "⎤⎥⎥⎦",
    "{": "⎧⎪⎨⎩",
    "}": "⎫⎪⎬⎭",
    "⌊": "⎢⎢⎢⎣",
    "⌋": "⎥⎥⎥⎦",
    "⌈": "⎡⎢⎢⎢",
    "⌉": "⎤⎥⎥⎥",
    "|": "││││",
    "‖": "║║║║",
    "↑": "↑│││",
    "↓": "│││↓",
    "↕": "↑││↓",
    "⇑": "⇑║║║",
    "⇓": "║║║⇓",
    "⇕": "⇑║║⇓",
}
_ASCII_PIECES: Final = {
    "(": ("/", "|", "|", "\\"),
    ")": ("\\", "|", "|", "/"),
    "[": ("[",) * 4,
    "]": ("]",) * 4,
    "{": ("/", "|", "<", "\\"),
    "}": ("\\", "|", ">", "/"),
    "⌊": ("| ", "| ", "| ", "|_"),
    "⌋": (" |", " |", " |", "_|"),
    "⌈": ("|^", "| ", "| ", "| "),
    "⌉": ("^|", " |", " |", " |"),
    "|": ("|",) * 4,
    "‖": ("||",) * 4,
    "↑": ("^", "|", "|", "|"),
    "↓": ("|", "|", "|", "v"),
    "↕": ("^", "|", "|", "v"),
    "⇑": ("/\\", "||", "||", "||"),
    "⇓": ("||", "||", "||", "\\/"),
    "⇕": ("/\\", "||", "||", "\\/"),
}
_POINTED: Final = "{}"  # their middle is a point: it stands on the middle row
_SLANTS: Final = {"⟨": "╱╲", "⟩": "╲╱"}
_ASCII_SLANTS: Final = {"⟨": "/\\", "⟩": "\\/"}
_ONE_ROW_ASCII: Final = {
    "⟨": "<",
    "⟩": ">",
    "⌊": "|_",
    "⌋": "_|",
    "⌈": "|^",
    "⌉": "^|",
    "‖": "||",
    "↑": " uparrow ",
    "↓": " downarrow ",
    "↕": " updownarrow ",
    "⇑": " Uparrow ",
    "⇓": " Downarrow ",
    "⇕": " Updownarrow ",
}


def delimiter(text: str, above: int, below: int, *, ascii_only: bool) -> Box:
    """A delimiter that reaches some rows above the baseline, and some below.

    Args:
        text: the delimiter as one character; "" for none.
        above: rows above the baseline that it should cover; it may cover one more.
        below: rows below it, likewise.
        ascii_only: whether to draw with ASCII.
    """
    if not text:
        return box_of("")
    if above == below == 0:
        return box_of(_ONE_ROW_ASCII.get(text, text) if ascii_only else text)
    if text in _SLANTS:
        return _slanted(text, above, below, ascii_only=ascii_only)
    if text in "/\\":
        return _diagonal(text, above, below, ascii_only=ascii_only)
    if text in _POINTED and (above + below) % 2:
        # Towards the side where there is less, so that the point comes nearer to the baseline.
        above, below = (above + 1, below) if above < below else (above, below + 1)
    pieces = (_ASCII_PIECES if ascii_only else _PIECES).get(text) or text[:1] * 4
    rows = [pieces[0], *[pieces[1]] * (above + below - 1), pieces[3]]
    if text in _POINTED:
        rows[len(rows) // 2] = pieces[2]
    return Box(tuple(rows), above, len(rows[0]))


def _slanted(text: str, above: int, below: int, *, ascii_only: bool) -> Box:
    """An angle: two strokes, with its point in the middle."""
    strokes = (_ASCII_SLANTS if ascii_only else _SLANTS)[text]
    half = (above + below + 2) // 2
    opens = text == "⟨"
    rows = []
    for at in range(half):
        indent = half - 1 - at if opens else at
        rows.append(" " * indent + strokes[0] + " " * (half - 1 - indent))
    for at in range(half):
        indent = at if opens else half - 1 - at
        rows.append(" " * indent + strokes[1] + " " * (half - 1 - indent))
    return Box(tuple(rows), min(max(above, half - 1), len(rows) - 1), half)


def _diagonal(text: str, above: int, below: int, *, ascii_only: bool) -> Box:
    stroke = text if ascii_only else {"/": "╱", "\\": "╲"}[text]
    height = above + below + 1
    rows = []
    for at in range(height):
        indent = height - 1 - at if text == "/" else at
        rows.append(" " * indent + stroke + " " * (height - 1 - indent))
    return Box(tuple(rows), above, height)
