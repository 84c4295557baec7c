"""Pieces of a formula: boxes that know how much of them delimiters have to cover."""

from __future__ import annotations

from mlready.mathtext.boxes import EMPTY, Box, beside, box_of
from mlready.mathtext.records import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Final


class Setting(Record):
    """How something is set.

    Attributes:
        style: display, text or script.
        ascii: whether to draw with ASCII only.
    """

    style: str = "display"
    ascii: bool = False

    @property
    def small(self) -> Setting:
        """How scripts are set."""
        return self._replace(style="script")


class Piece(Record):
    """A box, and how much of it delimiters around it have to cover.

    Attributes:
        box: what shows.
        above: rows above the baseline that are more than scripts.
        below: likewise below it.
    """

    box: Box
    above: int
    below: int

    @property
    def is_tall(self) -> bool:
        """Whether delimiters around it grow."""
        return self.above > 0 or self.below > 0


def whole(box: Box) -> Piece:
    """A piece all of which delimiters have to cover."""
    return Piece(box, box.above, box.below)


def flat(text: str) -> Piece:
    """A piece of one row."""
    return Piece(box_of(text), 0, 0)


NOTHING: Final = Piece(EMPTY, 0, 0)


def join(pieces: Sequence[Piece]) -> Piece:
    """Pieces side by side."""
    above = max([piece.above for piece in pieces], default=0)
    below = max([piece.below for piece in pieces], default=0)
    return Piece(beside([piece.box for piece in pieces]), above, below)


def shifted(piece: Piece, columns: int) -> Piece:
    """The piece with blank columns before it."""
    blank = " " * columns
    box = piece.box
    moved = Box(tuple([blank + row for row in box.rows]), box.baseline, box.width + columns)
    return piece._replace(box=moved)
