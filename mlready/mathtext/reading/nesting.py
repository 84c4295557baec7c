"""How deeply the things of a tree stand within one another."""

from __future__ import annotations

from mlready.mathtext.symbols import CLOSE, OPEN, Symbol
from mlready.mathtext.tree import Row


def nesting_of(tree: Row) -> int:
    """How many rows stand within one another, and parentheses within a row.

    Every way to show a tree calls itself as often as that.
    """
    deepest = 0
    waiting: list[tuple[object, int]] = [(tree, 0)]
    while waiting:
        thing, depth = waiting.pop()
        deepest = max(deepest, depth)
        if not isinstance(thing, tuple):
            continue
        depth += type(thing) is Row
        opened = 0
        for part in thing:
            if type(part) is Symbol:
                opened = max(opened + (part.kind == OPEN) - (part.kind == CLOSE), 0)
                deepest = max(deepest, depth + opened)
            else:
                waiting.append((part, depth + opened))
    return deepest
