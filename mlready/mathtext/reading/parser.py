r"""LaTeX to a tree, by recursive descent: every formula becomes one, whatever is wrong with it.

What is outside the documented subset shows as its source and is a `Mistake` with its offset; so is
whatever TeX would refuse. The parser decides what LaTeX means (which delimiters belong together,
what a script belongs to), and nothing about how it looks.
"""

from __future__ import annotations

from functools import lru_cache

from mlready.mathtext.alphabets import letter_in
from mlready.mathtext.commands import INFIX_FRACTIONS, LIMITS, SPACES, STYLES
from mlready.mathtext.reading.attaching import attach, bare_primes
from mlready.mathtext.reading.constructs import COMMANDS
from mlready.mathtext.reading.mistakes import Mistake
from mlready.mathtext.reading.nesting import nesting_of
from mlready.mathtext.reading.pairing import pair_delimiters
from mlready.mathtext.reading.scanner import END, ENDS_OF_ROWS, Scanner
from mlready.mathtext.records import Record
from mlready.mathtext.symbols import CHARACTERS, ORD, PRIME, SYMBOLS, Symbol
from mlready.mathtext.tree import (
    EMPTY_ROW,
    Fraction,
    Grid,
    Marked,
    Node,
    Row,
    Scripts,
    Space,
    Style,
    Tagged,
    Unknown,
    in_parentheses,
)
from mlready.mathtext.widths import END_OF_MARK, MARK

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final


DEEPEST: Final = 20  # groups within groups; what lies deeper shows as its source
_MOST_NESTED: Final = 40  # rows and parentheses within one another
LONGEST: Final = 5_000  # characters; more is no formula
_IGNORED: Final = frozenset(("notag", "nonumber", "mathstrut"))


class Parsed(Record):
    """A formula's tree, and what is wrong with it."""

    tree: Row
    mistakes: tuple[Mistake, ...]


@lru_cache(maxsize=2048)  # screens are drawn again and again
def parse(tex: str) -> Parsed:
    """The tree of a formula, without its dollars."""
    if len(tex) > LONGEST:
        too_long = Mistake("a formula this long", f"keep it under {LONGEST:,} characters", 0)
        return Parsed(Row((Unknown(" ".join(tex.split())),)), (too_long,))
    parser = Parser(tex)
    tree = parser.parse_all()
    if nesting_of(tree) > _MOST_NESTED:
        too_deep = Mistake("a formula nested this deeply", "take it apart", 0)
        return Parsed(Row((Unknown(" ".join(tex.split())),)), (too_deep,))
    return Parsed(tree, tuple(parser.mistakes))


class Parser(Scanner):
    """Reads one formula."""

    def __init__(self, source: str) -> None:
        super().__init__(source)
        self.depth = 0
        self.infix_at = -1  # the depth behind the last `over`
        self.alphabet = ""
        self.tag: Row | None = None

    # --- rows ---------------------------------------------------------------------------

    def parse_all(self) -> Row:
        """The whole formula; what ends a group that never began is passed over."""
        rows = [self.row()]
        while (piece := self.peek()) != END:
            at = self.at
            self.take()
            if piece in {"\\\\", "\\cr"}:
                hint = r"put the lines in \begin{aligned} ... \end{aligned}"
                self.complain(r"\\ outside of an environment", hint, at)
                self.take_bracketed()
                rows.append(self.row())
                continue
            if piece == "&":
                hint = r"put it in \begin{aligned} ... \end{aligned}, or write \&"
                self.complain("& outside of an environment", hint, at)
            elif piece == "\\end":
                self.take_raw()
            rest = self.row()
            rows[-1] = Row(rows[-1].items + rest.items)
        body = rows[0]
        if len(rows) > 1:
            body = Row((Grid("gathered", tuple((row,) for row in rows), "l"),))
        if self.tag is not None:
            return Row((Tagged(body, self.tag),))
        return body

    def row(self, stop: str = END) -> Row:
        """Everything up to the end of the group, the cell, or the formula."""
        items: list[Node] = []
        while (piece := self.peek()) not in ENDS_OF_ROWS and piece != stop:
            if piece in {"^", "_", "'"}:
                self._scripts(items)
                continue
            name = piece[1:] if piece[0] == "\\" else ""
            if name in INFIX_FRACTIONS and self.depth < DEEPEST:
                return self._infix(items, stop, bar=INFIX_FRACTIONS[name])
            if name in STYLES and self.depth < DEEPEST:
                self.take()
                self.depth += 1
                items.append(Style(STYLES[name], self.row(stop)))
                self.depth -= 1
                break
            if name in LIMITS and items and not isinstance(items[-1], Space | Scripts):
                self.take()
                items[-1] = Scripts(items[-1], None, None, LIMITS[name])
                continue
            node = self.atom()
            if node is not None:
                items.append(node)
        return Row(pair_delimiters(items))

    def _infix(self, items: list[Node], stop: str, *, bar: bool) -> Row:
        at = self.at
        name = self.take()
        if self.depth == self.infix_at:
            self.complain(f"a second {name} in a group", "put braces around one of them", at)
        self.depth += 1
        outer, self.infix_at = self.infix_at, self.depth
        fraction = Fraction(Row(pair_delimiters(items)), self.row(stop), bar)
        self.infix_at = outer
        self.depth -= 1
        if bar:
            return Row((fraction,))
        return Row((in_parentheses(fraction),))

    def _scripts(self, items: list[Node]) -> None:
        """Scripts of what came last, in any order; primes come first."""
        base: Node = EMPTY_ROW
        limits: bool | None = None
        if items and not isinstance(items[-1], Space):
            base = items.pop()
        if isinstance(base, Scripts) and base.sub is None and base.sup is None:
            limits, base = base.limits, base.base
        scripts: dict[str, Row] = {}
        primes: list[Node] = []
        last = ""
        while (piece := self.peek()) in {"^", "_", "'"}:
            at = self.at
            self.take()
            if piece != "_" and ("^" in scripts or (primes and last == "_")):
                self._complain_twice("superscript", at)
            last = piece
            if piece == "_" and "_" in scripts:
                self._complain_twice("subscript", at)
            if piece == "'":
                primes.append(PRIME)
                continue
            script = bare_primes(self.argument(f"{piece} needs something to raise or lower"))
            scripts[piece] = Row(scripts.get(piece, EMPTY_ROW).items + script.items)
        sup = scripts.get("^")
        if primes:
            sup = Row((*primes, *(sup or EMPTY_ROW).items))
        items.append(attach(base, scripts.get("_"), sup, limits))

    def _complain_twice(self, script: str, at: int) -> None:
        hint = "put braces around what the second one belongs to, as in {a^b}^c"
        self.complain(f"a second {script} on the same thing", hint, at)

    # --- atoms --------------------------------------------------------------------------

    def argument(self, complaint: str) -> Row:
        """What a command or a script applies to: a group, or the next thing."""
        piece = self.peek()
        if piece in ENDS_OF_ROWS or piece in {"^", "_"}:
            self.complain(complaint, "put it in braces behind it", min(self.at, len(self.source)))
            return EMPTY_ROW
        if piece == "{":
            return self._group()
        node = self.atom()
        return EMPTY_ROW if node is None else Row((node,))

    def _group(self) -> Row:
        at = self.at
        self.take()
        if self.depth >= DEEPEST:
            return self._too_deep(at)
        self.depth += 1
        row = self.row()
        while self.peek() in {"&", "\\\\", "\\cr", "\\end", "\\right", "\\middle", END_OF_MARK}:
            self.complain(f"{self.peek()} within a group", "take it out of the braces", self.at)
            self.take()
            row = Row((*row.items, Space(SPACES["quad"]), *self.row().items))
        self.depth -= 1
        self.take_if("}")
        return row

    def _too_deep(self, at: int) -> Row:
        self.at = at
        raw = self.take_raw()
        hint = f"no more than {DEEPEST} groups can stand within one another"
        self.complain("groups nested too deeply", hint, at)
        return Row((Unknown(raw[0] if raw else ""),))

    def atom(self) -> Node | None:
        """The next thing; None if it shows nothing."""
        piece = self.peek()
        at = self.at
        self.take()
        if piece == "{":
            self.at = at
            return self._group()
        if piece == MARK:
            self.depth += 1
            body = self.argument("an empty mark") if self.depth < DEEPEST else EMPTY_ROW
            self.depth -= 1
            return Marked(body)
        if piece[0] == "\\":
            return self._command(piece[1:], at)
        return self._character(piece, at)

    def _character(self, piece: str, at: int) -> Node:
        symbol = CHARACTERS.get(piece)
        if symbol is not None:
            return self._in_alphabet(symbol)
        if piece == "~":
            return Space(SPACES[" "])
        known = _BY_TEXT.get(piece)
        hint = f"write \\{known.command}" if known else r"write it as a command, or within \text{}"
        if not piece.isprintable():
            self.complain("a character that does not show", "remove it", at)
            return Unknown("�")
        self.complain(f"{piece} is not written so in mathematics", hint, at)
        return known or Symbol(piece, ORD, piece, piece, piece)

    def _in_alphabet(self, symbol: Symbol) -> Symbol:
        if not self.alphabet:
            return symbol
        text = letter_in(symbol.text, self.alphabet)
        return symbol if text == symbol.text else symbol._replace(text=text)

    def _command(self, name: str, at: int) -> Node | None:
        symbol = SYMBOLS.get(name)
        if symbol is not None:
            return self._in_alphabet(symbol)
        if name in SPACES:
            return Space(SPACES[name])
        build = COMMANDS.get(name)
        if build is not None:
            if self.depth >= DEEPEST:
                self.complain("commands nested too deeply", "take the formula apart", at)
                return Unknown(f"\\{name}")
            self.depth += 1
            node = build(self, name, at)
            self.depth -= 1
            return node
        if name in _IGNORED:
            return None
        from mlready.mathtext.reading.suggestions import suggest  # noqa: PLC0415 - only for mistakes

        self.complain(f"\\{name} is not a command we know", suggest(name), at)
        return Unknown(f"\\{name}")

    def inner(self, source: str) -> Parser:
        """A parser for a formula within a text, as deep as this one."""
        parser = Parser(source)
        parser.depth = self.depth
        return parser

    def argument_of(self, name: str) -> Row:
        """What a command applies to."""
        return self.argument(f"\\{name} needs something in braces")

    def raw_of(self, name: str, at: int) -> tuple[str, int]:
        """The source in the braces behind a command, and its offset."""
        raw = self.take_raw()
        if raw is None:
            self.complain(f"\\{name} needs something in braces", f"write \\{name}{{...}}", at)
            return "", at
        return raw


_BY_TEXT: Final = {symbol.text: symbol for symbol in SYMBOLS.values()}


def known_commands() -> list[str]:
    """Every command of the documented subset, without its backslash."""
    special = [*SYMBOLS, *SPACES, *COMMANDS, *_IGNORED, *STYLES, *INFIX_FRACTIONS]
    return sorted({*special, "right", "middle", "end", "hline"})
