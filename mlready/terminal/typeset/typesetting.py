"""A formula as a picture: TeX to SVG, to a canvas of whole characters, to what draws it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from mlready.terminal.typeset import graphics

if TYPE_CHECKING:
    from mlready.terminal.typeset.graphics import Answers, Cell, Colour

_EM = 1.0  # of a character's height, and
_EDGE = 0.3  # of it stay free above and below
_SMALLEST = 0.6  # of the usual size; a formula that would be smaller is for text
_MOST_ROWS = 16
_MOST_TEX = 2000  # characters, and
_DEEPEST = 40  # braces within braces: what is more could be too much for the typesetter
_BLACK: Colour = (0, 0, 0)
_WHITE: Colour = (255, 255, 255)
_SIZE = re.compile(r'<svg [^>]*?viewBox="([-\d.]+) ([-\d.]+) ([\d.]+) ([\d.]+)"[^>]*>')
_SAID_ONLY = re.compile(r"<(title|metadata|style|text)\b.*?</\1>", re.DOTALL)
_FOREIGN = re.compile(r'<image|(?:href|src)="[^#]|url\((?!#)')


class Picture(NamedTuple):
    """A formula's picture.

    Attributes:
        columns: how wide it is, in characters.
        rows: how high.
        drawn: what draws it at the cursor.
    """

    columns: int
    rows: int
    drawn: str


def make_picture(tex: str, width: int, cell: Cell, answers: Answers) -> Picture | None:
    """A formula's picture, or None where it cannot be typeset, or not so that one could read it.

    Args:
        tex: LaTeX without dollars and marks.
        width: columns there are.
        cell: the size of a character.
        answers: the terminal's protocol and colours.
    """
    is_known = answers.ink is not None and answers.paper is not None
    # Where its colours are not known, a picture brings its own paper.
    ink, paper = (answers.ink or _BLACK, answers.paper or _WHITE) if is_known else (_BLACK, _WHITE)
    laid = lay_out(typeset(tex), width, cell, ink, None if is_known else paper)
    if laid is None:
        return None
    columns, rows, svg = laid
    png = paint(svg)
    if png is None:
        return None
    if answers.protocol == "kitty":
        return Picture(columns, rows, graphics.draw_kitty(png, columns, rows))
    if answers.protocol == "iterm":
        return Picture(columns, rows, graphics.draw_iterm(png, columns, rows))
    mask = graphics.read_mask(png)
    if mask is None:
        return None
    drawn = graphics.draw_sixel(mask, ink, paper, opaque=not is_known)
    return Picture(columns, rows, drawn)


def typeset(tex: str) -> str | None:
    """A formula as SVG; None if the typesetter does not understand all of it."""
    deepest = depth = 0
    for brace in re.findall(r"(?<!\\)[{}]", tex):
        depth += 1 if brace == "{" else -1
        deepest = max(deepest, depth)
    if len(tex) > _MOST_TEX or deepest > _DEEPEST:
        return None
    import mathra  # noqa: PLC0415 - rare, and an extra

    try:
        return str(mathra.tex_to_svg(tex, display=True, strict=True))
    except (KeyboardInterrupt, SystemExit):
        raise
    except BaseException:  # noqa: BLE001 - a panic of its Rust is no Exception
        return None


def lay_out(
    svg: str | None, width: int, cell: Cell, ink: Colour, paper: Colour | None
) -> tuple[int, int, str] | None:
    """A formula on a canvas of whole characters: columns, rows, and the canvas as SVG.

    Args:
        svg: the formula, a thousand units of it to the em.
        width: columns there are; a formula that is wider is made smaller.
        cell: the size of a character.
        ink: its colour.
        paper: the colour below it; None for none.
    """
    found = _SIZE.search(svg or "")
    if svg is None or found is None:
        return None
    inside = _SAID_ONLY.sub("", svg[found.end() :])
    *_, wide, high = map(float, found.groups())
    if _FOREIGN.search(inside) or not (wide > 0 and high > 0):
        return None
    pixels = cell.height * _EM / 1000  # a unit
    scale = min(1.0, (width * cell.width - 2) / (wide * pixels))
    across, down = wide * pixels * scale, high * pixels * scale
    columns = -int(-(across + 2) // cell.width)
    rows = -int(-(down + _EDGE * cell.height) // cell.height)
    if scale < _SMALLEST or rows > _MOST_ROWS:
        return None
    size = (columns * cell.width, rows * cell.height)
    colour = "#" + bytes(ink).hex()
    ground = f'<rect width="100%" height="100%" fill="#{bytes(paper).hex()}"/>' if paper else ""
    canvas = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{size[0]}" height="{size[1]}" '
        f'color="{colour}">{ground}<svg viewBox="{" ".join(found.groups())}" '
        f'x="{(size[0] - across) / 2}" y="{(size[1] - down) / 2}" width="{across}" height="{down}">'
        f"{inside}</svg>"
    )
    return columns, rows, canvas


def paint(svg: str) -> bytes | None:
    """An SVG as PNG."""
    import resvg_py  # noqa: PLC0415 - rare, and an extra

    try:
        return bytes(resvg_py.svg_to_bytes(svg_string=svg, skip_system_fonts=True))
    except (KeyboardInterrupt, SystemExit):
        raise
    except BaseException:  # noqa: BLE001 - a panic of its Rust is no Exception
        return None
