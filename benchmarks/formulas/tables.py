"""The comparison as a table for a terminal, and as a page for the documents."""

from __future__ import annotations

from string import Template
from typing import TYPE_CHECKING, Final

from benchmarks.formulas.comparing import IMPORTS, KINDS, ROUNDS, WIDTH, Fault, Result

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_HEADINGS: Final = (
    "package",
    "no fault found",
    "prints nothing",
    "LaTeX left",
    "symbols lost",
    "ambiguous",
    f"fits {WIDTH} columns",
    "ms a formula",
    "import, ms",
    "memory, MiB",
)
_EXAMPLES: Final = 2  # of each kind of fault, for each package
_WHAT: Final = {
    "nothing": "gives nothing:",
    "latex": "leaves `{}`:",
    "symbol": "loses `{}`:",
    "mark": "looks as `{}` does:",
    "grouping": "looks as `{}` does:",
}


def table(results: Sequence[Result]) -> str:
    """Rows and columns of equal width."""
    rows = [_HEADINGS, *(_cells(result) for result in results)]
    widths = [max(len(row[at]) for row in rows) for at in range(len(_HEADINGS))]
    return "\n".join(
        "  ".join(
            cell.ljust(width) if not at else cell.rjust(width)
            for at, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    )


def _cells(result: Result) -> tuple[str, ...]:
    times, memory = result.milliseconds, result.mebibytes
    imports = result.import_milliseconds
    version = f" {result.version}" if result.version else ""
    is_part = times is None
    return (
        f"{result.package.title}{version}",
        f"{result.faultless} of {result.total}" if is_part else str(result.faultless),
        str(result.formulas_with("nothing")),
        str(result.formulas_with("latex")),
        str(result.formulas_with("symbol", "mark")),
        "not measured" if is_part else str(result.formulas_with("grouping")),
        str(result.fitting),
        "–" if times is None else f"{times:.2f}",
        "–" if imports is None else f"{imports[0]:.0f} ({imports[1]:.0f})",
        "–" if memory is None else f"{memory:.1f}",
    )


def page(results: Sequence[Result], *, python: str, pairs: int) -> str:
    """The page `docs/mathematics-compared.md`."""
    count = results[0].total
    lines = [
        Template(_INTRODUCTION).substitute(count=count, python=python),
        *_markdown(results),
        "",
    ]
    lines += _utftex(results)
    figures = {"count": count, "pairs": f"{pairs:,}", "rounds": ROUNDS, "imports": IMPORTS}
    lines.append(Template(_RULES).substitute(figures))
    lines.append("## What goes wrong\n")
    for result in results:
        lines += _examples_of(result)
    return "\n".join(lines).rstrip() + "\n"


def _markdown(results: Sequence[Result]) -> Iterator[str]:
    yield f"| {' | '.join(_HEADINGS)} |"
    yield f"| --- |{' ---: |' * (len(_HEADINGS) - 1)}"
    for result in results:
        yield f"| {' | '.join(_cells(result))} |"


def _utftex(results: Sequence[Result]) -> list[str]:
    is_recorded = any(r.package.name == "utftex" and r.milliseconds is None for r in results)
    return [_RECORDED] if is_recorded else []


def _examples_of(result: Result) -> Iterator[str]:
    """The shortest formulas of each kind of fault."""
    yield f"### {result.package.title}\n"
    if not result.faults:
        yield "Nothing was found.\n"
    for kind in KINDS:
        shown: dict[str, Fault] = {}
        for fault in sorted(
            (f for f in result.faults if f.kind == kind), key=lambda f: len(f.formula.tex)
        ):
            shown.setdefault(fault.formula.name, fault)
        for fault in list(shown.values())[:_EXAMPLES]:
            yield from _example(fault)


def _example(fault: Fault) -> Iterator[str]:
    what = _WHAT[fault.kind] if fault.detail != "?" else "has `{}` for something:"
    yield f"`{fault.formula.tex}` {what.format(fault.detail)}\n"
    rows = [row.rstrip() for row in fault.output.split("\n")]
    yield "```text"
    yield from (row for row in rows if row)
    yield "```\n"


_INTRODUCTION: Final = """\
# Formulas in a terminal, compared

<!-- Written by `python -m benchmarks.mathematics --write`; do not edit. -->

What packages that turn LaTeX into text make of the $count formulas that our tests have
(`tests/mathtext_corpus`), all in one run ($python). A formula counts once in each column;
fewer is better everywhere but in *no fault found* and *fits*.
"""

_RECORDED: Final = """\
utftex (libtexprintf) is a C program that neither the Python nor the npm index nor Debian has; it
is measured like the others where `utftex` is on the path. It was not, so its row rests on what it
printed for the twenty formulas of `facts.txt` elsewhere (`benchmarks/formulas/utftex.txt`).
"""

_RULES: Final = r"""## How it was measured

Each package runs in a process of its own, as its documentation shows first, without options; ours
at 80 columns. Nobody judged by eye: everything below is counted by `benchmarks/formulas`.

- **prints nothing**: an exception, an empty text, or a message in the formula's place.
- **LaTeX left**: a command with its backslash, `\\`, `$$` or `&` in the text, or more braces than
  the formula shows. `^` and `_` do not count: they are a notation.
- **symbols lost**: each letter, digit, sign, delimiter, name and text has to be there as often as
  it stands in the formula. All alphabets, sizes and places of a letter are one letter, all ways
  to draw or to vary a symbol are that symbol (`ϕ` `φ`, `‖` `∥` `||`, `⟹` `⇒`, `⎛⎜⎝` for `(`), a
  command that is left counts as its symbol, and brackets of matrices and cases are passed over.
  Dropping an accent or a root, so that the formula without it looks the same, counts here too; so
  does a `?` in a symbol's place. In ASCII, symbols have to be there as ASCII spells them;
  delimiters and large operators, which a few strokes draw, are passed over.
- **ambiguous**: for each formula, others are made that differ only in where one group ends:
  `e^{-t/(b-a)}` and `e^{-t}/(b-a)`, `\frac{a}{bc}` and `\frac{a}{b}c`, `\sqrt{x+y}` and
  `\sqrt{x}+y`, `x_i` and `x^i`, `x_i^2` and `x_{i^2}`, the cells of a matrix, …; $pairs in all,
  each of which KaTeX compiles and means something else. A package that prints the same for both
  cannot be read rightly. Drawings are compared row by row; in a line blanks do not count.
  Left out is what may mean the same (`2\frac{a}{b}` and `\frac{2a}{b}`), what TeX prints alike
  (`ab^2` and `{ab}^2`), and what is usage (a hat over a letter or over the letter with its index).
- **fits 80 columns**: no row is wider. Ours breaks what is too wide.
- **ms a formula**: the median of $rounds rounds over all $count, warm, packages in turn within each
  round; what we remember of whole formulas is cleared before each formula. mathra makes a picture,
  speech and braille in the same call; there is no way to have the text alone.
- **import**: the shortest (and the median) of $imports new processes, over a Python that has
  imported nothing else, with compiled bytecode, packages in turn.
- **memory**: the highest of the process while it imports the package and renders all $count, beyond
  what Python took before.

*No fault found* does not mean beautiful: it means that nothing of this was found.
"""
