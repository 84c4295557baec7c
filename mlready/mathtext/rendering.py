"""LaTeX as terminal text: the one door through which the rest of the program comes in."""

from __future__ import annotations

from functools import lru_cache

from mlready.mathtext.boxes import Box, box_of
from mlready.mathtext.drawing.breaking import fit
from mlready.mathtext.drawing.layout import lay_row
from mlready.mathtext.drawing.pieces import Setting
from mlready.mathtext.reading.parser import parse
from mlready.mathtext.widths import END_OF_MARK, MARK
from mlready.mathtext.writing.line_words import plain
from mlready.mathtext.writing.linear import linear_lines, linearize
from mlready.mathtext.writing.wrapping import wrap

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Literal, TypeAlias


# Two-dimensional; on one line; in ASCII, two-dimensional too; the source; as one reads it aloud.
Form: TypeAlias = "Literal['unicode', 'linear', 'ascii', 'tex', 'speech']"

_NARROWEST = 8
_TALLEST_INLINE = 3
_UNMARKED = {ord(MARK): None, ord(END_OF_MARK): None}


@lru_cache(maxsize=512)  # screens are drawn again at each key
def render_display(tex: str, width: int, form: Form = "unicode", *, flat: bool = False) -> Box:
    """A displayed formula in no more than a width, broken where it has to be.

    Args:
        tex: LaTeX without its dollars; what is not understood shows as its source.
        width: columns there are; fewer than 8 count as 8.
        form: how to write it.
        flat: for those who read line by line: each row of equations on a line of its own, and
            nothing above or below another.
    """
    width = max(width, _NARROWEST)
    if form == "tex":
        return wrap([_one_line(tex, form)], width)
    tree = parse(tex).tree
    if form == "speech":
        from mlready.mathtext.speaking.spoken_lines import speak_lines  # noqa: PLC0415

        return wrap(speak_lines(tree), width)
    setting = Setting("display", form == "ascii")
    box = None if flat or form == "linear" else fit(tree, width, setting)
    if box is None:
        return wrap(linear_lines(tree, ascii=setting.ascii), width)
    return trimmed(box)


@lru_cache(maxsize=2048)
def render_inline(tex: str, form: Form = "unicode") -> Box:
    """A formula within prose: at most one row above its line and one below, or on one row.

    Two-dimensional only where one row would need parentheses or signs that the author did not
    write, and only if it does not tear the lines of prose apart.
    """
    if form not in {"unicode", "ascii"}:
        return box_of(_one_line(tex, form))
    tree = parse(tex).tree
    setting = Setting("text", form == "ascii")
    line = linearize(tree, ascii=setting.ascii)
    box = trimmed(lay_row(tree, setting).box)
    if box.height == 1:
        return box
    fits = box.height <= _TALLEST_INLINE and box.above <= 1 and box.below <= 1
    return box if fits and _invents(tex, line) else box_of(line)


@lru_cache(maxsize=1024)
def render_row(tex: str, form: Form = "unicode") -> str:
    """A formula on one row, for tables and for those who read line by line."""
    if form in {"unicode", "ascii"}:
        return linearize(parse(tex).tree, ascii=form == "ascii")
    return _one_line(tex, form)


def _invents(tex: str, line: str) -> bool:
    """Whether the linear form has parentheses that the author did not write."""
    return line.count("(") > tex.count("(")


def _one_line(tex: str, form: Form) -> str:
    if form == "tex":
        return plain(" ".join(tex.translate(_UNMARKED).split()), is_ascii=False)
    tree = parse(tex).tree
    if form == "linear":
        return linearize(tree)
    from mlready.mathtext.speaking.speech import speak  # noqa: PLC0415 - only when asked for

    return speak(tree)


def trimmed(box: Box) -> Box:
    """The box without blank rows above and below, and without blank columns on its sides."""
    rows = list(box.rows)
    baseline = box.baseline
    while len(rows) > 1 and baseline > 0 and not rows[0].strip():
        del rows[0]
        baseline -= 1
    while len(rows) > baseline + 1 and not rows[-1].strip():
        del rows[-1]
    indent = min((len(row) - len(row.lstrip(" ")) for row in rows if row.strip()), default=0)
    trailing = min((len(row) - len(row.rstrip(" ")) for row in rows if row.strip()), default=0)
    cut = [row[indent : len(row) - trailing] if row.strip() else row for row in rows]
    width = box.width - indent - trailing
    cut = [row if row.strip() else " " * width for row in cut]
    return Box(tuple(cut), baseline, width)


def mark(tex: str) -> str:
    """TeX for a group that `MARK` and `END_OF_MARK` surround in each row of the output."""
    return f"{MARK}{{{tex}}}"
