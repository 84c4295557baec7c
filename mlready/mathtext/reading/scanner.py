"""LaTeX read piece by piece, with the place of each piece."""

from __future__ import annotations

from mlready.mathtext.reading.mistakes import Mistake
from mlready.mathtext.widths import END_OF_MARK, MARK

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final


END: Final = ""  # no more will come
# What ends a row: a group, a cell, an environment, a delimiter, or the formula itself.
ENDS_OF_ROWS: Final = frozenset(
    (END, "}", "&", "\\\\", "\\cr", "\\end", "\\right", "\\middle", END_OF_MARK)
)
_LETTERS: Final = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")


def _end_of_piece(source: str, at: int) -> int:
    """Where a command or a character ends that begins at an offset."""
    if source[at : at + 1] != "\\":
        return at + 1
    end = at + 1
    while source[end : end + 1] in _LETTERS:
        end += 1
    return end if end > at + 1 else at + 2


class Scanner:
    """A place in a formula that moves forward.

    Attributes:
        source: the whole formula.
        at: the offset of what comes next; blanks are passed over.
        mistakes: what was found so far.
    """

    def __init__(self, source: str) -> None:
        self.source = source
        self.at = 0
        self.mistakes: list[Mistake] = []
        self._peeked_at = -1
        self._peeked = END

    def peek(self) -> str:
        """What comes next: a command, a character, or END."""
        if self._peeked_at == self.at:
            return self._peeked
        source, at = self.source, self.at
        while source[at : at + 1].isspace():
            at += 1
        self.at = self._peeked_at = at
        self._peeked = source[at : _end_of_piece(source, at)]
        return self._peeked

    def take(self) -> str:
        """What comes next, and go on behind it."""
        piece = self.peek()
        self.at += len(piece)
        return piece

    def take_if(self, wanted: str) -> bool:
        """Whether this comes next; if so, go on behind it."""
        if self.peek() != wanted:
            return False
        self.at += len(wanted)
        return True

    def take_raw(self) -> tuple[str, int] | None:
        """The source between the braces that come next, and its offset; None if none come."""
        if self.peek() == MARK:  # what a caller marks within names and texts is not found again
            self.take()
        if self.peek() != "{":
            return None
        start = at = self.at + 1
        depth = 1
        while depth and at < len(self.source):
            sign = self.source[at]
            depth += (sign == "{") - (sign == "}")
            at += 2 if sign == "\\" else 1
        self.at = min(at, len(self.source))
        return self.source[start : self.at - (depth == 0)], start

    def take_bracketed(self) -> str | None:
        """The source between the square brackets that come next; None if none come."""
        if self.peek() != "[":
            return None
        end = self.source.find("]", self.at)
        if end < 0:
            return None
        inner = self.source[self.at + 1 : end]
        self.at = end + 1
        return inner

    def complain(self, message: str, hint: str, offset: int) -> None:
        """Keep a mistake."""
        self.mistakes.append(Mistake(message, hint, offset))
