"""What an author sees of one bad deck, whole; `tests/golden/bad-deck.txt` holds it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from mlready.content.compiling import compile_folder
from mlready.content.folder import DeckFolder, read_folder
from mlready.content.problems import format_problem

if TYPE_CHECKING:
    from collections.abc import Callable

GOLDEN = Path(__file__).parent / "golden"


def test_the_whole_output(deck_folder: Callable[[str], Path]) -> None:
    root = deck_folder((GOLDEN / "bad-deck.input.txt").read_text(encoding="utf-8"))
    folder: DeckFolder = read_folder(root)
    deck, units = compile_folder(folder)
    lines = {path: unit.lines for path, unit in units.items()}
    printed = "\n".join(format_problem(problem, lines) for problem in deck.problems) + "\n"
    assert printed == (GOLDEN / "bad-deck.txt").read_text(encoding="utf-8")
