"""A row as a reader takes it in: numbers whole, and what stands between delimiters together."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from mlready.mathtext.records import Record
from mlready.mathtext.symbols import (
    CHARACTERS,
    CLOSE,
    INNER,
    OPEN,
    ORD,
    SYMBOLS,
    Symbol,
)
from mlready.mathtext.tree import (
    Accent,
    Big,
    Fenced,
    Fraction,
    Grid,
    Marked,
    Name,
    Node,
    Row,
    Scripts,
    Space,
    Style,
    Styled,
    Words,
    kinds_of,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

# What may close what is open; half-open intervals mix parentheses and brackets.
_CLOSING: Final = {
    "(": ")]",
    "[": "])",
    "{": "}",
    "⟨": "⟩",
    "⌊": "⌋",
    "⌈": "⌉",
    "|": "|",
    "‖": "‖",
}
_DELIMITERS: Final = frozenset("()[]{}⟨⟩⌊⌋⌈⌉")
_BARS: Final = frozenset("|‖")
_PAUSE: Final = 18  # mu: a space so wide separates two formulas
_EXTREMA: Final = frozenset(("min", "max", "inf", "sup"))
_DIGITS: Final = frozenset("0123456789")
COMMA: Final = CHARACTERS[","]


class _Open(Record):
    """A delimiter that waits for its partner, and what stood before it."""

    before: list[Node]
    delimiter: Symbol


def gather(row: Row) -> list[Node]:
    """What a row consists of: spaces gone, numbers and delimited parts each one thing."""
    return _pair_bars(_pair_delimiters(_join_signs(_join_numbers(_flatten(row)))))


def _flatten(row: Row) -> list[Node]:
    """The row's items; a size says nothing aloud, and a delimiter's size neither."""
    items: list[Node] = []
    for item in row.items:
        match item:
            case Style():
                items += _flatten(item.body)
            case Row(items=(Fraction() as only,)):
                items.append(only)
            case Big():
                items.append(item.symbol._replace(kind=item.kind))
            case Scripts(base=Big() as big):
                items.append(item._replace(base=big.symbol._replace(kind=big.kind)))
            case _:
                items.append(item)
    return items


def _join_numbers(items: list[Node]) -> list[Node]:
    """Digits that follow one another are a number; so are those behind a point or a thin space."""
    joined: list[Node] = []
    at = 0
    while at < len(items):
        number, end = _number_at(items, at)
        if not number:
            item = items[at]
            at += 1
            if isinstance(item, Space):
                if item.mu >= _PAUSE:
                    joined.append(COMMA)
                continue
            joined.append(item)
            continue
        symbol = Symbol(number, ORD, number, number, number)
        last = items[end - 1]
        joined.append(last._replace(base=symbol) if isinstance(last, Scripts) else symbol)
        at = end
    return joined


def _number_at(items: Sequence[Node], at: int) -> tuple[str, int]:
    """The number that begins there, and where it ends; nothing if none does."""
    number = ""
    while at < len(items):
        item = items[at]
        digit = _digit(item)
        if digit:
            number += digit
            at += 1
            if isinstance(item, Scripts):
                break
            continue
        if not _goes_on(items, at, number):
            break
        number += _separator(item)
        at += 1
    return number, at


def _digit(item: Node) -> str:
    """The digit that an item is, with or without scripts."""
    symbol = item.base if isinstance(item, Scripts) else item
    is_digit = isinstance(symbol, Symbol) and symbol.text in _DIGITS
    return symbol.text if is_digit and isinstance(symbol, Symbol) else ""


def _separator(item: Node) -> str:
    """What stands within a number: a point, a comma in braces, a thin space."""
    if item == CHARACTERS["."]:
        return "."
    if item == Row((COMMA,)):
        return ","
    return " " if isinstance(item, Space) and 0 < item.mu <= 3 else ""


def _goes_on(items: Sequence[Node], at: int, number: str) -> bool:
    """Whether the separator there stands within a number."""
    separator = _separator(items[at])
    behind = [_digit(item) for item in items[at + 1 : at + 4]]
    if separator == ".":
        return "." not in number and any(behind[:1])
    return bool(number and separator) and len(behind) == 3 and all(behind)


def _join_signs(items: list[Node]) -> list[Node]:
    """Signs of two parts: `:=` is a definition, `arg min` one operator."""
    joined: list[Node] = []
    for item in items:
        last = joined[-1] if joined else None
        base = item.base if isinstance(item, Scripts) else item
        if item == CHARACTERS["="] and last == CHARACTERS[":"]:
            joined[-1] = SYMBOLS["coloneqq"]
        elif last == SYMBOLS["arg"] and isinstance(base, Symbol) and base.command in _EXTREMA:
            name = Name(f"arg {base.command}", limits=True)
            joined[-1] = item._replace(base=name) if isinstance(item, Scripts) else name
        else:
            joined.append(item)
    return joined


def _pair_delimiters(items: list[Node]) -> list[Node]:
    """What stands between delimiters that belong together, put together."""
    opened: list[_Open] = []
    done: list[Node] = []
    for item in items:
        symbol = item.base if isinstance(item, Scripts) else item
        if isinstance(symbol, Symbol):
            if symbol.kind == OPEN and symbol is item and symbol.text in _CLOSING:
                opened.append(_Open(done, symbol))
                done = []
                continue
            if symbol.kind == CLOSE and _closes(opened, symbol):
                before, left = opened.pop()
                fenced = Fenced(left, (Row(tuple(_pair_bars(done))),), (), symbol)
                before.append(item._replace(base=fenced) if isinstance(item, Scripts) else fenced)
                done = before
                continue
        done.append(item)
    while opened:  # what is never closed stays as it is
        before, left = opened.pop()
        done = [*before, left, *done]
    return done


def _closes(opened: Sequence[_Open], symbol: Symbol) -> bool:
    return bool(opened) and symbol.text in _CLOSING[opened[-1].delimiter.text]


def _pair_bars(items: list[Node]) -> list[Node]:
    """Absolute values and norms: one bar opens, the next one like it closes."""
    done: list[Node] = []
    starts: dict[str, int] = {}
    for item in items:
        symbol = item.base if isinstance(item, Scripts) else item
        bar = symbol if isinstance(symbol, Symbol) and symbol.kind == ORD else None
        if bar is None or bar.text not in _BARS:
            done.append(item)
            continue
        start = starts.pop(bar.text, None)
        if start is not None and _can_enclose(done[start + 1 :]):
            fenced = Fenced(bar, (Row(tuple(done[start + 1 :])),), (), bar)
            done[start:] = [item._replace(base=fenced) if isinstance(item, Scripts) else fenced]
            starts = {text: at for text, at in starts.items() if at < start}
            continue
        if item is symbol:
            starts[bar.text] = len(done)
        done.append(item)
    return done


def _can_enclose(things: Sequence[Node]) -> bool:
    """Whether these can stand between two bars that belong together."""
    if not things or kinds_of(things[-1])[1] not in {ORD, CLOSE, INNER}:
        return False
    return not any(isinstance(thing, Symbol) and thing.text in _DELIMITERS for thing in things)


def only_thing(row: Row) -> Node | None:
    """The one thing that a row consists of; None if it is none or several."""
    things = gather(row)
    if len(things) != 1:
        return None
    thing = things[0]
    if isinstance(thing, Row):
        return only_thing(thing)
    return thing.body if isinstance(thing, Marked) and not thing.body.items else thing


def is_simple(row: Row) -> bool:
    """Whether one says the row in one breath, so that nothing need say where it ends."""
    thing = only_thing(row)
    match thing:
        case Symbol():
            return thing != COMMA
        case Styled():
            things = gather(thing.body)
            return len(things) == 1 or all(map(_is_letter, things))
        case Accent() | Marked():
            return is_simple(thing.body)
        case Name():
            return " " not in thing.text
        case Words():
            return len(thing.parts) == 1 and " " not in str(thing.parts[0]).strip()
        case _:
            return False


def _is_letter(thing: Node) -> bool:
    return isinstance(thing, Symbol) and len(thing.speech) == 1 and thing.speech.isalnum()


def without_verbs(row: Row) -> Row:
    """The row with relations as one says them below a sign: `x at least y`, without the `is`."""
    items: list[Node] = []
    for item in gather(row):
        match item:
            case Symbol():
                items.append(item._replace(speech=item.speech.removeprefix("is ")))
            case Grid():
                rows = tuple(tuple(map(without_verbs, cells)) for cells in item.rows)
                items.append(item._replace(rows=rows))
            case _:
                items.append(item)
    return Row(tuple(items))
