"""Boxes of text with a baseline, and how they are put together.

A box is a rectangle of characters, one of whose rows is the baseline: the row on which the box
stands when it is set beside others. Nothing here knows what a formula is.
"""

from __future__ import annotations

from mlready.mathtext.records import Record
from mlready.mathtext.widths import width_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence


class Box(Record):
    """A rectangle of text.

    Attributes:
        rows: the text, each row as wide as the others.
        baseline: which row stands on the line, from 0.
        width: columns in a terminal, which need not be characters.
    """

    rows: tuple[str, ...]
    baseline: int
    width: int

    @property
    def height(self) -> int:
        """How many rows there are."""
        return len(self.rows)

    @property
    def above(self) -> int:
        """Rows above the baseline."""
        return self.baseline

    @property
    def below(self) -> int:
        """Rows below the baseline."""
        return len(self.rows) - self.baseline - 1


EMPTY = Box(("",), 0, 0)


def box_of(text: str) -> Box:
    """One row of text."""
    return Box((text,), 0, width_of(text)) if text else EMPTY


def beside(boxes: Sequence[Box]) -> Box:
    """Boxes one after the other, on one baseline."""
    if len(boxes) == 1:
        return boxes[0]
    above = max((box.baseline for box in boxes), default=0)
    below = max((box.below for box in boxes), default=0)
    if above == below == 0:
        return Box(("".join([box.rows[0] for box in boxes]),), 0, sum([b.width for b in boxes]))
    rows = [""] * (above + 1 + below)
    for box in boxes:
        first = above - box.baseline
        last = first + len(box.rows)
        blank = " " * box.width
        for at in range(len(rows)):
            rows[at] += box.rows[at - first] if first <= at < last else blank
    return Box(tuple(rows), above, sum(box.width for box in boxes))


def stack(boxes: Sequence[Box], baseline: int, *, align: str = "center") -> Box:
    """Boxes one above the other.

    Args:
        boxes: from the top down.
        baseline: the row of the whole that stands on the line.
        align: `center`, `left` or `right`.
    """
    width = max((box.width for box in boxes), default=0)
    rows = [row for box in boxes for row in widened(box, width, align=align).rows]
    return Box(tuple(rows), baseline, width)


def widened(box: Box, width: int, *, align: str = "center") -> Box:
    """The box with blanks beside it, up to a width."""
    room = width - box.width
    if room <= 0:
        return box
    before = {"left": 0, "right": room}.get(align, room // 2)
    left, right = " " * before, " " * (room - before)
    return Box(tuple([f"{left}{row}{right}" for row in box.rows]), box.baseline, width)


def raised(box: Box, lines: int) -> Box:
    """The box with its baseline moved: it stands that many lines higher than before.

    Args:
        box: to be moved.
        lines: how far up; down if negative. Blank rows fill what lies between.
    """
    if lines == 0:
        return box
    baseline = box.baseline + lines
    blank = " " * box.width
    above = (blank,) * max(-baseline, 0)
    below = (blank,) * max(baseline - len(box.rows) + 1, 0)
    return Box((*above, *box.rows, *below), max(baseline, 0), box.width)
