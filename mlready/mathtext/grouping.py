r"""What holds together by itself on a line, and what needs parentheses to do so.

`1/n`, `p(x)/q(x)` and `2n/(n + 1)` are as one reads them; `1/2n` is not. All of it is about trees:
what a thing looks like in the end does not matter here.
"""

from __future__ import annotations

from mlready.mathtext.symbols import (
    BIG_OPERATORS,
    BIN,
    CLOSE,
    INNER,
    OP,
    OPEN,
    ORD,
    PUNCT,
    REL,
    Symbol,
)
from mlready.mathtext.tree import (
    Accent,
    Boxed,
    Fenced,
    Grid,
    Marked,
    Name,
    Node,
    Phantom,
    Root,
    Row,
    Scripts,
    Space,
    Style,
    Styled,
    Words,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import Final

BARS: Final = frozenset("|‖")
WORD_ALPHABETS: Final = frozenset(("rm", "sf", "tt"))
_SINGLE: Final = (Accent, Boxed, Grid, Name, Root)
_PARTING: Final = frozenset((BIN, REL, PUNCT, OPEN, CLOSE))  # not what a slash is of
_NO_BRACKETS: Final = frozenset("!?")  # closing, as TeX sees it, but of nothing


def things_in(items: Sequence[Node]) -> list[Node]:
    """What shows of a row: groups taken apart, without spaces and what is invisible."""
    if not any(type(item) in _SEEN_THROUGH for item in items):
        return list(items)
    return list(_things(items))


_SEEN_THROUGH: Final = frozenset((Row, Style, Marked, Space, Phantom))


def _things(items: Sequence[Node]) -> Iterator[Node]:
    for item in items:
        if isinstance(item, Row):
            yield from _things(item.items)
        elif isinstance(item, Style | Marked):
            yield from _things(item.body.items)
        elif not isinstance(item, Space | Phantom):
            yield item


def only_thing(items: Sequence[Node]) -> tuple[Node | None, bool]:
    """The one thing that shows of a row, or None; and whether it is marked."""
    is_marked = False
    shown = items
    while True:
        shown = [item for item in shown if not isinstance(item, Space | Phantom)]
        if len(shown) != 1:
            return None, is_marked
        only = shown[0]
        if isinstance(only, Row):
            shown = only.items
        elif isinstance(only, Style | Marked):
            is_marked = is_marked or isinstance(only, Marked)
            shown = only.body.items
        else:
            return only, is_marked


def base_of(node: Node) -> Node:
    """What the scripts of a thing belong to, without marks and groups; otherwise the thing."""
    if not isinstance(node, Scripts):
        return node
    base = node.base
    return base if isinstance(base, Symbol) else only_thing((base,))[0] or base


def is_word(node: Node) -> bool:
    """Whether this is upright letters that stand for one thing: `KL`, `softmax`."""
    if isinstance(node, Styled):
        return (
            node.alphabet in WORD_ALPHABETS
            and len(node.body.items) > 1
            and all(isinstance(item, Symbol) and item.text.isalnum() for item in node.body.items)
        )
    if isinstance(node, Words):
        parts = node.parts
        return len(parts) == 1 and isinstance(parts[0], str) and parts[0].isalnum()
    if isinstance(node, Name):
        return node.text.isalnum()
    return isinstance(node, Symbol) and len(node.text) > 1 and node.text.isalpha()


def is_number(things: Sequence[Node]) -> bool:
    """Whether these are digits, with a point between two of them at most."""
    text = "".join([item.text if isinstance(item, Symbol) else "x" for item in things])
    whole, _, part = text.partition(".")
    return whole.isdecimal() and (part.isdecimal() or whole == text)


def is_single(things: Sequence[Node]) -> bool:
    """Whether these things hold together as a numerator or a denominator does."""
    if len(things) == 1:
        return _is_single_thing(things[0])
    if not things or is_number([*things[:-1], base_of(things[-1])]):
        return bool(things)
    if is_bracketed(things) or _is_application(things):
        return True
    last = things[-1]
    return isinstance(last, Symbol) and last.text == "!" and is_single(things[:-1])


def _is_single_thing(thing: Node) -> bool:
    if isinstance(thing, _SINGLE):
        return True
    if isinstance(thing, Symbol):
        return thing.kind not in _PARTING
    if isinstance(thing, Scripts):
        base = things_in((thing.base,))
        is_loose = len(base) == 1 and isinstance(base[0], Symbol) and base[0].kind in _PARTING
        return bool(base) and not is_loose and not _is_big_operator(base[0])
    if isinstance(thing, Fenced):
        return bool(thing.left.text and thing.right.text)
    return is_word(thing) or (isinstance(thing, Styled) and len(thing.body.items) == 1)


def is_product(things: Sequence[Node]) -> bool:
    """Whether these are factors that can stand before a slash and mean the same as above a bar.

    Letters, numbers, roots and whatever is in brackets; not `∂`, `log` or an expectation, which
    could be read as applied to the whole fraction.
    """
    at = 0
    while at < len(things):
        thing = things[at]
        if _is_factor(thing):
            at += 1
            continue
        end = _end_of_brackets(things, at)
        if end < 0:
            return False
        at = end + 1
    return at > 0


def _is_factor(thing: Node) -> bool:
    thing = base_of(thing)
    if isinstance(thing, Symbol):
        return thing.kind == ORD and (thing.text.isalnum() or thing.text == ".")
    if isinstance(thing, Fenced):
        return bool(thing.left.text and thing.right.text)
    if isinstance(thing, Accent):
        return True
    if isinstance(thing, Styled):
        return thing.alphabet != "bb" and len(thing.body.items) == 1
    return isinstance(thing, Root)


def is_bracketed(things: Sequence[Node]) -> bool:
    """Whether the first and the last thing are brackets that belong together."""
    return _end_of_brackets(things, 0) == len(things) - 1


def _is_application(things: Sequence[Node]) -> bool:
    r"""Whether this is `f(x)`, `π_θ(y)`, `log(n + 1)`: never a product, as `n(n + 1)` is."""
    head, rest = base_of(things[0]), things[1:]
    is_function = is_word(head) and not _is_big_operator(head)
    if not (is_function or _is_letter(head)) or (is_function and not _is_plain(things[0])):
        return False
    if len(rest) == 1 and isinstance(fenced := base_of(rest[0]), Fenced):
        inner = [thing for part in fenced.parts for thing in things_in(part.items)]
        brackets = fenced.left.text + fenced.right.text
    elif is_bracketed(rest):
        inner = list(rest[1:-1])
        brackets = "".join([b.text for b in (rest[0], base_of(rest[-1])) if isinstance(b, Symbol)])
    else:
        return False
    return brackets in {"()", "[]"} and (is_function or not any(map(_is_operator, inner)))


def _is_plain(thing: Node) -> bool:
    """Whether the scripts of a function, if any, are a letter or a digit each: `log₂`."""
    rows = (thing.sub, thing.sup) if isinstance(thing, Scripts) else ()
    return all(row is None or _is_sign(row) for row in rows)


def _is_sign(row: Row) -> bool:
    sign = row.items[0] if len(row.items) == 1 else None
    return isinstance(sign, Symbol) and sign.kind == ORD and sign.text.isalnum()


def _is_letter(thing: Node) -> bool:
    if isinstance(thing, Symbol):
        return thing.kind == ORD and thing.text.isalpha()
    return isinstance(thing, Accent | Styled) and len(thing.body.items) == 1


def _is_operator(thing: Node) -> bool:
    return isinstance(thing, Symbol) and thing.kind == BIN


def _is_big_operator(thing: Node) -> bool:
    return isinstance(thing, Symbol) and thing.command in BIG_OPERATORS


def _end_of_brackets(things: Sequence[Node], start: int) -> int:
    """The place of the bracket or bar that closes the one at a place; -1 if there is none."""
    opening = things[start]
    if not isinstance(opening, Symbol):
        return -1
    if opening.text in BARS and opening.kind == ORD:
        for at in range(start + 1, len(things)):
            closing = base_of(things[at])
            if isinstance(closing, Symbol) and closing.text == opening.text:
                return at
        return -1
    depth = 0
    for at in range(start, len(things)):
        depth += _depth(things[at])
        if depth <= 0:
            return at if at > start else -1
    return -1


def _depth(thing: Node) -> int:
    base = base_of(thing)
    if not isinstance(base, Symbol) or base.text in _NO_BRACKETS:
        return 0
    if base.kind == OPEN and base is thing:
        return 1
    return -1 if base.kind == CLOSE else 0


def stands_before(kind: int, thing: Node) -> bool:
    """Whether a thing of a kind on the left is a factor of what follows it, or applied to it."""
    if isinstance(thing, Words) or (isinstance(thing, Symbol) and thing.kind in {BIN, REL}):
        return False
    if isinstance(thing, Symbol) and thing.text in BARS:
        return kind == CLOSE
    return kind in {ORD, OP, CLOSE, INNER}


def stands_behind(kind: int, thing: Node) -> bool:
    """Whether a thing of a kind on the right is a factor of what precedes it."""
    if isinstance(thing, Words) or (isinstance(thing, Symbol) and thing.kind in {BIN, REL}):
        return False
    if isinstance(thing, Symbol) and thing.text in BARS:
        return kind == OPEN
    if isinstance(thing, Symbol) and thing.text in {".", "!"}:
        return thing.text == "!"
    if kind == OP:  # `1/n ∑` is read as it is meant, `1/n log x` might not be
        return not _is_big_operator(base_of(thing))
    return kind in {ORD, OPEN, INNER}
