r"""Delimiters: `\left` up to its `\right`, and those of a given size."""

from __future__ import annotations

from mlready.mathtext.commands import BIG_KINDS, BIG_SIZES
from mlready.mathtext.symbols import (
    CHARACTERS,
    DELIMITER_COMMANDS,
    NO_DELIMITER,
    SYMBOLS,
    Symbol,
)
from mlready.mathtext.tree import Big, Fenced, Node

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final

    from mlready.mathtext.reading.parser import Parser

# What follows the size of a delimiter, by command.
BIG: Final = {f"{size}{suffix}": suffix for size in BIG_SIZES for suffix in BIG_KINDS}


def _delimiter(parser: Parser, name: str, at: int) -> Symbol:
    piece = parser.peek()
    command = piece[1:] if piece.startswith("\\") else ""
    if piece == ".":
        found: Symbol | None = NO_DELIMITER
    elif command:
        found = SYMBOLS.get(command) if command in DELIMITER_COMMANDS or command == "|" else None
    elif piece in {"<", ">"}:
        found = SYMBOLS["langle" if piece == "<" else "rangle"]
    else:
        found = CHARACTERS.get(piece) if piece and piece in "()[]|/" else None
    if found is None:
        parser.complain(f"\\{name} without a delimiter", f"write \\{name}( or \\{name}.", at)
        return NO_DELIMITER
    parser.take()
    return found


def fenced(parser: Parser, name: str, at: int) -> Node:
    r"""`\left` up to its `\right`."""
    left = _delimiter(parser, name, at)
    parts, middles = [parser.row()], []
    while parser.take_if("\\middle"):
        middles.append(_delimiter(parser, "middle", parser.at))
        parts.append(parser.row())
    right = NO_DELIMITER
    if parser.take_if("\\right"):
        right = _delimiter(parser, "right", parser.at)
    else:
        parser.complain(r"\left without \right", r"close it with \right", at)
    return Fenced(left, tuple(parts), tuple(middles), right)


def big(parser: Parser, name: str, at: int) -> Node:
    r"""`\big` and the like; partners are found later."""
    symbol = _delimiter(parser, name, at)
    suffix = BIG[name]
    return Big(symbol, BIG_KINDS[suffix] if suffix else symbol.kind)
