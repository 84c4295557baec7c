r"""A formula's tree on one line: the things of a row one after the other.

What a blank, a slash or a pair of parentheses tells the reader is decided here. How each kind of
node is written stands in the modules that register it; `linear` brings them together.
"""

from __future__ import annotations

from mlready.mathtext.grouping import (
    is_single,
    stands_before,
    stands_behind,
    things_in,
)
from mlready.mathtext.records import Record
from mlready.mathtext.spacing import gaps, kinds_in_row
from mlready.mathtext.symbols import (
    BIN,
    OP,
    OPEN,
    ORD,
    PUNCT,
    REL,
    Symbol,
)
from mlready.mathtext.tree import (
    EMPTY_ROW,
    Fraction,
    Marked,
    Node,
    Phantom,
    Row,
    Space,
    Style,
)
from mlready.mathtext.widths import END_OF_MARK, MARK
from mlready.mathtext.writing.line_words import must_part, part_letters

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any, Final, TypeAlias, TypeVar


class Line(Record):
    """How a line is written.

    Attributes:
        ascii: whether in ASCII only.
        is_small: whether it is part of a script, where there are fewer blanks.
    """

    ascii: bool
    is_small: bool = False


Writer: TypeAlias = "Callable[[Any, Line], str]"
_WRITERS: Final[dict[type[Any], Writer]] = {}
if TYPE_CHECKING:
    _Writer = TypeVar("_Writer", bound=Writer)


def writes(*kinds: type[Any]) -> Callable[[_Writer], _Writer]:
    """Register how nodes of some types are written."""

    def register(writer: _Writer) -> _Writer:
        for kind in kinds:
            _WRITERS[kind] = writer
        return writer

    return register


def write(node: Node, line: Line) -> str:
    """One node."""
    if type(node) is Symbol:
        return node.ascii if line.ascii else node.text
    return _WRITERS[type(node)](node, line)


@writes(Row)
def write_row(row: Row, line: Line) -> str:
    """The things of a row, with what has to stand between them."""
    items = row.items
    if len(items) == 1 and type(items[0]) is Symbol:
        return items[0].ascii if line.ascii else items[0].text
    return _Assembly(items, line).text()


def marked(text: str) -> str:
    """A text that the caller can find again."""
    return f"{MARK}{text}{END_OF_MARK}"


def write_grouped(row: Row, line: Line) -> str:
    """A row, in parentheses unless it holds together without."""
    text = write_row(row, line)
    return text if is_single(things_in(row.items)) else f"({text})"


class _Assembly:
    """The things of one row on their way to a line.

    Attributes:
        items: what shows and the spaces; groups are taken apart.
        texts: how each of them is written.
        blanks: how many stand before each.
        before, behind: marks around them.
    """

    def __init__(self, items: Sequence[Node], line: Line) -> None:
        self.line = line
        self.items: list[Node] = []
        self.before: dict[int, str] = {}
        self.behind: dict[int, str] = {}
        if any(type(item) in _TAKEN_APART for item in items):
            self._take_apart(items)
        else:
            self.items = list(items)
        self.blanks = gaps(self.items, in_script=False)
        self.texts = [write(item, line) for item in self.items]

    def _take_apart(self, items: Sequence[Node]) -> None:
        for item in items:
            if isinstance(item, Row):
                self._take_apart(_ordinary(item.items))
            elif isinstance(item, Style):
                self._take_apart(item.body.items)
            elif isinstance(item, Marked):
                start = len(self.items)
                self._take_apart(item.body.items)
                if len(self.items) == start:
                    self.items.append(EMPTY_ROW)
                last = len(self.items) - 1
                self.before[start] = MARK + self.before.get(start, "")
                self.behind[last] = self.behind.get(last, "") + END_OF_MARK
            elif not isinstance(item, Phantom):
                self.items.append(item)

    def text(self) -> str:
        """All of it."""
        if self.line.is_small:
            _tighten(self.items, self.blanks, is_ascii=self.line.ascii)
        if len(self.items) > 1:
            for at, item in enumerate(self.items):
                if type(item) is Fraction and item.bar:
                    self._part_fraction(at)
            self._part_neighbours()
            part_letters(self.items, self.texts, self.blanks, is_ascii=self.line.ascii)
        if not self.before:
            blank = [
                " " * count + text for count, text in zip(self.blanks, self.texts, strict=True)
            ]
            return "".join(blank)
        return "".join(
            " " * count + self.before.get(at, "") + text + self.behind.get(at, "")
            for at, (count, text) in enumerate(zip(self.blanks, self.texts, strict=True))
        )

    def _part_fraction(self, at: int) -> None:
        """Parentheses around a fraction beside a factor, and a blank before them.

        `λ (a/b)x`: without parentheses the slash would take what stands beside it; without the
        blank, `λ(a/b)` would be `λ` applied to `a/b`.
        """
        items, blanks = self.items, self.blanks
        things = [place for place, item in enumerate(items) if type(item) is not Space]
        kinds = kinds_in_row(items, things)
        place = things.index(at)
        is_parted = False
        if place > 0 and blanks[at] < 2:
            left = items[things[place - 1]]
            if stands_before(kinds[place - 1][1], left):
                is_parted = True
                is_slash = isinstance(left, Symbol) and left.text == "/"
                blanks[at] = 0 if is_slash else max(blanks[at], 1)
        if place + 1 < len(things) and blanks[after := things[place + 1]] < 2:
            right = items[after]
            is_factor = stands_behind(kinds[place + 1][0], right)
            is_parted = is_parted or is_factor
            is_close = is_factor and kinds[place + 1][0] in {ORD, OPEN}
            if after == at + 1 and (is_close or _is_end(right)):
                blanks[after] = 0
        if is_parted:
            self.texts[at] = f"({self.texts[at]})"

    def _part_neighbours(self) -> None:
        """Blanks between things that would run into each other."""
        left = -1
        for at, (item, text) in enumerate(zip(self.items, self.texts, strict=True)):
            if not text:
                continue
            if left >= 0 and not self.blanks[at]:
                before = self.items[left]
                self.blanks[at] = int(
                    must_part(before, self.texts[left], item, text, is_ascii=self.line.ascii)
                )
            left = at


def _is_end(node: Node) -> bool:
    """Whether this ends a clause; no blank stands before it."""
    return isinstance(node, Symbol) and (node.kind == PUNCT or node.text == ".")


_TAKEN_APART: Final = frozenset((Row, Style, Marked, Phantom))


def _ordinary(items: Sequence[Node]) -> Sequence[Node]:
    """What stands in braces: a sign by itself is ordinary there, as the comma of `{,}`."""
    if len(items) == 1 and isinstance(sign := items[0], Symbol) and sign.kind != OP:
        return (sign._replace(kind=ORD),)
    return items


def _tighten(items: Sequence[Node], blanks: list[int], *, is_ascii: bool) -> None:
    """Take blanks out of a script, where relations alone keep theirs: `t+1,i`, `x ∈ X, y ∈ Y`."""
    has_relation = any(_kind(item) == REL for item in items)
    for at in range(len(items) - 1):
        sign = items[at]
        if not isinstance(sign, Symbol):
            continue
        is_leading = at == 0 and sign.kind == REL and items[1] != _OPENING
        is_tight = sign.text == ":" or is_leading
        if sign.kind == BIN:
            is_tight = not is_ascii and len(sign.text) == 1
        if is_tight:
            blanks[at] = blanks[at + 1] = 0
        elif sign.kind == PUNCT and not has_relation:
            blanks[at + 1] = 0


_OPENING: Final = Symbol("(", OPEN, "(", "open paren", "(")


def _kind(item: Node) -> int:
    if not isinstance(item, Symbol) or item.text == ":":
        return -1
    return item.kind
