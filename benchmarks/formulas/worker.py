"""One package in a process of its own: `python worker.py NAME`, requests and answers as JSON lines.

Run by whatever Python has the package; nothing but that package is imported. What a package prints
by itself goes to standard error.
"""

from __future__ import annotations

import json
import os
import resource
import shutil
import subprocess
import sys
import time
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    Render = Callable[[str], str]

_COLUMNS = 80


class NoFormulaError(Exception):
    """The package gave a message in the formula's place."""


def _pylatexenc() -> Render:
    converter = import_module("pylatexenc.latex2text").LatexNodes2Text()
    return lambda tex: str(converter.latex_to_text(rf"\({tex}\)"))


def _unicodeit() -> Render:
    package = import_module("unicodeit")
    return lambda tex: str(package.replace(tex))


def _flatlatex() -> Render:
    converter = import_module("flatlatex").converter()
    return lambda tex: str(converter.convert(tex))


def _texicode() -> Render:
    package = import_module("texicode.pipeline")

    def render(tex: str) -> str:
        text = str(package.render_tex(tex, False, False, "raw", {"fonts": "serif"}))
        if text.startswith("TeXicode: "):
            raise NoFormulaError(text)
        return text

    return render


def _mathra() -> Render:
    package = import_module("mathra")
    return lambda tex: str(package.render(tex)["text"])


def _utftex() -> Render:
    program = shutil.which("utftex") or "utftex"

    def render(tex: str) -> str:
        done = subprocess.run([program, tex], capture_output=True, text=True, check=False)
        if done.returncode or "ERROR" in done.stderr:
            raise NoFormulaError(done.stderr.strip())
        return done.stdout

    return render


def _ours(form: str) -> Render:
    package = import_module("mlready.mathtext.rendering")

    def render(tex: str) -> str:
        # Whole formulas are remembered, for screens that are drawn again; that is not measured.
        package.parse.cache_clear()
        package.render_display.cache_clear()
        return "\n".join(package.render_display(tex, _COLUMNS, form).rows)

    return render


PACKAGES: dict[str, Callable[[], Render]] = {
    "mlready": lambda: _ours("unicode"),
    "mlready-linear": lambda: _ours("linear"),
    "mlready-ascii": lambda: _ours("ascii"),
    "pylatexenc": _pylatexenc,
    "unicodeit": _unicodeit,
    "flatlatex": _flatlatex,
    "texicode": _texicode,
    "mathra": _mathra,
    "utftex": _utftex,
}


def main(name: str) -> None:
    """Say how much memory there was before the package came, then answer requests."""
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    sys.stdout = sys.stderr
    before = _peak_of_memory()
    render = PACKAGES[name]()
    print(json.dumps(before), file=answers, flush=True)
    for line in sys.stdin:
        request = json.loads(line)
        print(json.dumps(_answer(request, render)), file=answers, flush=True)


def _answer(request: dict[str, Any], render: Render) -> object:
    """Outputs, each a text or null and what went wrong; or seconds for all; or bytes of memory."""
    formulas = request["formulas"]
    if request["do"] == "render":
        return [_try(render, tex) for tex in formulas]
    if request["do"] == "time":
        begun = time.perf_counter()
        for tex in formulas:
            _try(render, tex)
        return time.perf_counter() - begun
    return _peak_of_memory()


def _try(render: Render, tex: str) -> list[str | None]:
    try:
        text = render(tex)
    except NoFormulaError as error:
        return [None, str(error)]
    except Exception as error:  # noqa: BLE001 - whatever a package raises is its answer
        return [None, f"{type(error).__name__}: {error}"]
    return [text, ""] if text.strip() else [None, "nothing came out"]


def _peak_of_memory() -> int:
    """The most memory this process had, in bytes, without what its parent had."""
    status = Path("/proc/self/status")
    if status.exists():
        for line in status.read_text().splitlines():
            if line.startswith("VmHWM"):
                return int(line.split()[1]) * 1024
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


if __name__ == "__main__":
    main(sys.argv[1])
