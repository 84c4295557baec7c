"""The terminal as a place to write: width, colour, whole screens at once."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from rich.console import Console
from rich.segment import Segment, Segments
from rich.theme import Theme

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rich.console import RenderableType

MARGIN = 2
WIDEST = 92  # longer lines are hard to read

# Colours of the terminal's own palette, so that light and dark themes both stay readable.
THEME = Theme(
    {
        "math": "cyan",
        "code": "magenta",
        "quiet": "dim",
        "name": "bold",
        "again": "red",
        "hard": "yellow",
        "good": "green",
        "easy": "blue",
        "key-again": "reverse red",
        "key-hard": "reverse yellow",
        "key-good": "reverse green",
        "key-easy": "reverse blue",
        "done": "green",
        "hole": "bold cyan",
        "link": "underline",
        "notice": "bold magenta",
    }
)


class Display:
    """Writes renderables; on a terminal each screen replaces the one before.

    Attributes:
        plain: lines only: no clearing, no bars, no borders (for pipes and screen readers).
    """

    def __init__(self, *, plain: bool = False) -> None:
        self.console = Console(theme=THEME, highlight=False, emoji=False, markup=False)
        dumb = os.environ.get("TERM", "") in {"dumb", "unknown"}
        self.plain = plain or dumb or not self.console.is_terminal

    @property
    def width(self) -> int:
        """Columns to write in."""
        return max(20, min(self.console.width - 2 * MARGIN, WIDEST))

    def show_screen(self, parts: Iterable[RenderableType]) -> None:
        """Replace what the terminal shows by these parts, in one write."""
        if self.plain:
            self.print(parts)
            return
        with self.console.capture() as captured:
            self._write(parts)
        # Home, clear below, clear what scrolled away: no flicker, nothing stale.
        sys.stdout.write("\x1b[H\x1b[2J\x1b[3J" + captured.get())
        sys.stdout.flush()

    def print(self, parts: Iterable[RenderableType]) -> None:
        """Write the parts below what is there."""
        self._write(parts)
        sys.stdout.flush()

    def _write(self, parts: Iterable[RenderableType]) -> None:
        margin = "" if self.plain else " " * MARGIN
        options = self.console.options.update_width(self.width)
        for part in parts:
            # Unpadded: nobody wants trailing blanks in a pipe or a copied answer.
            for line in self.console.render_lines(part, options, pad=False) or [[]]:
                self.console.print(Segments([Segment(margin), *line, Segment.line()]), end="")
