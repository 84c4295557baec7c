"""The wheel, installed with no checkout and only what it declares, does the main things."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

# One worker: the environment is built once, and one command prepares for the next.
pytestmark = pytest.mark.xdist_group("wheel")

ROOT = Path(__file__).resolve().parents[1]


def run(*command: str | Path, cwd: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("MLREADY_", "PYTHON"))}
    return subprocess.run(
        [str(part) for part in command],
        cwd=cwd,
        env=kept | environment,
        capture_output=True,
        text=True,
        check=False,
        stdin=subprocess.DEVNULL,
        timeout=300,
    )


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An environment with nothing but the wheel and what it asks for."""
    folder = tmp_path_factory.mktemp("installed")
    pip = ("-m", "pip", "--disable-pip-version-check", "--quiet")
    built = run(sys.executable, *pip, "wheel", "--no-deps", "-w", folder, ROOT, cwd=folder)
    assert built.returncode == 0, built.stderr
    wheel = next(folder.glob("*.whl"))
    venv = folder / "environment"
    assert run(sys.executable, "-m", "venv", venv, cwd=folder).returncode == 0
    python = venv / "bin" / "python"
    constraints = ROOT / "constraints.txt"
    done = run(python, *pip, "install", wheel, "-c", constraints, cwd=folder)
    assert done.returncode == 0, done.stderr
    return venv / "bin" / "mlready"


# In this order: what one prepares, another one looks at.
COMMANDS = (
    "--version",
    "--help",
    "check",
    "review",
    "status --json",
    "list cards",
    "show hoeffdings-inequality/statement",
    "export deck.apkg",
    "rebuild",
    "new mine",
    "check mine",
    "schema questions",
)


def test_installed_commands(installed: Path, tmp_path: Path) -> None:
    home = str(tmp_path / "home")
    for arguments in COMMANDS:
        done = run(installed, *arguments.split(), cwd=tmp_path, MLREADY_HOME=home)
        assert done.returncode == 0, f"{arguments}: {done.stderr}"
        assert "Traceback" not in done.stderr


def test_nothing_is_broken(installed: Path) -> None:
    """The declared dependencies fit each other."""
    python = installed.with_name("python")
    done = run(python, "-m", "pip", "check", cwd=installed.parent)
    assert done.returncode == 0, done.stdout


def test_pages_find_what_they_are_made_of(installed: Path, tmp_path: Path) -> None:
    """The typesetter's files are in the wheel, so `v` works with no checkout and no network."""
    code = "from mlready.terminal.typeset.card_html import _folder; print(_folder())"
    done = run(installed.with_name("python"), "-c", code, cwd=tmp_path)
    folder = Path(done.stdout.strip())
    for name in (
        "page.css",
        "page.js",
        "katex/katex.min.js",
        "katex/katex.min.css",
        "katex/LICENSE",
    ):
        assert (folder / name).is_file(), name
    assert list((folder / "katex" / "fonts").glob("*.woff2"))
