"""The blanks between the things of a row, held against the table of The TeXbook, chapter 18."""

from __future__ import annotations

import pytest

from mlready.mathtext.reading.parser import parse
from mlready.mathtext.spacing import columns, gaps
from mlready.mathtext.symbols import SYMBOLS, Symbol
from mlready.mathtext.tree import Fraction, Name, Node, Row, Scripts, Space

KINDS = ["ORD", "OP", "BIN", "REL", "OPEN", "CLOSE", "PUNCT", "INNER"]

# As it is printed, but for what stands behind INNER things and before a comma:
# 0 none, 1 thin, 2 medium, 3 thick, parentheses where scripts have none, and a
# star where it cannot happen.
TABLE = """
      ORD  OP   BIN  REL  OPEN CLOSE PUNCT INNER
ORD   0    1    (2)  (3)  0    0     0     (1)
OP    1    1    *    (3)  0    0     0     (1)
BIN   (2)  (2)  *    *    (2)  *     *     (2)
REL   (3)  (3)  *    0    (3)  0     0     (3)
OPEN  0    0    *    0    0    0     0     0
CLOSE 0    1    (2)  (3)  0    0     0     (1)
PUNCT (1)  (1)  *    (1)  (1)  (1)   (1)   (1)
INNER (1)  1    (2)  (3)  (1)  0    0     (1)
"""
CELLS = [
    (left, right, cell)
    for left, *cells in (line.split() for line in TABLE.strip().splitlines()[1:])
    for right, cell in zip(KINDS, cells, strict=True)
    if cell != "*"
]


def thing(kind: str) -> Symbol:
    return Symbol("x", KINDS.index(kind), "x", "x")


@pytest.mark.parametrize(("left", "right", "cell"), CELLS)
def test_the_table(left: str, right: str, cell: str) -> None:
    # Something on both sides, so that a binary operator stays one.
    row = [thing("ORD"), thing(left), thing(right), thing("ORD")]
    assert gaps(row, in_script=False)[2] == (0 if cell == "0" else 1)
    assert gaps(row, in_script=True)[2] == (0 if "(" in cell or cell == "0" else 1)


def spaced(tex: str, *, in_script: bool = False) -> str:
    """A row of symbols with its blanks; what is no symbol shows as a square."""
    items = parse(tex).tree.items
    texts = ["" if isinstance(item, Space) else _shown(item) for item in items]
    blanks = gaps(items, in_script=in_script)
    return "".join(" " * blank + text for blank, text in zip(blanks, texts, strict=True))


def _shown(item: Node) -> str:
    return item.text if isinstance(item, Symbol | Name) else "□"


@pytest.mark.parametrize(
    ("tex", "expected"),
    [
        ("a+b", "a + b"),
        ("-x", "−x"),
        ("a=-b", "a = −b"),
        ("(-x)", "(−x)"),
        ("a,-b", "a, −b"),
        (r"a\cdot-b", "a · −b"),
        (r"f(\cdot,x)", "f(·, x)"),
        (r"p(\cdot\mid x)", "p(· ∣ x)"),
        ("a:=b", "a := b"),
        ("a/b", "a/b"),
        (r"a/\log b", "a/log b"),
        ("a/-b", "a/−b"),
        (r"-\log x", "−log x"),
        (r"-\sum x", "−∑ x"),
        (r"-\frac12", "−□"),
        (r"a-\frac12", "a − □"),
        ("x{,}y", "x□y"),
        ("x^2+y^2", "□ + □"),
    ],
)
def test_signs(tex: str, expected: str) -> None:
    assert spaced(tex) == expected


@pytest.mark.parametrize(
    ("tex", "expected"),
    [
        (r"\log x", "log x"),
        (r"\log(x)", "log(x)"),
        (r"2\log x", "2 log x"),
        (r"x\log x", "x log x"),
        (r"\operatorname{Var} X", "Var X"),
        (r"\mathrm{tr}A", "□ A"),
        (r"\mathrm{tr}(A)", "□(A)"),
        (r"\mathrm{tr}+1", "□ + 1"),
        (r"\mathrm{d}x", "□x"),
        (r"\foo x", "□ x"),
    ],
)
def test_words(tex: str, expected: str) -> None:
    assert spaced(tex) == expected


@pytest.mark.parametrize(
    ("tex", "expected"),
    [
        ("|-x|", "|−x|"),
        ("|x|-|y|", "|x| − |y|"),
        (r"\|\log x\|^2-1", "‖log x□ − 1"),
        ("p(x|-y)", "p(x| − y)"),  # one bar alone is only a sign
        (r"p(x|y)-q(x|y)", "p(x|y) − q(x|y)"),
    ],
)
def test_bars_in_pairs(tex: str, expected: str) -> None:
    assert spaced(tex) == expected


@pytest.mark.parametrize(
    ("tex", "expected"),
    [
        (r"a\,b", "a b"),
        (r"a\!b", "ab"),
        (r"a,\!b", "a,b"),
        (r"a\quad b", "a  b"),
        (r"a\qquad b", "a    b"),
        (r"a,\quad b", "a,  b"),
        (r"a\ =\ b", "a = b"),
        (r"a\,\,\,\,\,\,b", "a  b"),
        (r"\,a\,", "a"),
        (r"\quad a\quad", "  a  "),
        (r"\!a", "a"),
        (r"\quad", "  "),
    ],
)
def test_spaces_that_were_asked_for(tex: str, expected: str) -> None:
    assert spaced(tex) == expected


def test_scripts_have_fewer_blanks() -> None:
    assert spaced("i=1", in_script=True) == "i=1"
    assert spaced("t+1,x", in_script=True) == "t+1,x"
    assert spaced(r"\log n", in_script=True) == "log n"


def test_a_script_is_to_its_neighbours_what_its_base_is() -> None:
    total = Scripts(SYMBOLS["sum"], Row((SYMBOLS["alpha"],)), None)
    half = Fraction(Row(()), Row(()))
    assert gaps([total, SYMBOLS["alpha"]], in_script=False) == [0, 1]
    assert gaps([half, total], in_script=True) == [0, 1]


@pytest.mark.parametrize(
    ("mu", "expected"), [(-3, 0), (0, 0), (1, 1), (12, 1), (18, 2), (21, 2), (36, 4)]
)
def test_columns(mu: int, expected: int) -> None:
    assert columns(mu) == expected
