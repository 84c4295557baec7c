"""Every package on every formula of the corpus: what goes wrong, how wide, how fast, how large."""

from __future__ import annotations

import re
import statistics
import subprocess
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from benchmarks.formulas.judging import columns, raw_latex, same_to_a_reader
from benchmarks.formulas.leaves import symbols_lost
from benchmarks.formulas.packages import (
    UTFTEX,
    Output,
    Package,
    Worker,
    compiled_by_katex,
    environment_of,
    find_packages,
    install,
    python_of,
    versions,
)
from benchmarks.formulas.pairs import find_pairs, find_unmarked
from mlready.mathtext.reading.parser import parse
from tests.formulas.generate import read_corpus

if TYPE_CHECKING:
    from collections.abc import Sequence

WIDTH: Final = 80
ROUNDS: Final = 7
IMPORTS: Final = 11
_UTFTEX_OUTPUTS: Final = Path(__file__).with_name("utftex.txt")
_ERROR: Final = "[stderr]"
KINDS: Final = ("nothing", "latex", "symbol", "mark", "grouping")


class Formula(NamedTuple):
    """A formula of the corpus with the formulas it is compared with.

    Attributes:
        name: its file and its name there.
        tex: its source.
        pairs: formulas that mean something else because of one group.
        unmarked: it without an accent or a root.
    """

    name: str
    tex: str
    pairs: tuple[str, ...]
    unmarked: tuple[str, ...]


class Fault(NamedTuple):
    """One thing that is wrong with one output.

    Attributes:
        kind: one of KINDS.
        formula: the formula.
        output: what was printed, or why nothing was.
        detail: what is lost or left over, or the formula that looks the same.
    """

    kind: str
    formula: Formula
    output: str
    detail: str


class Result(NamedTuple):
    """One row of the table.

    Attributes:
        package: what was measured.
        version: of the package; empty for ours.
        total: how many formulas it was given.
        faults: what went wrong.
        fitting: how many outputs fit 80 columns.
        milliseconds: for a formula; None where it was not measured.
        import_milliseconds: the shortest and the median.
        mebibytes: memory that it took for the whole corpus, beyond what Python takes.
    """

    package: Package
    version: str
    total: int
    faults: tuple[Fault, ...]
    fitting: int
    milliseconds: float | None
    import_milliseconds: tuple[float, float] | None
    mebibytes: float | None

    def formulas_with(self, *kinds: str) -> int:
        """How many formulas have a fault of these kinds."""
        return len({fault.formula.name for fault in self.faults if fault.kind in kinds})

    @property
    def faultless(self) -> int:
        """How many formulas have none that can be found by counting."""
        return self.total - self.formulas_with(*KINDS)


def compare(formulas: Sequence[Formula]) -> list[Result]:
    """All packages on the same formulas, in one run."""
    install()
    packages = find_packages()
    results = []
    with ExitStack() as stack:
        workers = [stack.enter_context(Worker(package)) for package in packages]
        judged = [_judge(p, w, formulas) for p, w in zip(packages, workers, strict=True)]
        seconds = _interleaved_seconds(workers, [formula.tex for formula in formulas])
    imports = _interleaved_imports([package for package in packages if package.module])
    for package, (result, memory), rounds in zip(packages, judged, seconds, strict=True):
        times = imports.get(package.name)
        results.append(
            result._replace(
                milliseconds=statistics.median(rounds) / len(formulas) * 1000,
                import_milliseconds=(min(times), statistics.median(times)) if times else None,
                mebibytes=memory / 2**20,
            )
        )
    if UTFTEX not in packages:
        results.append(_recorded_utftex(formulas))
    return results


def find_formulas() -> list[Formula]:
    """The corpus, with those minimal pairs whose other half KaTeX compiles too."""
    corpus = [(name, tex, find_pairs(tex)) for name, tex, _ in read_corpus()]
    every = [pair.tex for *_, pairs in corpus for pair in pairs]
    good = {tex for tex, ok in zip(every, compiled_by_katex(every), strict=True) if ok}
    return [
        Formula(
            name,
            tex,
            tuple(pair.tex for pair in pairs if pair.tex in good),
            tuple(pair.tex for pair in find_unmarked(tex)),
        )
        for name, tex, pairs in corpus
    ]


def _judge(package: Package, worker: Worker, formulas: Sequence[Formula]) -> tuple[Result, int]:
    """What a package makes of the formulas, and the memory it took for them alone."""
    outputs = worker.render([formula.tex for formula in formulas])
    memory = worker.memory()
    others = worker.render([tex for f in formulas for tex in (*f.pairs, *f.unmarked)])
    return judge(package, formulas, outputs, others), memory


def judge(
    package: Package,
    formulas: Sequence[Formula],
    outputs: Sequence[Output],
    others: Sequence[Output],
) -> Result:
    """What is wrong with a package's outputs.

    Args:
        package: the package.
        formulas: what it was given.
        outputs: what it made of each.
        others: what it made of their pairs and of them unmarked, one after the other.
    """
    faults: list[Fault] = []
    at = fitting = 0
    for formula, output in zip(formulas, outputs, strict=True):
        compared = [*formula.pairs, *formula.unmarked]
        beside = list(zip(compared, others[at : at + len(compared)], strict=False))
        at += len(compared)
        if output.text is None:
            faults.append(Fault("nothing", formula, output.error, ""))
            continue
        fitting += columns(output.text) <= WIDTH
        faults += _faults_of(package, formula, output.text, beside)
    version = versions().get(package.name, "")
    return Result(package, version, len(formulas), tuple(faults), fitting, None, None, None)


def _faults_of(
    package: Package, formula: Formula, text: str, beside: Sequence[tuple[str, Output]]
) -> list[Fault]:
    faults = []
    left = raw_latex(formula.tex, text, is_ascii=package.is_ascii)
    if left:
        faults.append(Fault("latex", formula, text, left))
    lost = symbols_lost(parse(formula.tex).tree, text, is_ascii=package.is_ascii)
    if lost:
        faults.append(Fault("symbol", formula, text, lost))
    for tex, (other, _) in beside:
        if other is not None and same_to_a_reader(text, other, is_drawn=package.is_drawn):
            kind = "grouping" if tex in formula.pairs else "mark"
            faults.append(Fault(kind, formula, text, tex))
    return faults


def _interleaved_seconds(workers: Sequence[Worker], formulas: Sequence[str]) -> list[list[float]]:
    """What each takes for all formulas, in turn, A B C A B C, after one round to warm up."""
    rounds = [[worker.seconds_for(formulas) for worker in workers] for _ in range(ROUNDS + 1)]
    return [list(column) for column in zip(*rounds[1:], strict=True)]


def _interleaved_imports(packages: Sequence[Package]) -> dict[str, list[float]]:
    """Milliseconds to import each in a new process that has imported nothing, in turn."""
    found: dict[str, list[float]] = {package.name: [] for package in packages}
    for round_ in range(IMPORTS + 1):
        for package in packages:
            taken = import_milliseconds(package)
            if round_:  # the first compiles bytecode
                found[package.name].append(taken)
    return found


def import_milliseconds(package: Package, before: str = "") -> float:
    """How long the import takes in a new process, after what comes before."""
    program = (
        f"import time{', ' + before if before else ''}; t = time.perf_counter(); "
        f"import {package.module}; print((time.perf_counter() - t) * 1000)"
    )
    done = subprocess.run(
        [python_of(package), "-W", "ignore", "-c", program],
        env=environment_of(package),
        capture_output=True,
        text=True,
        check=True,
    )
    return float(done.stdout.split()[-1])


def _recorded_utftex(formulas: Sequence[Formula]) -> Result:
    """What utftex printed for twenty formulas where it could be had; no pairs, no times."""
    texts = dict(
        re.findall(
            r"^# (\S+)\n(.*?)\n*(?=^# |\Z)",
            _UTFTEX_OUTPUTS.read_text("utf-8"),
            re.MULTILINE | re.DOTALL,
        )
    )
    twenty = [f for f in formulas if f.name.startswith("facts/")]
    outputs = []
    for formula in twenty:
        text = texts[formula.name.removeprefix("facts/")]
        is_error = _ERROR in text
        outputs.append(Output(None if is_error else text, text.rpartition(_ERROR)[2].strip()))
    return judge(UTFTEX, twenty, outputs, [])
