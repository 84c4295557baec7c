r"""LaTeX read as what stands beside what, with places: enough to move the ends of groups about.

The trees of `mlready.mathtext` know no places; here it is the other way round: every item knows
where it stands in the source, what its arguments are and which scripts it has, and nothing else.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from mlready.mathtext.commands import (
    ACCENTS,
    ARROWS,
    BIG_KINDS,
    BIG_SIZES,
    BRACES,
    CLASSES,
    FRACTIONS,
    INFIX_FRACTIONS,
    PHANTOMS,
    SPACES,
    STACKS,
    STYLES,
    TEXTS,
)
from mlready.mathtext.reading.scanner import END, Scanner
from mlready.mathtext.symbols import (
    BIN,
    CHARACTERS,
    CLOSE,
    FUNCTIONS,
    OP,
    OPEN,
    ORD,
    PUNCT,
    REL,
    SYMBOLS,
    Symbol,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

_KINDS: Final = {OP: "op", BIN: "bin", REL: "rel", OPEN: "open", CLOSE: "close", PUNCT: "punct"}
_BIG: Final = {
    f"{size}{suffix}": {OPEN: "open", CLOSE: "close", REL: "rel", ORD: "bar"}[kind]
    for size in BIG_SIZES
    for suffix, kind in BIG_KINDS.items()
}
# Arguments in order: a formula, text as it is written, or a formula in square brackets.
_ARGUMENTS: Final = {
    **dict.fromkeys(FRACTIONS, "mm"),
    **dict.fromkeys((*ACCENTS, *BRACES, *CLASSES, "boxed"), "m"),
    **dict.fromkeys(STACKS, "mm"),
    **dict.fromkeys(ARROWS, "om"),
    **dict.fromkeys(("mathbb", "mathcal", "mathscr", "mathfrak", "mathbf", "boldsymbol"), "r"),
    **dict.fromkeys(("mathsf", "mathtt", "mathrm", "mathit", "mathnormal"), "r"),
    **dict.fromkeys((*TEXTS, *PHANTOMS, "tag", "color", "substack", "pmod", "mod", "pod"), "r"),
    "textcolor": "rm",
    "sqrt": "om",
    "operatorname": "r",
}
_KINDS_OF: Final = {
    **{
        f"\\{name}": "space"
        for name in (*SPACES, *STYLES, *PHANTOMS, "tag", "color", "notag", "nonumber")
    },
    **{f"\\{name}": "text" for name in TEXTS},
    **{f"\\{name}": "function" for name in (*FUNCTIONS, "operatorname")},
    **dict.fromkeys((r"\partial", r"\nabla", r"\forall", r"\exists", r"\neg"), "prefix"),
    **dict.fromkeys(("|", r"\|", r"\vert", r"\Vert"), "bar"),
    **dict.fromkeys((r"\pmod", r"\mod", r"\pod"), "text"),
    **dict.fromkeys(("!", "?"), "postfix"),
    "~": "space",
    "/": "bin",
}


class Row(NamedTuple):
    """Items side by side, from one place to another."""

    start: int
    end: int
    items: tuple[Item, ...]


class Argument(NamedTuple):
    """What a command applies to: the row, and where it ends with its braces."""

    row: Row
    start: int
    end: int


class Script(NamedTuple):
    """A script with its sign: `^`, `_`, or `'` for a prime."""

    sign: str
    start: int
    argument: Argument


class Item(NamedTuple):
    """One thing.

    Attributes:
        kind: ord, op, function, bin, rel, open, close, punct, bar, space, number, text or prefix.
        name: the command or the character; `{` for a group, the name of an environment.
        start: where it begins.
        base_end: where it ends without its scripts.
        end: where it ends.
        arguments: the formulas it is made of.
        scripts: in the order of the source.
        cells: of an environment, by row.
    """

    kind: str
    name: str
    start: int
    base_end: int
    end: int
    arguments: tuple[Argument, ...] = ()
    scripts: tuple[Script, ...] = ()
    cells: tuple[tuple[Row, ...], ...] = ()


class CannotReadError(Exception):
    r"""The formula has what this reader does not follow, such as `\over`."""


def read(tex: str) -> Row:
    """The items of a formula.

    Raises:
        CannotReadError: if there is something in it that is not followed here.
    """
    reader = _Reader(tex)
    row = reader.row()
    if reader.peek() != END:
        raise CannotReadError(reader.peek())
    return row


class _Reader(Scanner):
    """Reads a formula once, from its beginning to its end."""

    def row(self, *stops: str) -> Row:
        start = self.at
        items: list[Item] = []
        end = start
        while (piece := self.peek()) not in {END, "}", *stops}:
            if piece[1:] in INFIX_FRACTIONS:
                raise CannotReadError(piece)
            item = self._item()
            while item.kind == "number" and self.source[self.at : self.at + 1].isdigit():
                self.at += 1
                item = item._replace(base_end=self.at)
            items.append(self._with_scripts(item))
            end = self.at
        return Row(items[0].start if items else start, end, tuple(items))

    def _with_scripts(self, item: Item) -> Item:
        scripts: list[Script] = []
        end = self.at
        while (piece := self.peek()) in {"^", "_", "'", r"\limits", r"\nolimits"}:
            at = self.at
            self.take()
            if piece == "'":
                scripts.append(Script("'", at, Argument(Row(at, at, ()), at, at)))
            elif piece in {"^", "_"}:
                scripts.append(Script(piece, at, self._argument()))
            end = self.at
        return item._replace(end=end, scripts=tuple(scripts))

    def _argument(self) -> Argument:
        piece = self.peek()
        start = self.at
        if piece == "{":
            self.take()
            row = self.row()
            self._expect("}")
            return Argument(row, start, self.at)
        item = self._item()
        return Argument(Row(start, self.at, (item._replace(end=self.at),)), start, self.at)

    def _expect(self, piece: str) -> None:
        if not self.take_if(piece):
            raise CannotReadError(f"no {piece}")

    def _item(self) -> Item:
        piece = self.peek()
        start = self.at
        if piece == "{":
            argument = self._argument()
            return Item("ord", "{", start, self.at, self.at, (argument,))
        if piece in {"^", "_", "'"}:  # scripts of nothing
            return Item("space", "", start, start, start)
        self.take()
        if piece[0] == "\\":
            return self._command(piece, start)
        kind = _kind_of(CHARACTERS.get(piece), piece)
        return Item(kind, piece, start, self.at, self.at)

    def _command(self, piece: str, start: int) -> Item:
        name = piece[1:]
        if name in {"begin", "left"}:
            return self._environment(start) if name == "begin" else self._fenced(start)
        if name == "not":
            self._item()
            return Item("rel", piece, start, self.at, self.at)
        if name in _BIG:
            delimiter = self.take()
            return Item(_BIG[name], delimiter, start, self.at, self.at)
        if name == "operatorname":
            self.take_if("*")
        arguments = tuple(self._arguments(_ARGUMENTS.get(name, "")))
        return Item(_kind_of(SYMBOLS.get(name), piece), piece, start, self.at, self.at, arguments)

    def _arguments(self, wanted: str) -> Iterator[Argument]:
        for letter in wanted:
            if letter == "m":
                yield self._argument()
            elif letter == "r":
                if self.take_raw() is None:
                    self.take()  # \mathbb R
            elif self.take_if("["):
                row = self.row("]")
                self._expect("]")
                yield Argument(row, row.start - 1, self.at)

    def _fenced(self, start: int) -> Item:
        self.take()
        inner = [self.row(r"\middle", r"\right")]
        while self.take_if(r"\middle"):
            self.take()
            inner.append(self.row(r"\middle", r"\right"))
        self._expect(r"\right")
        self.take()
        arguments = tuple(Argument(row, row.start, row.end) for row in inner)
        return Item("ord", r"\left", start, self.at, self.at, arguments)

    def _environment(self, start: int) -> Item:
        name = self._name()
        if name in {"array", "alignedat"}:
            self.take_raw()
        cells: list[list[Row]] = [[]]
        while True:
            while self.take_if(r"\hline"):
                pass
            cells[-1].append(self.row("&", r"\\", r"\cr", r"\end"))
            piece = self.take()
            if piece in {END, "}"}:
                raise CannotReadError(f"no end of {name}")
            if piece == r"\end":
                break
            if piece != "&":
                self.take_bracketed()
                cells.append([])
        self._name()
        found = tuple(tuple(row) for row in cells)
        return Item("ord", name, start, self.at, self.at, (), (), found)

    def _name(self) -> str:
        raw = self.take_raw()
        if raw is None:
            raise CannotReadError("an environment without a name")
        return raw[0].strip()


def _kind_of(symbol: Symbol | None, piece: str) -> str:
    if piece.isdigit():
        return "number"
    found = _KINDS_OF.get(piece)
    if found:
        return found
    return _KINDS.get(symbol.kind, "ord") if symbol is not None else "ord"
