"""LaTeX read piece by piece, with the place of each piece."""

from __future__ import annotations

import re
from typing import Final

from mlready.mathtext.reading.mistakes import Mistake
from mlready.mathtext.widths import END_OF_MARK, MARK

END: Final = ""  # no more will come
# What ends a row: a group, a cell, an environment, a delimiter, or the formula itself.
ENDS_OF_ROWS: Final = frozenset(
    (END, "}", "&", "\\\\", "\\cr", "\\end", "\\right", "\\middle", END_OF_MARK)
)
_PIECE: Final = re.compile(r"\\(?:[A-Za-z]+|.)|.", re.DOTALL)
_BLANKS: Final = re.compile(r"\s*")
_BRACES: Final = re.compile(r"\\.|[{}]", re.DOTALL)


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
        blanks = _BLANKS.match(self.source, self.at)
        self.at = blanks.end() if blanks else self.at
        piece = _PIECE.match(self.source, self.at)
        self._peeked_at = self.at
        self._peeked = piece[0] if piece else END
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
        start = self.at + 1
        depth = 0
        for found in _BRACES.finditer(self.source, self.at):
            depth += (found[0] == "{") - (found[0] == "}")
            if depth == 0:
                self.at = found.end()
                return self.source[start : found.start()], start
        self.at = len(self.source)
        return self.source[start:], start

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
