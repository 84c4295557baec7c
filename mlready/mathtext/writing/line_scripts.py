"""Scripts on a line: `xᵢ²`, `x_θ`, `e^(t²/2)`, `∑_(i ∈ S)`, and labels above and below."""

from __future__ import annotations

from mlready.mathtext.grouping import is_number, is_single, is_word, only_thing, things_in
from mlready.mathtext.symbols import OP, ORD, PRIME, Symbol
from mlready.mathtext.tree import (
    Accent,
    Arrow,
    Brace,
    Classed,
    Fenced,
    Fraction,
    Grid,
    Marked,
    Node,
    Root,
    Row,
    Scripts,
    Stack,
    Styled,
    Words,
    kinds_of,
)
from mlready.mathtext.writing.line_grids import write_rows
from mlready.mathtext.writing.line_rows import Line, marked, write, write_row, writes
from mlready.mathtext.writing.line_words import ends_bare
from mlready.mathtext.writing.scripts import subscript, superscript

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final


_STARS: Final = {"∗": "*", "⋆": "star"}  # `V^*` needs no name for it even in ASCII
_SIGNS: Final = frozenset("+−")
# What scripts behind it would seem to belong to a part of.
_LOOSE: Final = (Arrow, Brace, Fraction, Root, Scripts, Stack)


@writes(Scripts)
def _write_scripts(node: Scripts, line: Line) -> str:
    sup = node.sup
    primes = 0
    while sup is not None and sup.items[primes : primes + 1] == (PRIME,):
        primes += 1
    if sup is not None and primes:
        sup = Row(sup.items[primes:]) if len(sup.items) > primes else None
    base = _write_base(node.base, line) + write(PRIME, line) * primes
    return base + write_both(node.sub, sup, line)


def write_both(sub: Row | None, sup: Row | None, line: Line) -> str:
    """Two scripts: `xᵢ²`, `x²_θ` (the 2 behind the letter would seem to be its own), `x_(t,i)²`."""
    small = Line(line.ascii, is_small=True)
    low = high = None
    if not line.ascii:
        low = subscript(sub) if sub is not None else None
        high = superscript(sup) if sup is not None else None
    under, over = low or "", high or ""
    if sub is not None and low is None:
        under = "_" + write_script(sub, small)
    if sup is not None and high is None:
        over = "^" + write_script(sup, small)
    return over + under if high and ends_bare(under) else under + over


def write_script(row: Row, line: Line) -> str:
    """A script behind `_` or `^`: a letter, a word or a number; anything else in parentheses.

    What the author put in parentheses is left as it is if it would need none otherwise: `θ^(t)`.
    """
    things = things_in(row.items)
    only, is_marked = only_thing(row.items)
    if only is not None and (text := _write_apart(only, line)):
        return marked(text) if is_marked else text
    text = write_row(row, line)
    if _is_bare(things, text, line) or _is_bare_in_parentheses(things, text, line):
        return text
    return f"({text})"


def _write_apart(thing: Node, line: Line) -> str:
    """A script that is written otherwise than on the line, or nothing."""
    if isinstance(thing, Grid):
        return f"({write_rows(thing, line)})" if thing.name == "substack" else ""
    if line.ascii and isinstance(thing, Symbol):
        return _STARS.get(thing.text, "")
    if line.ascii and isinstance(thing, Styled):
        letter = thing.body.items[0] if thing.body.items else None
        is_transpose = isinstance(letter, Symbol) and letter.command == "T"
        return "T" if thing.alphabet == "sf" and is_transpose else ""
    return ""


def _is_bare(things: list[Node], text: str, line: Line) -> bool:
    if len(things) != 1:
        return is_number(things)
    thing = things[0]
    if isinstance(thing, Symbol):
        if line.ascii:
            return thing.ascii.isalnum() or thing.text in _SIGNS
        return thing.kind == ORD or len(thing.text) == 1 or thing.text.isalnum()
    if is_word(thing):
        return True
    if isinstance(thing, Styled):
        is_letter = len(thing.body.items) == 1
        return is_letter and (not line.ascii or thing.alphabet in {"rm", "it"})
    return isinstance(thing, Accent) and not line.ascii and not text.endswith(")")


def _is_bare_in_parentheses(things: list[Node], text: str, line: Line) -> bool:
    if not (text.startswith("(") and text.endswith(")")):
        return False
    if len(things) == 1 and isinstance(fenced := things[0], Fenced):
        return len(fenced.parts) == 1 and _is_bare(
            things_in(fenced.parts[0].items), text[1:-1], line
        )
    is_bracketed = isinstance(things[0], Symbol) and isinstance(things[-1], Symbol)
    return is_bracketed and _is_bare(things[1:-1], text[1:-1], line)


def _write_base(node: Node, line: Line) -> str:
    if type(node) is Symbol:
        return node.ascii if line.ascii else node.text
    text = write(node, line)
    things = things_in((node,))
    return f"({text})" if _is_loose(things) else text


def _is_loose(things: list[Node]) -> bool:
    if len(things) != 1:
        return bool(things) and not is_single(things)
    thing = things[0]
    if isinstance(thing, Scripts):
        return thing.sub is not None or thing.sup is not None
    if isinstance(thing, Classed):
        return _is_loose(things_in(thing.body.items))
    if isinstance(thing, Words | Styled):
        is_letter = isinstance(thing, Styled) and len(thing.body.items) < 2
        return not is_letter and not is_word(thing)
    if isinstance(thing, Fenced):
        is_open = not (thing.left.text and thing.right.text)
        return is_open and any(isinstance(item, Grid) for item in thing.parts[0].items)
    return isinstance(thing, _LOOSE)


@writes(Stack)
def _write_stack(node: Stack, line: Line) -> str:
    """Labels above and below, as scripts; behind an operator they are its limits."""
    base = _write_base(node.body, line)
    if kinds_of(node)[0] == OP:
        return base + write_both(node.under, node.over, line)
    small = Line(line.ascii, is_small=True)
    under = "" if node.under is None else f"_({write_row(node.under, small)})"
    over = "" if node.over is None else f"^({write_row(node.over, small)})"
    return base + under + over


_SHAFTS: Final = {
    "rightarrow": ("—", "→", "--", "->"),
    "leftarrow": ("←", "—", "<-", "--"),
    "leftrightarrow": ("←—", "—→", "<--", "-->"),
    "Rightarrow": ("=", "⇒", "==", "=>"),
    "Leftarrow": ("⇐", "=", "<=", "=="),
    "Leftrightarrow": ("⇐=", "=⇒", "<==", "==>"),
    "mapsto": ("—", "↦", "|--", "->"),
    "hookrightarrow": ("—", "↪", "c--", "->"),
}


@writes(Arrow)
def _write_arrow(node: Arrow, line: Line) -> str:
    """An arrow with what stands above it in its shaft, and below it behind it: `—d→_(n → ∞)`."""
    symbol = node.symbol
    shafts = _SHAFTS.get(symbol.command, ("—", symbol.text, "--", symbol.ascii))
    start, end = shafts[2:] if line.ascii else shafts[:2]
    small = Line(line.ascii, is_small=True)
    label = ""
    if node.over is None:
        start, end = write(symbol, line), ""
    else:
        label = write_row(node.over, small)
        things = things_in(node.over.items)
        if not is_single(things) and not (len(things) == 1 and isinstance(things[0], Words)):
            label = f"({label})"
    under = "" if node.under is None else "_" + write_script(node.under, small)
    return start + label + end + under


@writes(Brace)
def _write_brace(node: Brace, line: Line) -> str:
    """`(body)⏟[label]`; where the brace stands is all that its sign says."""
    body = write_row(node.body, line)
    label = "" if node.label is None else f"[{write_row(node.label, line)}]"
    if line.ascii:
        return f"{'overbrace' if node.is_over else 'underbrace'}({body}){label}"
    return f"({body}){'⏞' if node.is_over else '⏟'}{label}"


@writes(Marked)
def _write_marked(node: Marked, line: Line) -> str:
    return write_row(Row((node,)), line)
