r"""Delimiters of a given size that belong together: `\bigl( … \bigr)` is as `\left( … \right)`."""

from __future__ import annotations

from mlready.mathtext.symbols import CLOSE, INDEPENDENT, OPEN, REL, SYMBOLS, Symbol
from mlready.mathtext.tree import Big, Fenced, Node, Row, Scripts, Space

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final


_DEPENDENT: Final = Symbol("⫫̸", REL, "not _||_", "is not independent of", "not independent")
_JOINED: Final = {"perp": INDEPENDENT, "not perp": _DEPENDENT}


def pair_delimiters(items: list[Node]) -> tuple[Node, ...]:
    """The items of a row, with what stands between sized delimiters put together.

    Sizes are TeX's way to say how large a delimiter should look; here each grows with its content.
    Whatever has no partner stays as it is.
    """
    if not any(isinstance(_base_of(item), Big) for item in items):
        return _join_independence(items)
    done: list[Node] = []
    opened: list[int] = []
    for item in items:
        base = _base_of(item)
        if isinstance(base, Big) and base.kind == OPEN and base is item:
            opened.append(len(done))
        elif isinstance(base, Big) and base.kind == CLOSE and opened:
            start = opened.pop()
            fenced = _fence(done[start], done[start + 1 :], base.symbol)
            done[start:] = [item._replace(base=fenced) if isinstance(item, Scripts) else fenced]
            continue
        done.append(item)
    return _join_independence(done)


def _base_of(item: Node) -> Node:
    return item.base if isinstance(item, Scripts) else item


def _fence(opening: Node, inner: list[Node], right: Symbol) -> Fenced:
    """What stands between two sized delimiters, split at those that stand in the middle."""
    left = opening.symbol if isinstance(opening, Big) else right
    parts: list[Row] = []
    middles: list[Symbol] = []
    begun = 0
    for at, item in enumerate(inner):
        if isinstance(item, Big) and item.kind == REL:
            parts.append(Row(_join_independence(inner[begun:at])))
            middles.append(item.symbol)
            begun = at + 1
    parts.append(Row(_join_independence(inner[begun:])))
    return Fenced(left, tuple(parts), tuple(middles), right)


def _join_independence(items: list[Node]) -> tuple[Node, ...]:
    r"""Two `\perp` pushed together are the sign of independence."""
    perp = SYMBOLS["perp"]
    if perp not in items:
        return tuple(items)
    done: list[Node] = []
    for item in items:
        spaces = 0
        while spaces < len(done) and _is_negative(done[-1 - spaces]):
            spaces += 1
        before = done[-1 - spaces] if 0 < spaces < len(done) else None
        if item == perp and isinstance(before, Symbol) and before.command in _JOINED:
            del done[-1 - spaces :]
            done.append(_JOINED[before.command])
            continue
        done.append(item)
    return tuple(done)


def _is_negative(item: Node) -> bool:
    return isinstance(item, Space) and item.mu < 0
