r"""What scripts belong to, and what belongs to them."""

from __future__ import annotations

from mlready.mathtext.tree import Brace, Node, Row, Scripts


def bare_primes(script: Row) -> Row:
    """The primes of `x^{'}`, which belong to nothing within their braces."""
    match script.items:
        case (Scripts(base=Row(items=()), sub=None, sup=Row() as primes),):
            return primes
    return script


def attach(base: Node, sub: Row | None, sup: Row | None, limits: bool | None) -> Node:
    """A base with its scripts; the labels of a brace are its own already."""
    if isinstance(base, Brace) and base.label is None:
        if base.is_over and sub is None:
            return base._replace(label=sup)
        if not base.is_over and sup is None:
            return base._replace(label=sub)
    return Scripts(base, sub, sup, limits)
