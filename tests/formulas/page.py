"""The tables of `docs/mathematics.md`, made from what the parser knows."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Final

from mlready.mathtext.commands import KNOWN_ELSEWHERE
from mlready.mathtext.reading.parser import parse
from mlready.mathtext.speaking.speech import speak
from mlready.mathtext.symbols import (
    BIN,
    CLOSE,
    FUNCTIONS,
    INNER,
    LIMIT_FUNCTIONS,
    OP,
    OPEN,
    ORD,
    PUNCT,
    REL,
    SYMBOLS,
    Symbol,
)
from mlready.mathtext.writing.linear import linearize
from tests.formulas.subset import ENVIRONMENTS, IGNORED, STRUCTURES, Section

if TYPE_CHECKING:
    from collections.abc import Iterator

_KINDS: Final = {
    ORD: "Letters and signs",
    BIN: "Operations",
    REL: "Relations and arrows",
    INNER: "Dots",
    PUNCT: "Punctuation",
    OPEN: "Delimiters that open",
    CLOSE: "Delimiters that close",
}


def write_tables() -> str:
    """Every command and environment of the documented subset, as Markdown."""
    lines: list[str] = []
    for section in (*STRUCTURES, ENVIRONMENTS):
        lines += [f"### {section.title}", "", *_write_examples(section), ""]
    lines += [f"### {IGNORED.title}", "", ", ".join(_code(f"\\{n}") for n in IGNORED.examples), ""]
    for title, symbols in _sort_symbols().items():
        lines += [f"### {title}", "", *_write_symbols(symbols), ""]
    lines += ["### What to write instead", "", *_table("not here", "write")]
    lines += [
        _row(_code(f"\\{name}"), _code(hint) if hint[0] == "\\" else hint)
        for name, hint in KNOWN_ELSEWHERE.items()
    ]
    return "\n".join(lines) + "\n"


def _write_examples(section: Section) -> Iterator[str]:
    """Formulas that show commands; those that show the same in one row."""
    yield from _table("LaTeX", "on one line", "in ASCII", "aloud")
    shown = [(tex, *_show(tex)) for tex in dict.fromkeys(section.examples.values())]
    for texts, same in groupby(shown, key=lambda row: row[1:]):
        line, plain, words = texts
        yield _row(" ".join(_code(row[0]) for row in same), _code(line), _code(plain), words)


def _show(tex: str) -> tuple[str, str, str]:
    tree = parse(tex).tree
    return linearize(tree), linearize(tree, ascii=True), speak(tree)


def _sort_symbols() -> dict[str, dict[Symbol, list[str]]]:
    """The symbols by section, each with its commands."""
    sections: dict[str, dict[Symbol, list[str]]] = {}
    for name, symbol in SYMBOLS.items():
        title = _title_of(name, symbol)
        sections.setdefault(title, {}).setdefault(symbol, []).append(name)
    return sections


def _title_of(name: str, symbol: Symbol) -> str:
    if symbol.kind != OP:
        return _KINDS[symbol.kind]
    if name in FUNCTIONS:
        return "Functions"
    return "Functions with limits" if name in LIMIT_FUNCTIONS else "Big operators"


def _write_symbols(symbols: dict[Symbol, list[str]]) -> Iterator[str]:
    yield from _table("LaTeX", "shows", "in ASCII", "aloud")
    for symbol, names in symbols.items():
        words = "tilde, is distributed as, is asymptotic to" if names[0] == "sim" else symbol.speech
        commands = " ".join(_code(f"\\{name}") for name in names)
        yield _row(commands, _code(symbol.text), _code(symbol.ascii), words)


def _table(*titles: str) -> list[str]:
    return [_row(*titles), "|" + "---|" * len(titles)]


def _row(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"


def _code(text: str) -> str:
    """Text as code in a cell of a table."""
    escaped = text.replace("|", "\\|")
    return f"`{escaped}`" if escaped else ""


def join_page(page: str, tables: str) -> str:
    """The page with its tables replaced; they stand behind its last heading of the second order."""
    head, _, _ = page.partition(HEADING)
    return f"{head}{HEADING}\n\n{tables}"


HEADING: Final = "## Every command"
