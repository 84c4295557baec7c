"""What it costs to break a formula before one of its things."""

from __future__ import annotations

from mlready.mathtext.symbols import BIN, CLOSE, OP, OPEN, ORD, PUNCT, REL, Symbol
from mlready.mathtext.tree import Fenced, Node, Scripts, Words

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final


QUAD: Final = 18  # mu; so much room parts statements
LATER_CLAUSE: Final = 5.0  # before a relation behind a quad: it goes on with another statement

_DEEPER: Final = 18.0  # for each pair of delimiters that is open
_JUXTAPOSED: Final = 45.0
_BETWEEN_FACTORS: Final = 22.0  # with delimiters around them
_BEFORE_ARGUMENT: Final = 80.0
_AFTER_FUNCTION: Final = 120.0  # what a sum or a logarithm is of belongs on its line
_BEFORE_FUNCTION: Final = 20.0
_COSTS: Final = {REL: 0.0, BIN: 7.0}
_BARS: Final = frozenset("∣‖")
_BEFORE_BAR: Final = 30.0  # what is given belongs to what it is given for
_IMPLICATIONS: Final = frozenset("⇒⇐⇔⟹⟸⟺")
_BEFORE_IMPLICATION: Final = -6.0  # whole statements stand on both sides
_AFTER_COMMA: Final = 9.0
_AMONG_ARGUMENTS: Final = 8.0  # more for a comma within delimiters
_AFTER_CLAUSE: Final = -4.0  # a quad, with a comma or the like before it or without
_BEFORE_WORDS: Final = -3.5
_AFTER_WORDS: Final = 3.0  # with a quad behind them: they speak of what follows
_BLANK: Final = 5  # mu; `\;` and what is wider
_CONNECTIVES: Final = frozenset(
    ("and", "but", "for", "if", "iff", "or", "otherwise", "s.t.", "subject", "such", "when")
)
_PREFIXES: Final = frozenset("∇∂")


def cost_before(
    node: Node, before: Node, kinds: tuple[int, int], space: int, depth: int
) -> float | None:
    """What a break between two things costs; None if there may be none.

    Args:
        node: the thing on the right.
        before: the thing on the left.
        kinds: what the left one is to its right, and the right one to its left.
        space: the room between them that was asked for, in mu.
        depth: how many delimiters are open around them.
    """
    left, right = kinds
    if right in {CLOSE, PUNCT} or left == OPEN:
        return None
    cost = _cost_at_space(before, left, space)
    if isinstance(node, Symbol) and node.text in _IMPLICATIONS:
        cost = _BEFORE_IMPLICATION
    elif cost is None and right in _COSTS and left not in {BIN, REL}:
        is_bar = isinstance(node, Symbol) and node.text in _BARS
        cost = _BEFORE_BAR if is_bar else _COSTS[right]
    if cost is None:
        cost = _cost_within_term(node, before, kinds, space)
    if cost == _AFTER_COMMA and depth:
        cost += _AMONG_ARGUMENTS
    return None if cost is None else cost + _DEEPER * depth


def _cost_within_term(node: Node, before: Node, kinds: tuple[int, int], space: int) -> float | None:
    """What a break costs between things that belong together."""
    left, right = kinds
    if left in {BIN, REL}:
        return None
    if _is_clause(node, space):
        return _BEFORE_WORDS
    if (left == OP and right != OP) or _is_prefix(before):
        return _AFTER_FUNCTION
    if right == OP:
        return _BEFORE_FUNCTION if left != OP else _JUXTAPOSED
    if right == OPEN and left == CLOSE:
        return _BETWEEN_FACTORS
    return _BEFORE_ARGUMENT if left == ORD and _is_argument(node) else _JUXTAPOSED


def cost_before_middle(depth: int) -> float:
    """What a break costs before a bar in the middle of delimiters."""
    return _BEFORE_BAR + _DEEPER * depth


def _is_argument(node: Node) -> bool:
    """Whether round parentheses begin here, as those of `f(x)`; `E[x]` is easier to part."""
    base = node.base if isinstance(node, Scripts) else node
    sign = base.left if isinstance(base, Fenced) else base
    return isinstance(sign, Symbol) and sign.text == "("


def _is_prefix(node: Node) -> bool:
    base = node.base if isinstance(node, Scripts) else node
    return isinstance(base, Symbol) and base.text in _PREFIXES


def _is_clause(node: Node, space: int) -> bool:
    """Whether words begin something new, as `if`, `and`, `such that` do."""
    if not isinstance(node, Words) or not node.parts or not isinstance(node.parts[0], str):
        return False
    return space >= _BLANK or _first_word(node.parts[0]) in _CONNECTIVES


def _first_word(text: str) -> str:
    return next(iter(text.split()), "")


def _cost_at_space(before: Node, left: int, space: int) -> float | None:
    """What a break costs after a comma or where there is much room; None elsewhere."""
    if left == PUNCT:
        return _AFTER_CLAUSE if space >= QUAD else _AFTER_COMMA
    if space < QUAD:
        return None
    is_sign = left == REL and not (isinstance(before, Symbol) and before.text == ":")
    return _AFTER_WORDS if is_sign or isinstance(before, Words) else _AFTER_CLAUSE
