"""Operators with limits, aloud: sums, integrals, maxima, expectations, limits."""

from __future__ import annotations

from typing import Final

from mlready.mathtext.records import Record
from mlready.mathtext.speaking.spoken_neighbours import is_arrow
from mlready.mathtext.speaking.spoken_phrases import NAMES, join
from mlready.mathtext.speaking.spoken_rows import gather, only_thing, without_verbs
from mlready.mathtext.speaking.spoken_scripts import Say, say_script
from mlready.mathtext.symbols import (
    BIG_OPERATORS,
    LIMIT_FUNCTIONS,
    PRIME,
    Symbol,
)
from mlready.mathtext.tree import Name, Node, Row, Scripts, Stack, Styled

_TENDING: Final = frozenset(("lim", "liminf", "limsup"))
_EXTREMA: Final = frozenset(("argmin", "argmax", "arg min", "arg max"))
_EXPECTATIONS: Final = {"E": "expectation", "P": "probability"}


class Operator(Record):
    """An operator with its limits.

    Attributes:
        name: what one says for it.
        command: its command, or "" if it is a name or a letter.
        sub: what stands below it.
        sup: what stands above it.
    """

    name: str
    command: str
    sub: Row | None
    sup: Row | None


def operator_of(node: Node) -> Operator | None:
    """The operator that a node is, with whatever limits it has; None if it is none."""
    if isinstance(node, Scripts):
        found = _bare_operator(node.base)
        if found is None or (node.sup is not None and node.sup.items[:1] == (PRIME,)):
            return None
        sub = node.sub if found.sub is None else found.sub
        return found._replace(sub=sub, sup=node.sup)
    return _bare_operator(node)


def _bare_operator(node: Node) -> Operator | None:
    match node:
        case Symbol() if node.command in BIG_OPERATORS or node.command in LIMIT_FUNCTIONS:
            return Operator(node.speech, node.command, None, None)
        case Name() if node.limits or node.text in _EXTREMA:
            return Operator(NAMES.get(node.text, node.text), "", None, None)
        case Styled(alphabet="bb"):
            letter = only_thing(node.body)
            name = _EXPECTATIONS.get(letter.speech) if isinstance(letter, Symbol) else None
            return Operator(name, "", None, None) if name else None
        case Stack(over=None) if node.under is not None:
            thing = only_thing(node.body)
            found = _bare_operator(thing) if thing is not None else None
            if found is None and isinstance(thing, Name):
                found = Operator(NAMES.get(thing.text, thing.text), "", None, None)
            return found._replace(sub=node.under) if found is not None else None
        case Row():
            thing = only_thing(node)
            return _bare_operator(thing) if thing is not None else None
        case _:
            return None


def say_operator(
    operator: Operator,
    *,
    is_followed: bool,
    say: Say,
) -> str:
    """The words for an operator.

    Args:
        operator: the operator with its limits.
        is_followed: whether something follows that it is applied to.
        say: how to say a row.
    """
    sub, sup = operator.sub, operator.sup
    is_big = operator.command in BIG_OPERATORS
    limits, power = "", ""
    if sub is not None and operator.command in _TENDING and any(map(is_arrow, gather(sub))):
        limits = f"as {say(sub)}"
    elif sub is not None and sup is not None and is_big:
        limits = f"from {say(without_verbs(sub))} to {say(sup)}"
    elif sub is not None:
        limits = f"over {say(without_verbs(sub))}"
    elif sup is not None and is_big:
        limits = f"to {say(sup)}"
    if sup is not None and not is_big:
        power = say_script("superscript", sup, "superscript", say)
    if not is_followed and not limits and not power:
        return operator.name
    return join("the", operator.name, power, limits, "of" if is_followed else "")
