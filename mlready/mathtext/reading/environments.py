r"""Environments: what stands between `\begin` and `\end`, in rows and cells."""

from __future__ import annotations

from mlready.mathtext.commands import ALIGNMENTS, MATRICES, STARRED
from mlready.mathtext.symbols import CHARACTERS, CLOSE, NO_DELIMITER, OPEN, SYMBOLS, Symbol
from mlready.mathtext.tree import EMPTY_ROW, Fenced, Grid, Node, Row, Unknown
from mlready.mathtext.widths import END_OF_MARK

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final

    from mlready.mathtext.reading.parser import Parser

_LENGTH: Final = r" *[-+]? *(?:\d+\.?\d*|\.\d+) *(?:pt|em|ex|mu|mm|cm|in|pc|bp) *"


def environment(parser: Parser, _name: str, at: int) -> Node:
    r"""An environment, from behind its `\begin`."""
    raw, offset = parser.raw_of("begin", at)
    name = raw.strip()
    plain = name.removesuffix("*")
    columns = ""
    rules: tuple[int, ...] = ()
    if name in MATRICES and name == "array":
        parser.take_bracketed()
        columns, rules = _columns(parser)
    elif plain == "alignedat":
        parser.raw_of("alignedat", at)
    elif plain in ALIGNMENTS and plain == name:
        parser.take_bracketed()
    elif name not in MATRICES and not (plain in ALIGNMENTS and plain in STARRED):
        return _unknown_environment(parser, name, at, offset)
    grid = _grid(parser, plain, at)
    wanted = columns or ALIGNMENTS.get(plain) or ("l" if plain == "cases" else "c")
    count = max((len(row) for row in grid.rows), default=0)
    repeated = (wanted * (count // len(wanted) + 1))[: max(count, len(columns))]
    grid = grid._replace(columns=repeated, rules=rules)
    left, right = MATRICES.get(plain, ("", ""))
    if not left:
        return grid
    return Fenced(_fence(left, OPEN), (Row((grid,)),), (), _fence(right, CLOSE))


def _columns(parser: Parser) -> tuple[str, tuple[int, ...]]:
    """How an array's columns are aligned, and before which a rule stands."""
    raw, offset = parser.raw_of("begin{array}", parser.at)
    columns, rules = "", []
    for at, letter in enumerate(raw):
        if letter in "lcr":
            columns += letter
        elif letter == "|":
            rules.append(len(columns))
        elif not letter.isspace():
            hint = "use l, c, r and |"
            parser.complain(f"{letter} is not a column of an array", hint, offset + at)
    return columns, tuple(rules)


def _grid(parser: Parser, name: str, at: int) -> Grid:
    """The rows up to the end of the environment."""
    outer_tag, parser.tag = parser.tag, None
    rows: list[tuple[Row, ...]] = []
    lines: list[int] = []
    tags: list[tuple[int, Row]] = []
    while True:
        while parser.take_if("\\hline"):
            lines.append(len(rows))
        cells = [parser.row()]
        while parser.take_if("&"):
            cells.append(parser.row())
        if parser.tag is not None:
            tags.append((len(rows), parser.tag))
            parser.tag = None
        rows.append(tuple(cells))
        if not (parser.take_if("\\\\") or parser.take_if("\\cr")):
            break
        _take_row_gap(parser)
    if len(rows) > 1 and all(not cell.items for cell in rows[-1]):
        rows.pop()
    _end_environment(parser, name, at)
    parser.tag = outer_tag
    return Grid(name, tuple(rows), "", (), tuple(lines), tuple(tags))


def _take_row_gap(parser: Parser) -> None:
    r"""Pass over `\\[2pt]`; a bracket that does not follow at once is part of the next row."""
    at = parser.at
    if parser.source[at : at + 1] != "[":
        return
    gap = parser.take_bracketed()
    import re  # noqa: PLC0415 - takes longer to import than all of this package

    if gap is None or not re.fullmatch(_LENGTH, gap):
        hint = r"write \\{}[ if the bracket is part of the next row"
        parser.complain(r"\\[ needs a length, as in \\[2pt]", hint, at)
        parser.at = at


def _end_environment(parser: Parser, name: str, at: int) -> None:
    if not parser.take_if("\\end"):
        parser.complain(f"\\begin{{{name}}} is never closed", f"add \\end{{{name}}}", at)
        while parser.peek() in {"\\right", "\\middle", END_OF_MARK}:
            parser.take()
        return
    parser.take_raw()


def _unknown_environment(parser: Parser, name: str, at: int, offset: int) -> Node:
    from mlready.mathtext.reading.suggestions import suggest_environment  # noqa: PLC0415

    parser.complain(f"no environment {name!r} here", suggest_environment(name), offset)
    closing = f"\\end{{{name}}}"
    end = parser.source.find(closing, parser.at)
    end = len(parser.source) if end < 0 else end + len(closing)
    parser.at = end
    return Unknown(" ".join(parser.source[at:end].split()))


def substack(parser: Parser, name: str, at: int) -> Node:
    r"""`\substack`: small lines one below the other."""
    if not parser.take_if("{"):
        parser.complain(f"\\{name} needs something in braces", f"write \\{name}{{...}}", at)
        return EMPTY_ROW
    rows = [(parser.row(),)]
    while parser.take_if("\\\\"):
        rows.append((parser.row(),))
    parser.take_if("}")
    return Grid("substack", tuple(rows), "c")


def _fence(text: str, kind: int) -> Symbol:
    if not text:
        return NO_DELIMITER
    name = {"{": "lbrace", "}": "rbrace", "‖": "Vert"}.get(text)
    symbol = SYMBOLS[name] if name else CHARACTERS[text]
    return symbol._replace(kind=kind)
