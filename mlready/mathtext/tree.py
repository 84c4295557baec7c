r"""The tree of a formula: what LaTeX means, before it is known how it will be shown.

Trees are plain nested values. Every way to show a formula (in two dimensions, on a line, in ASCII,
aloud) is made from the same tree; none looks at the LaTeX again. Leaves are `Symbol`s.

    a^2 + \frac{b}{c}
    Row((Scripts(Symbol a, None, Row(Symbol 2)), Symbol +, Fraction(Row(Symbol b), Row(Symbol c))))
"""

from __future__ import annotations

from mlready.mathtext.records import Record
from mlready.mathtext.symbols import CHARACTERS, CLOSE, INNER, OP, OPEN, ORD, Symbol

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final, TypeAlias


class Row(Record):
    """Things side by side. As an item of another row it is a group, and ordinary."""

    items: tuple[Node, ...]


class Styled(Record):
    r"""Letters of another alphabet: `\mathbb{E}`, `\mathbf{w}`, `\mathrm{KL}`.

    Attributes:
        alphabet: bb, cal, frak, bf, bm (bold italic), rm, it, sf, tt or scr.
        body: symbols whose `text` is already that of the alphabet, and whose `ascii` is not.
    """

    alphabet: str
    body: Row


class Words(Record):
    r"""Text within mathematics: `\text{...}`. Formulas in it are rows between texts."""

    parts: tuple[str | Row, ...]


class Name(Record):
    r"""The name of an operator: `\operatorname{softmax}`, `\operatorname*{arg\,max}`."""

    text: str
    limits: bool


class Fraction(Record):
    r"""One thing over another.

    Attributes:
        numerator: above.
        denominator: below.
        bar: whether there is a line between; a binomial coefficient has none.
        style: "" as TeX decides, "display" (`\dfrac`) or "text" (`\tfrac`).
    """

    numerator: Row
    denominator: Row
    bar: bool = True
    style: str = ""


class Root(Record):
    """A root, with its degree if it is not a square root."""

    body: Row
    degree: Row | None = None


class Scripts(Record):
    r"""A thing with a subscript or a superscript or both.

    Attributes:
        base: what they belong to; an empty row if nothing does.
        sub: below, or None.
        sup: above, or None; primes are its first symbols.
        limits: True for `\limits`, False for `\nolimits`, None where TeX decides.
    """

    base: Node
    sub: Row | None
    sup: Row | None
    limits: bool | None = None


class Fenced(Record):
    r"""Something between delimiters that grow with it: `\left( … \middle| … \right)`.

    Attributes:
        left: the delimiter before, with the text "" if it is `.`.
        parts: what stands between the delimiters.
        middles: the delimiters between the parts, one fewer than they are.
        right: the delimiter after.
    """

    left: Symbol
    parts: tuple[Row, ...]
    middles: tuple[Symbol, ...]
    right: Symbol


class Big(Record):
    r"""A delimiter of a given size without a partner: `\big|`, `\Bigm/`."""

    symbol: Symbol
    kind: int


class Accent(Record):
    r"""A mark above or below something: `\hat x`, `\overline{AB}`.

    Attributes:
        name: the command: hat, widehat, bar, overline, underline …
        body: what it stands on.
    """

    name: str
    body: Row


class Brace(Record):
    r"""A brace above or below something, with its label: `\underbrace{…}_{…}`."""

    body: Row
    label: Row | None
    is_over: bool


class Stack(Record):
    r"""Something with small things above and below it: `\overset`, `\underset`, `\stackrel`."""

    body: Row
    over: Row | None
    under: Row | None


class Arrow(Record):
    r"""An arrow as long as its labels: `\xrightarrow[under]{over}`."""

    symbol: Symbol
    over: Row | None
    under: Row | None


class Grid(Record):
    r"""Rows and columns: matrices, cases, aligned equations, `\substack`.

    Attributes:
        name: the environment, without its star.
        rows: of cells.
        columns: one of "l", "c", "r" for each column.
        rules: the columns before which a vertical rule stands (as many as columns: after the last).
        lines: the rows above which a horizontal rule stands (as many as rows: below the last).
        tags: what stands at the end of rows, by row.
    """

    name: str
    rows: tuple[tuple[Row, ...], ...]
    columns: str
    rules: tuple[int, ...] = ()
    lines: tuple[int, ...] = ()
    tags: tuple[tuple[int, Row], ...] = ()


class Space(Record):
    """Room between things.

    Attributes:
        mu: its width, 18 to the em; negative where things move together.
    """

    mu: int


class Style(Record):
    r"""What follows in another size: `\displaystyle`, `\textstyle`, `\scriptstyle`."""

    name: str
    body: Row


class Classed(Record):
    r"""Something that is spaced like another kind of atom: `\mathrel{…}`, `\mathop{…}`."""

    kind: int
    body: Row


class Phantom(Record):
    r"""Room for something that does not show: `\phantom`, `\hphantom`, `\vphantom`."""

    name: str
    body: Row


class Boxed(Record):
    r"""Something in a frame: `\boxed`."""

    body: Row


class Marked(Record):
    """Something that the caller wants to find again in the output."""

    body: Row


class Tagged(Record):
    r"""A displayed formula with its tag: `\tag{1}`; the label has its parentheses."""

    body: Row
    label: Row


class Unknown(Record):
    """LaTeX outside the documented subset, shown as its source."""

    source: str


Node: TypeAlias = (
    "Symbol | Row | Styled | Words | Name | Fraction | Root | Scripts | Fenced | Big"
    " | Accent | Brace | Stack | Arrow | Grid | Space | Style | Classed | Phantom"
    " | Boxed | Marked | Tagged | Unknown"
)

EMPTY_ROW = Row(())


def in_parentheses(node: Node) -> Fenced:
    """Something between parentheses, as binomial coefficients have them."""
    return Fenced(CHARACTERS["("], (Row((node,)),), (), CHARACTERS[")"])


def kinds_of(node: Node) -> tuple[int, int]:
    """What a node is to its neighbour on the left, and to the one on the right."""
    match node:
        case Symbol() | Classed() | Big():
            kinds = node.kind, node.kind
        case Scripts():
            kinds = kinds_of(node.base)
        case Stack() | Phantom() | Styled():
            kinds = _kinds_within(node.body)
        case Marked() | Style() if node.body.items:  # as if there were no mark and no size
            kinds = kinds_of(_at_edge(node, 0))[0], kinds_of(_at_edge(node, -1))[1]
        case Arrow():
            kinds = node.symbol.kind, node.symbol.kind
        case _:
            kinds = _KINDS.get(type(node), (ORD, ORD))
    return kinds


_KINDS: Final[dict[type[object], tuple[int, int]]] = {
    Fenced: (OPEN, CLOSE),
    Name: (OP, OP),
    Fraction: (INNER, INNER),
}


def _at_edge(node: Node, edge: int) -> Node:
    """What stands first (0) or last (-1) within marks and sizes."""
    while isinstance(node, Marked | Style) and node.body.items:
        node = node.body.items[edge]
    return node


def _kinds_within(row: Row) -> tuple[int, int]:
    """Of a row that is only one thing, what that thing is; otherwise ordinary."""
    things = [item for item in row.items if not isinstance(item, Space)]
    return kinds_of(things[0]) if len(things) == 1 else (ORD, ORD)
