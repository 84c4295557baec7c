"""The packages that are compared: where they come from, and how to talk to their processes."""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import sys
import venv
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from benchmarks.timing import clean_environment

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import TracebackType
    from typing import Self

_HERE: Final = Path(__file__).parent
_ROOT: Final = _HERE.parents[1]
_REQUIREMENTS: Final = _HERE / "requirements.txt"
ENVIRONMENT: Final = _ROOT / ".venv" / "formulas"


class Package(NamedTuple):
    """One row of the table.

    Attributes:
        name: as `worker.py` knows it.
        title: as the table shows it.
        module: what is imported to use it.
        is_drawn: whether it uses several rows for one, as drawings do.
        is_ours: whether it runs in our own environment.
    """

    name: str
    title: str
    module: str
    is_drawn: bool = False
    is_ours: bool = False

    @property
    def is_ascii(self) -> bool:
        """Whether it spells symbols in ASCII."""
        return self.name.endswith("ascii")


class Output(NamedTuple):
    """What a package printed for a formula; None and the reason if it printed nothing."""

    text: str | None
    error: str


_OURS: Final = "mlready.mathtext.rendering"
PACKAGES: Final = (
    Package("mlready", "mlready, in two dimensions", _OURS, is_drawn=True, is_ours=True),
    Package("mlready-linear", "mlready, on one line", _OURS, is_ours=True),
    Package("mlready-ascii", "mlready, in ASCII", _OURS, is_drawn=True, is_ours=True),
    Package("mathra", "mathra (`text`)", "mathra"),
    Package("texicode", "TeXicode", "texicode.pipeline", is_drawn=True),
    Package("pylatexenc", "pylatexenc", "pylatexenc.latex2text"),
    Package("flatlatex", "flatlatex", "flatlatex"),
    Package("unicodeit", "unicodeit", "unicodeit"),
)
UTFTEX: Final = Package("utftex", "utftex", "", is_drawn=True)


def find_packages() -> list[Package]:
    """All that can be measured here: utftex, a program, only if it is installed."""
    return [*PACKAGES, *([UTFTEX] if shutil.which("utftex") else [])]


def versions() -> dict[str, str]:
    """The versions of the packages, by their names in small letters."""
    pins = (line.split("==") for line in _REQUIREMENTS.read_text().splitlines() if "==" in line)
    return {name.lower(): version for name, version in pins}


def install() -> None:
    """Make the environment of the other packages, unless it is there already."""
    stamp = ENVIRONMENT / ".installed"
    wanted = hashlib.sha256(_REQUIREMENTS.read_bytes()).hexdigest()
    if stamp.exists() and stamp.read_text() == wanted:
        return
    print(f"Installing the packages to compare with in {ENVIRONMENT} ...", file=sys.stderr)
    venv.create(ENVIRONMENT, with_pip=True, clear=True)
    pip = [_python_of_others(), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*pip, "-r", str(_REQUIREMENTS)], check=True)
    stamp.write_text(wanted)


def _python_of_others() -> str:
    return str(ENVIRONMENT / "bin" / "python")


def python_of(package: Package) -> str:
    """The interpreter that has the package."""
    return sys.executable if package.is_ours else _python_of_others()


def environment_of(package: Package) -> dict[str, str]:
    """The environment its processes run in: compiled bytecode is kept."""
    return clean_environment(**({"PYTHONPATH": str(_ROOT)} if package.is_ours else {}))


class Worker:
    """A package in a process of its own."""

    def __init__(self, package: Package) -> None:
        self._process = subprocess.Popen(
            [python_of(package), "-W", "ignore", str(_HERE / "worker.py"), package.name],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            encoding="utf-8",
            env=environment_of(package),
        )
        self._memory_before: int = self._read()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._process.communicate()

    def render(self, formulas: Sequence[str]) -> list[Output]:
        """What the package makes of each formula."""
        return [Output(*answer) for answer in self._ask("render", formulas)]

    def seconds_for(self, formulas: Sequence[str]) -> float:
        """How long the package takes for all of them."""
        return float(self._ask("time", formulas))

    def memory(self) -> int:
        """The bytes that the process came to have, beyond those it began with."""
        return int(self._ask("memory", ())) - self._memory_before

    def _ask(self, what: str, formulas: Sequence[str]) -> Any:
        assert self._process.stdin is not None
        request = json.dumps({"do": what, "formulas": list(formulas)})
        self._process.stdin.write(f"{request}\n")
        self._process.stdin.flush()
        return self._read()

    def _read(self) -> Any:
        assert self._process.stdout is not None
        return json.loads(self._process.stdout.readline())


def compiled_by_katex(formulas: Sequence[str]) -> list[bool]:
    """Whether KaTeX compiles each; all of them if it is not installed here (`make formulas`)."""
    modules = _ROOT / "tests" / "formulas"
    node = shutil.which("node")
    if node is None or not (modules / "node_modules" / "katex").exists():
        print("KaTeX is not here (make formulas installs it); not asked", file=sys.stderr)
        return [True] * len(formulas)
    done = subprocess.run(
        [node, str(_HERE / "katex.mjs"), str(modules)],
        input="\n".join(map(json.dumps, formulas)),
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=True,
    )
    return [bool(answer) for answer in json.loads(done.stdout)]
