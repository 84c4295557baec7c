"""A formula on one line, wrapped: the last resort, and what screen readers get."""

from __future__ import annotations

from mlready.mathtext.boxes import Box, box_of, stack
from mlready.mathtext.widths import width_of

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
    lines = [line for text in texts for line in _wrapped(text, width)]
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


def _cut(word: str, width: int) -> tuple[str, str]:
    """A word's beginning that fits, and the rest of it; at least one character is taken."""
    at = 1
    while at < len(word) and width_of(word[: at + 1]) <= width:
        at += 1
    return word[:at], word[at:]
