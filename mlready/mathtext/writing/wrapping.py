"""A formula on one line, wrapped: the last resort, and what screen readers get."""

from __future__ import annotations

from mlready.mathtext.boxes import Box, box_of, stack
from mlready.mathtext.widths import END_OF_MARK, MARK, width_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

_INDENT = "  "


def wrap(texts: Sequence[str], width: int) -> Box:
    """Lines of text, each on as many lines as it needs.

    Broken at blanks, within words only where it must be.

    Args:
        texts: the lines.
        width: columns there are, at least 4.
    """
    lines = [line for text in texts for line in _with_marks_closed(_wrapped(text, width))]
    return stack([box_of(line.rstrip()) for line in lines], 0, align="left")


def _wrapped(text: str, width: int) -> list[str]:
    lines: list[str] = []
    line = ""
    for word in text.split(" "):
        rest = word
        joined = f"{line} {rest}" if line.strip() else line + rest
        if width_of(joined) <= width:
            line = joined
            continue
        if line.strip():
            lines.append(line)
            line = _INDENT
        while width_of(line + rest) > width:
            head, rest = _cut(rest, width - width_of(line))
            lines.append(line + head)
            line = _INDENT
        line += rest
    if line.strip() or not lines:
        lines.append(line)
    return lines


def _with_marks_closed(lines: Sequence[str]) -> list[str]:
    """The lines, with what is marked across several of them marked in each."""
    closed: list[str] = []
    depth = 0
    for line in lines:
        text = line.lstrip(" ")
        blanks = line[: len(line) - len(text)]
        opened = MARK * depth
        depth = max(depth + text.count(MARK) - text.count(END_OF_MARK), 0)
        closed.append(blanks + opened + text + END_OF_MARK * depth)
    return closed


def _cut(word: str, width: int) -> tuple[str, str]:
    """A word's beginning that fits, and the rest of it; at least one character is taken."""
    at = 1
    while at < len(word) and width_of(word[: at + 1]) <= width:
        at += 1
    return word[:at], word[at:]
