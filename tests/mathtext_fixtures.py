"""The corpus of formulas, and random ones, for the tests of mathematics in the terminal."""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

from hypothesis import strategies as st

from mlready.mathtext.reading.parser import known_commands

CORPUS = Path(__file__).with_name("mathtext_corpus")


class Formula(NamedTuple):
    """One formula of the corpus."""

    name: str
    tex: str
    is_inline: bool


def read_corpus(path: Path) -> list[Formula]:
    """The formulas of a file: a line `# name  (where from, inline or display)`, then TeX."""
    found = []
    for block in re.split(r"\n\s*\n", path.read_text(encoding="utf-8").strip()):
        head, _, tex = block.partition("\n")
        name = head.removeprefix("#").split()[0]
        found.append(Formula(name, tex.strip(), "inline" in head.rpartition("(")[2]))
    return found


CORPUS_FILES = sorted(CORPUS.glob("*.txt"))
FORMULAS = [formula for path in CORPUS_FILES for formula in read_corpus(path)]

_SCRAPS = [
    *(f"\\{command}" for command in known_commands()),
    *"abxyzXYZ0123456789+-*/=<>()[]|.,;:!?'&~^_{}$#%\"@ \n",
    "\\\\",
    "\\{",
    "\\}",
    "\\|",
    "\\begin{aligned}",
    "\\end{aligned}",
    "\\begin{pmatrix}",
    "\\end{pmatrix}",
    "\\begin{cases}",
    "\\end{cases}",
    "\\begin{array}{c|c}",
    "\\end{array}",
    "\\left(",
    "\\right)",
    "\\frac{a}{b}",
    "x_i^2",
    "{",
    "}",
    "\\unknown",
    "é",
    "\ue000",
    "\ue001",
    "汉",
    "\u0301",
    "\x1b",
    "\u202e",
]
# Anything at all, with what means something to TeX in it.
SOUP = st.lists(st.one_of(st.sampled_from(_SCRAPS), st.text(max_size=3)), max_size=40).map("".join)
