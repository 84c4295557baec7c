"""It never makes you wait: what is imported on the way to `--help` and to the first card."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.study_fixtures import Place, place

__all__ = ["place"]
HEAVY = {"sqlalchemy", "genanki", "pydantic", "yaml", "numpy", "fsrs", "markdown_it", "rich"}
UNTIL_THE_FIRST_CARD = {"sqlalchemy", "genanki", "yaml", "markdown_it", "numpy", "fsrs"}

HELP = """
import sys
from mlready.cli.main import main
sys.argv = ["mlready", "--help"]
try:
    main()
except SystemExit:
    pass
print("MODULES", *sys.modules)
"""

# The modules at the moment the first card has been written.
FIRST_CARD = """
import sys
from mlready.cli.main import main
from mlready.terminal.display import Display
write = Display.write
def spy(display, text):
    write(display, text)
    if "When is there no set" in text:
        Display.write = write
        print("MODULES", *sys.modules)
Display.write = spy
sys.argv = ["mlready", "review"]
main()
"""

# An operating system without the modules for Unix terminals.
WITHOUT_UNIX = """
import sys
for name in ("termios", "tty", "fcntl", "pty", "readline"):
    sys.modules[name] = None
import importlib, pkgutil
import mlready
for found in pkgutil.walk_packages(mlready.__path__, "mlready."):
    importlib.import_module(found.name)
print("MODULES", *sys.modules)
"""


def modules_after(program: str, place: Place) -> set[str]:
    """The top-level modules that a program names after MODULES."""
    done = subprocess.run(
        [sys.executable, "-c", program],
        env=place.env,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    (line,) = [line for line in done.stdout.splitlines() if line.startswith("MODULES")]
    return {name.split(".")[0] for name in line.split()[1:]}


def test_help_imports_nothing_heavy(place: Place) -> None:
    assert modules_after(HELP, place) & HEAVY == set()


def test_the_first_card_of_a_warm_store_waits_for_nothing_heavy(place: Place) -> None:
    assert place.run("sync").returncode == 0
    found = modules_after(FIRST_CARD, place)
    assert found & UNTIL_THE_FIRST_CARD == set()
    assert "sqlite3" in found


WARM = (
    "status", "list", "show sets", "next", "why sets", "goal", "focus", "flags", "search sets",
)  # fmt: skip


@pytest.mark.parametrize("command", WARM)
def test_reading_a_warm_store_needs_no_sqlalchemy(place: Place, command: str) -> None:
    assert place.run("sync").returncode == 0
    program = HELP.replace('"--help"', ", ".join(f'"{word}"' for word in command.split()))
    assert modules_after(program, place) & UNTIL_THE_FIRST_CARD == set()


def test_every_module_imports_without_unix(place: Place) -> None:
    assert "mlready" in modules_after(WITHOUT_UNIX, place)


# What is imported for mathematics beyond what was there already.
MATHEMATICS = """
import sys
before = set(sys.modules)
from mlready.mathtext.rendering import render_display, render_inline
render_inline("x_i^2")
print("MODULES", *(set(sys.modules) - before))
"""


def test_mathematics_imports_nothing_that_takes_long(place: Place) -> None:
    found = modules_after(MATHEMATICS, place)
    assert found & {"re", "typing", "enum", "dataclasses", "inspect", "rich"} == set()
