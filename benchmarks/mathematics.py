"""Formulas as text, against every package that makes text of LaTeX, on one corpus in one run.

`python -m benchmarks.mathematics --write` also writes the page `docs/mathematics-compared.md`.
"""

from __future__ import annotations

import platform
import statistics
import sys
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Final

from benchmarks.formulas.comparing import compare, find_formulas, import_milliseconds
from benchmarks.formulas.packages import PACKAGES, Worker
from benchmarks.formulas.tables import page, table
from benchmarks.timing import Figure
from mlready.content.compiling import compile_folder
from mlready.content.folder import read_folder
from mlready.store.location import shipped_deck
from tests.formulas.extract import find_formulas as find_in_document

if TYPE_CHECKING:
    from collections.abc import Iterator

    from benchmarks.formulas.comparing import Formula

_PAGE: Final = Path(__file__).parents[1] / "docs" / "mathematics-compared.md"
_COUNT: Final = 5_000
_SECONDS: Final = 10.0  # for all of them, on one core
_IMPORT: Final = 15.0  # milliseconds
_RUNS: Final = 15
_OURS: Final = PACKAGES[0]


def measure() -> Iterator[Figure | str]:
    """Yield the figures, and the table of packages."""
    corpus = find_formulas()
    yield from _speed(_distinct_formulas(corpus))
    yield table(compare(corpus))


def _speed(formulas: list[str]) -> Iterator[Figure]:
    with Worker(_OURS) as worker:
        seconds = worker.seconds_for(formulas)
    detail = f"{seconds:.2f} s, {len(formulas):,} different ones, nothing remembered"
    yield Figure(f"formulas in two dimensions / {_SECONDS:.0f} s", seconds / _SECONDS, 1, detail)
    # The program has click before it has this; what click needs too is then there.
    for before, where in (("click", "a Python with click"), ("", "a bare Python")):
        times = [import_milliseconds(_OURS, before) for _ in range(_RUNS + 1)][1:]
        middle = statistics.median(times)
        detail = f"median {middle:.1f} ms, shortest {min(times):.1f} ms, {_RUNS} processes"
        name = f"import of mathtext over {where} / {_IMPORT:.0f} ms"
        yield Figure(name, middle / _IMPORT, 1, detail)


def _distinct_formulas(corpus: list[Formula]) -> list[str]:
    """Formulas of the corpus and of the deck, then those made from them, up to a number."""
    own = (formula.tex for formula in corpus)
    made = (tex for formula in corpus for tex in (*formula.pairs, *formula.unmarked))
    return list(dict.fromkeys(chain(own, _formulas_of_the_deck(), made)))[:_COUNT]


def _formulas_of_the_deck() -> Iterator[str]:
    deck, _ = compile_folder(read_folder(shipped_deck()))
    for question in deck.questions.values():
        if question.body is not None:
            for document in (question.body.prompt, question.body.answer):
                yield from (tex for tex, _ in find_in_document(document))


def main(arguments: list[str]) -> None:
    """Print the table; with `--write`, write the page too."""
    corpus = find_formulas()
    results = compare(corpus)
    print(table(results))
    if "--write" in arguments:
        pairs = sum(len(formula.pairs) for formula in corpus)
        python = f"Python {platform.python_version()}"
        _PAGE.write_text(page(results, python=python, pairs=pairs), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
