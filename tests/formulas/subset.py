"""The documented subset of LaTeX: a formula for each command, and the page that lists them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from mlready.mathtext.alphabets import ALPHABETS
from mlready.mathtext.commands import (
    ACCENTS,
    ALIGNMENTS,
    ARROWS,
    BIG_KINDS,
    BIG_SIZES,
    BRACES,
    CLASSES,
    FRACTIONS,
    INFIX_FRACTIONS,
    LIMITS,
    MATRICES,
    MODULI,
    PHANTOMS,
    SPACES,
    STACKS,
    STARRED,
    STYLES,
    TEXTS,
)
from mlready.mathtext.reading.parser import known_commands
from mlready.mathtext.symbols import (
    BIG_OPERATORS,
    BIN,
    CLOSE,
    DELIMITER_COMMANDS,
    OPEN,
    REL,
    SYMBOLS,
    Symbol,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


class Section(NamedTuple):
    """Commands that belong together, each with a formula that shows it."""

    title: str
    examples: dict[str, str]


def _each(names: Iterable[str], pattern: str) -> dict[str, str]:
    """The same formula with each of some commands in the place of @."""
    return {name: pattern.replace("@", f"\\{name}") for name in names}


def _sized(name: str) -> str:
    """A delimiter of a given size, with its partner where it has one."""
    size, kind = name.rstrip("lrm"), name[-1]
    if kind in "lr":
        return rf"\{size}l(a\{size}r)"
    return rf"a\{name}|b"


_SIZES: Final = [f"{size}{kind}" for kind in BIG_KINDS for size in BIG_SIZES]
STRUCTURES: Final = (
    Section(
        "Fractions and roots",
        _each([*FRACTIONS], r"@{a}{b}")
        | _each([*INFIX_FRACTIONS], r"{a @ b}")
        | {"sqrt": r"\sqrt[n]{a}"},
    ),
    Section("Accents", _each([*ACCENTS], r"@{x}")),
    Section(
        "Above and below",
        {name: rf"\{name}{{a+b}}{'^' if over else '_'}{{c}}" for name, over in BRACES.items()}
        | _each(sorted(STACKS), r"@{a}{=}")
        | _each([*ARROWS], r"@[a]{b}")
        | {"substack": r"\sum_{\substack{i<n\\j<m}} a"}
        | _each([*LIMITS], r"\sum@_{i}^{n} a"),
    ),
    Section(
        "Alphabets", {name: rf"\{name}{{{'R' if 'bb' in name else 'A'}}}" for name in ALPHABETS}
    ),
    Section(
        "Text and names",
        _each(sorted(TEXTS), r"@{if }x")
        | {"operatorname": r"\operatorname{rank}A"}
        | _each(sorted(MODULI), r"a@{n}"),
    ),
    Section(
        "Delimiters that grow",
        dict.fromkeys(("left", "middle", "right"), r"\left(\frac{a}{b}\middle|c\right)")
        | {name: _sized(name) for name in _SIZES},
    ),
    Section(
        "Other",
        {"boxed": r"\boxed{a}", "not": r"a\not=b", "tag": r"a\tag{1}"}
        | {"color": r"\color{red}a", "textcolor": r"\textcolor{red}{a}"}
        | _each(sorted(PHANTOMS), r"a@{b}c")
        | _each([*CLASSES], r"a@{b}c")
        | _each([*STYLES], r"{@ a}")
        | {"begin": r"\begin{matrix}a\end{matrix}", "end": r"\begin{matrix}a\end{matrix}"}
        | {"hline": r"\begin{array}{c}a\\\hline b\end{array}"},
    ),
    Section("Spaces", _each([*SPACES], "a@ b")),
)
IGNORED: Final = Section(
    "Without effect here",
    {
        "notag": r"\begin{align*}a\notag\end{align*}",
        "nonumber": r"\begin{align*}a\nonumber\end{align*}",
    }
    | {"mathstrut": r"a\mathstrut b"},
)


def _environments() -> dict[str, str]:
    names = [*MATRICES, *ALIGNMENTS, *(f"{name}*" for name in sorted(STARRED))]
    columns = {"array": "{c|c}", "alignedat": "{1}"}
    shown: dict[str, str] = {}
    for name in names:
        body = "a" if name.startswith(("gather", "equation")) else r"a&b\\c&d"
        shown[name] = rf"\begin{{{name}}}{columns.get(name, '')}{body}\end{{{name}}}"
    return shown


ENVIRONMENTS: Final = Section("Environments", _environments())


def _example(name: str, symbol: Symbol) -> str:
    """A formula in which a symbol stands as it usually does."""
    if symbol.kind in {BIN, REL}:
        return rf"a\{name} b"
    if name in BIG_OPERATORS:
        return rf"\{name}_{{i}}^{{n}} a"
    if symbol.kind == OPEN:
        return rf"\{name} a"
    return rf"a\{name}" if symbol.kind == CLOSE else rf"\{name} "


SYMBOL_EXAMPLES: Final = Section("Symbols", {n: _example(n, s) for n, s in SYMBOLS.items()})


def find_examples() -> Iterator[tuple[str, str]]:
    """A formula for every command, every environment and every delimiter, and what it shows."""
    for section in (*STRUCTURES, IGNORED, SYMBOL_EXAMPLES):
        for name, tex in section.examples.items():
            yield f"\\{name}", tex
    for name, tex in ENVIRONMENTS.examples.items():
        yield f"environment {name}", tex
    for name in sorted(DELIMITER_COMMANDS):
        yield f"delimiter \\{name}", rf"\left\{name} a\right."
        yield f"delimiter \\{name}", rf"\bigl\{name} a\bigr\{name}"
    for name, alphabet in ALPHABETS.items():
        letters = "R" if alphabet.name in {"bb", "cal", "scr"} else r"aR1\Gamma"
        yield f"alphabet \\{name}", rf"\{name}{{{letters}}}"


def undocumented() -> set[str]:
    """Commands that are known and have no example; none, if the page is whole."""
    shown = {name for section in (*STRUCTURES, IGNORED) for name in section.examples}
    return set(known_commands()) - shown - set(SYMBOLS)
