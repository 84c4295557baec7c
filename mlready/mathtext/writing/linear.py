r"""A formula on one line, in Unicode or in ASCII, from which one can tell what belongs together.

Parentheses appear where two dimensions would have shown the grouping: around what is more than one
thing in a fraction, a script or under a root, and around a fraction that is multiplied. None that
the author wrote are left out.

    \frac{1}{2}(x+\mu)^\top\Sigma^{-1}(x+\mu)      (1/2)(x + μ)ᵀΣ⁻¹(x + μ)
    \frac{\eta}{\sqrt{\hat v_t}+\epsilon}          η/(√(v̂ₜ) + ϵ)
    \max_{a\in A} x_{t,a}                          max_(a ∈ A) x_(t,a)
"""

from __future__ import annotations

from mlready.mathtext.commands import ACCENTS
from mlready.mathtext.grouping import BARS, is_product, is_single, only_thing, things_in
from mlready.mathtext.symbols import Symbol
from mlready.mathtext.tree import (
    Accent,
    Big,
    Boxed,
    Classed,
    Fenced,
    Fraction,
    Grid,
    Name,
    Node,
    Phantom,
    Root,
    Row,
    Space,
    Style,
    Styled,
    Tagged,
    Unknown,
    Words,
)
from mlready.mathtext.widths import END_OF_MARK, width_of
from mlready.mathtext.writing import line_scripts
from mlready.mathtext.writing.line_grids import equations, is_equations, joined, write_rows
from mlready.mathtext.writing.line_rows import Line, marked, write, write_grouped, write_row, writes
from mlready.mathtext.writing.line_words import plain

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final


__all__ = ["line_scripts", "linear_lines", "linearize", "slashed", "small_line"]

_WIDE_ACCENTS: Final = {
    "widehat": "hat",
    "widetilde": "tilde",
    "overrightarrow": "vec",
}
_OPENING, _CLOSING = "([{⟨⌊⌈", ")]}⟩⌋⌉"


def linearize(node: Node, *, ascii: bool = False) -> str:  # noqa: A002 - as the form is called
    """A formula on one line; rows of equations are parted by semicolons."""
    return joined(linear_lines(node, ascii=ascii))


def linear_lines(node: Node, *, ascii: bool = False) -> list[str]:  # noqa: A002
    """The same with a line for each row of what consists of rows of equations, otherwise one."""
    line = Line(ascii)
    only, is_marked = only_thing((node,))
    label = ""
    if isinstance(only, Tagged):
        label = f"   {write_row(only.label, line)}"
        node = only.body
        only, is_marked = only_thing((node,))
    if isinstance(only, Grid) and is_equations(only):
        lines = equations(only, line)
        lines = [marked(text) for text in lines] if is_marked else lines
    else:
        lines = [write(node, line)]
    lines[-1] += label
    return [plain(text.strip(), is_ascii=ascii) for text in lines]


def small_line(row: Row, *, ascii: bool = False) -> str:  # noqa: A002
    """A script on one line, with fewer blanks."""
    return plain(write_row(row, Line(ascii, is_small=True)).strip(), is_ascii=ascii)


def slashed(fraction: Fraction, *, ascii: bool = False) -> str | None:  # noqa: A002
    """`a/b`, if that takes no parentheses but the author's; otherwise None."""
    parts = (fraction.numerator, fraction.denominator)
    if not fraction.bar or not all(is_single(things_in(part.items)) for part in parts):
        return None
    return plain(_write_fraction(fraction, Line(ascii)), is_ascii=ascii)


@writes(Fraction)
def _write_fraction(node: Fraction, line: Line) -> str:
    if not node.bar:
        return f"({_write_binomial(node, line)})"
    above = things_in(node.numerator.items)
    numerator = write_row(node.numerator, line)
    if not (is_single(above) or is_product(above)):
        numerator = f"({numerator})"
    return f"{numerator}/{write_grouped(node.denominator, line)}"


def _write_binomial(node: Fraction, line: Line) -> str:
    return " choose ".join(
        text if is_single(things) or is_product(things) else f"({text})"
        for things, text in (
            (things_in(part.items), write_row(part, line))
            for part in (node.numerator, node.denominator)
        )
    )


_ROOT_SIGNS: Final = {"3": "∛", "4": "∜"}


@writes(Root)
def _write_root(node: Root, line: Line) -> str:
    body = write_row(node.body, line)
    sign = "sqrt" if line.ascii else "√"
    if node.degree is None:
        return f"{sign}({body})"
    degree = write_row(node.degree, line)
    if not line.ascii and degree in _ROOT_SIGNS:
        return f"{_ROOT_SIGNS[degree]}({body})"
    return f"{sign}[{degree}]({body})"


@writes(Fenced)
def _write_fenced(node: Fenced, line: Line) -> str:
    left, right = write(node.left, line), write(node.right, line)
    things = things_in(node.parts[0].items)
    only, is_marked = only_thing(node.parts[0].items) if len(node.parts) == 1 else (None, False)
    text = ""
    if isinstance(only, Grid):
        text = _write_fenced_grid(left, only, right, line)
    elif isinstance(only, Fraction) and not only.bar and left + right == "()":
        text = write(only, line)
    if text:
        return marked(text) if is_marked else text
    inner = write_row(node.parts[0], line)
    for sign, part in zip(node.middles, node.parts[1:], strict=True):
        inner = f"{inner} {write(sign, line)} {write_row(part, line)}"
    is_open = not (left and right) and (len(node.parts) > 1 or not is_single(things))
    if is_open or ((node.left.text in BARS or node.right.text in BARS) and _has_bar(inner)):
        inner = f"({inner})"
    return f"{left}{inner}{right}"


def _has_bar(text: str) -> bool:
    """Whether a bar within bars could be taken for the closing one."""
    depth = 0
    for character in text:
        depth += (character in _OPENING) - (character in _CLOSING)
        if depth <= 0 and character in BARS:
            return True
    return False


def _write_fenced_grid(left: str, grid: Grid, right: str, line: Line) -> str:
    """A matrix has square brackets whatever its brackets were; a case has braces on both sides."""
    rows = write_rows(grid, line)
    if left + right in {"()", "[]"}:
        return f"[{rows}]"
    if left + right in {"{", "}"}:
        return f"{{ {rows} }}"
    return f"{left}{rows}{right}" if left and right else f"{left}[{rows}]{right}"


@writes(Accent)
def _write_accent(node: Accent, line: Line) -> str:
    text = write_row(node.body, line)
    if not line.ascii and width_of(text) == 1 and len(things_in(node.body.items)) == 1:
        marks = text[len(text.rstrip(END_OF_MARK)) :]
        return text.rstrip(END_OF_MARK) + ACCENTS[node.name] + marks
    return f"{_WIDE_ACCENTS.get(node.name, node.name)}({text})"


@writes(Styled)
def _write_styled(node: Styled, line: Line) -> str:
    text = _spelled(node.body) if node.alphabet in {"rm", "it"} else ""
    text = text or write_row(node.body, line)
    return f"{node.alphabet}({text})" if line.ascii and node.alphabet not in {"rm", "it"} else text


def _spelled(row: Row) -> str:
    """Letters that are a word, as those of an upright `max` are; nothing if there are others."""
    word = ""
    for item in row.items:
        if isinstance(item, Space):
            word += " " * (item.mu > 0)
        elif isinstance(item, Symbol) and item.text.isalnum() and item.text.isascii():
            word += item.text
        else:
            return ""
    return word


@writes(Words)
def _write_words(node: Words, line: Line) -> str:
    return "".join(part if isinstance(part, str) else write_row(part, line) for part in node.parts)


@writes(Name)
def _write_name(node: Name, line: Line) -> str:  # noqa: ARG001
    return node.text


@writes(Unknown)
def _write_unknown(node: Unknown, line: Line) -> str:  # noqa: ARG001
    return node.source


@writes(Space, Phantom)
def _write_nothing(node: Space | Phantom, line: Line) -> str:  # noqa: ARG001
    return ""


@writes(Big)
def _write_big(node: Big, line: Line) -> str:
    return write(node.symbol, line)


@writes(Style)
def _write_body(node: Style, line: Line) -> str:
    return write_row(node.body, line)


@writes(Classed)
def _write_classed(node: Classed, line: Line) -> str:
    """Its content, in parentheses where a slash could reach beyond it."""
    text = write_row(node.body, line)
    return f"({text})" if any(map(_is_bar_of, things_in(node.body.items))) else text


def _is_bar_of(node: Node) -> bool:
    return isinstance(node, Fraction) and node.bar


@writes(Boxed)
def _write_boxed(node: Boxed, line: Line) -> str:
    left, right = ("[[", "]]") if line.ascii else ("⟦", "⟧")
    return f"{left} {write_row(node.body, line)} {right}"


@writes(Tagged)
def _write_tagged(node: Tagged, line: Line) -> str:
    return f"{write_row(node.body, line)}   {write_row(node.label, line)}"
