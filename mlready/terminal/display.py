"""The terminal as a place to write: its size, its colours, whole screens at once."""

from __future__ import annotations

import errno
import os
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, NamedTuple

from rich.console import Console
from rich.segment import Segment, Segments
from rich.theme import Theme

from mlready.terminal.ascii_text import redraw_in_ascii

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from rich.console import RenderableType

    from mlready.mathtext.rendering import Form
    from mlready.terminal.typeset.pictures import Pictures

MARGIN = 2
_NARROW = 30  # columns
WIDEST = 92  # longer lines are hard to read
_BEYOND_ASCII = "━□∑√⎛θᵢ₌₁ᵀ"  # some of what formulas and screens are drawn with
_USUAL_SIZE = os.terminal_size((80, 24))  # for pipes, and terminals that do not say

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
        # The theme's names do not combine, so each cap has a name of its own.
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

# The other screen, as editors and pagers use it: what the terminal showed before comes back.
# No cursor, and no wrapping: a line too long for a tiny window must not push the others down.
_ENTER = "\x1b[?1049h\x1b[?25l\x1b[?7l"
# Where there is no other screen, this one is at least left empty.
_LEAVE = "\x1b[H\x1b[J\x1b[?7h\x1b[?25h\x1b[?1049l"


class Look(NamedTuple):
    """What a screen has to know of the place it is shown in.

    Attributes:
        width: columns to write in.
        plain: lines only: no bars, no borders (for pipes and screen readers).
        styled: whether bold, colours and the like will show.
        mathematics: how formulas are written.
        pictures: of formulas, below their text; None: there are none.
    """

    width: int
    plain: bool = False
    styled: bool = True
    mathematics: Form = "unicode"
    pictures: Pictures | None = None


class Screen(NamedTuple):
    """One screen: its body scrolls, what is above and below it stays."""

    head: Sequence[RenderableType]
    body: Sequence[RenderableType]
    foot: Sequence[RenderableType]


class Display:
    """Writes renderables, to a terminal or anything else.

    Attributes:
        plain: lines only, one below the other.
        mathematics: how formulas are written; ASCII where that cannot be shown.
        pictures: of formulas, if the terminal shows any.
    """

    def __init__(self, *, plain: bool = False, mathematics: Form = "unicode") -> None:
        # Variables such as FORCE_COLOR do not make a terminal of a pipe.
        self.is_terminal = sys.stdout is not None and sys.stdout.isatty()
        dumb = os.environ.get("TERM", "") in {"", "dumb", "unknown"} and os.name != "nt"
        self.plain = plain or dumb or not self.is_terminal
        self.styled = self.is_terminal and not dumb and not os.environ.get("NO_COLOR")
        encodable = _can_encode(_BEYOND_ASCII)
        unshowable = not encodable and mathematics in {"unicode", "linear"}
        self.mathematics: Form = "ascii" if unshowable else mathematics
        self.ascii = self.mathematics == "ascii" or not encodable
        self.pictures: Pictures | None = None
        self.console = Console(
            theme=THEME,
            highlight=False,
            emoji=False,
            markup=False,
            force_terminal=self.styled,
            color_system="auto" if self.styled else None,
            width=_USUAL_SIZE.columns,  # never asked for: each line is rendered to `look.width`
        )

    @property
    def size(self) -> os.terminal_size:
        """The window as it is now."""
        if not self.is_terminal:
            return _USUAL_SIZE
        try:
            size = os.get_terminal_size(sys.stdout.fileno())
        except OSError:
            return _USUAL_SIZE
        return size if size.columns and size.lines else _USUAL_SIZE

    @property
    def _margin(self) -> int:
        """Blank columns at either side; none where the window needs all it has."""
        return 0 if self.plain or self.size.columns < _NARROW else MARGIN

    @property
    def look(self) -> Look:
        """What screens have to know of this place."""
        width = max(20, min(self.size.columns - 2 * self._margin, WIDEST))
        return Look(width, self.plain, self.styled, self.mathematics, self.pictures)

    def render(self, parts: Iterable[RenderableType]) -> list[str]:
        """The lines that parts become in the window as it is now."""
        margin = " " * self._margin
        options = self.console.options.update_width(self.look.width)
        lines = []
        for part in parts:
            # Unpadded: nobody wants trailing blanks in a pipe or a copied answer.
            for line in self.console.render_lines(part, options, pad=False) or [[]]:
                with self.console.capture() as captured:
                    content = Segments([Segment(margin), *line])
                    self.console.print(content, end="", crop=False, soft_wrap=True)
                text = captured.get()
                if self.ascii:
                    columns = sum(segment.cell_length for segment in line)
                    text = redraw_in_ascii(text, options.max_width - columns)
                lines.append(text if self.styled else text.rstrip())
        return lines

    def print(self, parts: Iterable[RenderableType]) -> None:
        """Write the parts below what is there."""
        self.write("".join(f"{line}\n" for line in self.render(parts)))

    def fill_window(self, lines: Sequence[str]) -> None:
        """Replace what the terminal shows by these lines, in one write and without flicker."""
        erased = drawn = ""
        if self.pictures is not None:
            erased = self.pictures.erase
            lines, drawn = self.pictures.place(lines)
        # What was there goes first: behind a full line, its own last character would.
        last = len(lines) - 1
        rows = (f"\x1b[{'K' if at < last else 'J'}{line}" for at, line in enumerate(lines))
        text = "\r\n".join(rows) or "\x1b[J"
        self.write(f"{erased}\x1b[H{text}{drawn}")

    def write(self, text: str) -> None:
        """Write text as it is.

        Raises:
            SystemExit: the terminal is gone.
        """
        if sys.stdout is None:
            return
        try:
            sys.stdout.write(text)
            sys.stdout.flush()
        except OSError as error:
            if error.errno == errno.EIO and self.is_terminal:
                sys.exit(129)  # as if its SIGHUP had come already
            raise

    def _leave(self) -> None:
        self.write((self.pictures.erase if self.pictures is not None else "") + _LEAVE)

    @contextmanager
    def full_screen(self) -> Iterator[None]:
        """The other screen, without a cursor; a plain display has none and just goes on."""
        if self.plain:
            yield
            return
        self.write(_ENTER)
        try:
            yield
        finally:
            self._leave()

    @contextmanager
    def handed_over(self) -> Iterator[None]:
        """The usual screen for a while, for another program."""
        if self.plain:
            yield
            return
        self._leave()
        try:
            yield
        finally:
            self.write(_ENTER)


def _can_encode(text: str) -> bool:
    """Whether standard output can show a text."""
    try:
        text.encode(getattr(sys.stdout, "encoding", None) or "utf-8")
    except (UnicodeEncodeError, LookupError):
        return False
    return True
