"""A formula as one reads it aloud, for screen readers: words, digits, commas and full stops.

What is one thing is said shortly (`x squared`, `a over b`, `root n`); whatever is more is said so
that one hears where it begins and where it ends (`to the power n plus 1, end power`). So formulas
that differ in their grouping differ in their words.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from mlready.mathtext.speaking.spoken_delimiters import (
    is_evaluation,
    say_delimiter,
    say_evaluation,
    say_fenced,
    say_grid,
    say_label,
    say_norm,
)
from mlready.mathtext.speaking.spoken_letters import say_styled, say_symbol, say_words
from mlready.mathtext.speaking.spoken_neighbours import is_function, is_set, say_beside
from mlready.mathtext.speaking.spoken_operators import operator_of, say_operator
from mlready.mathtext.speaking.spoken_phrases import (
    ACCENTS,
    NAMES,
    PAUSE,
    binomial,
    common_fraction,
    enclosed,
    fraction,
    join,
    pause,
    source_of,
    tidy,
)
from mlready.mathtext.speaking.spoken_rows import gather, is_simple, only_thing
from mlready.mathtext.speaking.spoken_scripts import (
    common_fraction_of,
    say_script,
    say_superscript,
    split_primes,
)
from mlready.mathtext.symbols import (
    BIN,
    CHARACTERS,
    INNER,
    OP,
    OPEN,
    ORD,
    PUNCT,
    REL,
    SYMBOLS,
    Symbol,
)
from mlready.mathtext.tree import (
    EMPTY_ROW,
    Accent,
    Arrow,
    Big,
    Boxed,
    Brace,
    Classed,
    Fenced,
    Fraction,
    Grid,
    Marked,
    Name,
    Node,
    Phantom,
    Root,
    Row,
    Scripts,
    Space,
    Stack,
    Style,
    Styled,
    Tagged,
    Unknown,
    Words,
    kinds_of,
)
from mlready.mathtext.widths import END_OF_MARK, MARK

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_SLASH: Final = CHARACTERS["/"]
_MINUS: Final = CHARACTERS["-"]
_STARTS: Final = frozenset((BIN, REL, OPEN, PUNCT))
_FACTORS: Final = frozenset((ORD, OP, OPEN, INNER))


def speak(node: Node) -> str:
    """What one says for a formula.

    The result holds words, digits, blanks, commas and full stops; what authors wrote as text stays
    as it is, and so do the marks around what a caller wants to find again.
    """
    return tidy(_say(node)).removesuffix(". end lines")


def _say(node: Node) -> str:
    """The words for a node by itself."""
    say = _SAID.get(type(node))
    return say(node) if say is not None else ""


def say_row(row: Row) -> str:
    """The words for things side by side."""
    return _say_all(gather(row))


def _say_all(things: Sequence[Node]) -> str:
    said: list[str] = []
    for at, thing in enumerate(things):
        before = things[at - 1] if at else None
        after = things[at + 1] if at + 1 < len(things) else None
        said.append(say_beside(things, at) or _say_among(thing, before, after))
    return join(*said)


def _say_among(thing: Node, before: Node | None, after: Node | None) -> str:
    """The words for a thing between its neighbours."""
    if isinstance(thing, Fraction):
        return _say_fraction_among(thing, before, after)
    if isinstance(thing, Marked) and isinstance(only := only_thing(thing.body), Fraction):
        return f"{MARK}{_say_fraction_among(only, before, after)}{END_OF_MARK}"
    if isinstance(thing, Fenced) and is_set(thing, before):
        return say_fenced(thing, say_row, between="such that")
    if (operator := operator_of(thing)) is not None:
        return say_operator(operator, is_followed=_is_operand(after), say=say_row)
    is_applied = is_function(thing) and isinstance(after, Fenced | Fraction)
    return join(_say(thing), "of" if is_applied else "")


def _is_operand(after: Node | None) -> bool:
    """Whether an operator is applied to what follows."""
    if after is None or after == _SLASH:
        return False
    return kinds_of(after)[0] in _FACTORS or after == _MINUS


# --- fractions, roots, accents --------------------------------------------------------------------


def _say_fraction(value: Fraction) -> str:
    above, below = say_row(value.numerator), say_row(value.denominator)
    if not value.bar:
        is_short = is_simple(value.numerator) and is_simple(value.denominator)
        return binomial(above, below, is_short=is_short)
    return common_fraction(above, below) or fraction(above, below)


def _say_fraction_among(value: Fraction, before: Node | None, after: Node | None) -> str:
    """`a over b` where nothing but a sign stands before it; a factor behind it is multiplied."""
    is_short = (
        value.bar
        and (before is None or kinds_of(before)[1] in _STARTS or operator_of(before) is not None)
        and after != _SLASH
        and is_simple(value.numerator)
        and is_simple(value.denominator)
    )
    if not is_short or common_fraction_of(value):
        return _say_fraction(value)
    above, below = say_row(value.numerator), say_row(value.denominator)
    is_multiplied = after is not None and kinds_of(after)[0] in _FACTORS
    return join(above, "over", below, "times" if is_multiplied else "")


def _say_root(root: Root) -> str:
    body = say_row(root.body)
    _, index = root
    if index is None:
        is_short = is_simple(root.body)
        return f"root {body}" if is_short else enclosed("the square root of", body, "root")
    degree = say_row(index)
    if degree == "3":
        return enclosed("the cube root of", body, "root")
    begin = f"the {degree}th root" if is_simple(index) else f"the root of index {degree}{PAUSE}"
    return enclosed(f"{begin} of", body, "root")


def _say_accent(accent: Accent) -> str:
    mark, body = ACCENTS[accent.name], say_row(accent.body)
    if is_simple(accent.body):
        return join(body, mark)
    return enclosed(f"{mark} over" if mark != "underline" else "underlined", body, mark)


def _say_scripts(scripts: Scripts) -> str:
    if (operator := operator_of(scripts)) is not None:
        return say_operator(operator, is_followed=False, say=say_row)
    base, sub, sup = scripts.base, scripts.sub, scripts.sup
    if sub is not None and isinstance(base, Fenced) and base.left.text == base.right.text == "‖":
        return join(say_norm(base, sub, say_row), say_superscript(sup, say_row))
    if sub is not None and is_evaluation(base):
        return say_evaluation(base, sub, sup, say_row)
    if base == EMPTY_ROW:
        below = say_script("left sub", sub, "sub", say_row) if sub else ""
        return join(
            below, say_script("left superscript", sup, "superscript", say_row) if sup else ""
        )
    primes, power = split_primes(sup)
    if power is not None and isinstance(base, Styled) and base.alphabet == "bb":
        power = _as_sizes(power)
    below = say_script("sub", sub, "sub", say_row) if sub is not None else ""
    return join(_say_base(base), primes, below, say_superscript(power, say_row))


def _as_sizes(power: Row) -> Row:
    """The power of a set of numbers, where a cross says `by`."""
    times = SYMBOLS["times"]
    items = (item._replace(speech="by") if item == times else item for item in gather(power))
    return Row(tuple(items))


def _say_base(base: Node) -> str:
    """What scripts belong to: all of it, as one hears."""
    if isinstance(base, Row):
        thing = only_thing(base)
        if thing is None:
            return enclosed("the group", say_row(base), "group")
        base = thing
    if isinstance(base, Marked):
        return f"{MARK}{_say_base(base.body)}{END_OF_MARK}"
    if isinstance(base, Symbol) and base.kind == ORD and base.text in {"|", "‖"}:
        return say_delimiter(base)
    if isinstance(base, Root) and base.degree is None:
        return enclosed("the square root of", say_row(base.body), "root")
    if isinstance(base, Styled | Words | Stack) and not is_simple(Row((base,))):
        return enclosed("the group", _say(base), "group")
    return _say(base)


# --- the rest -------------------------------------------------------------------------------------


def _say_tagged(tagged: Tagged) -> str:
    return pause(say_row(tagged.body), f"tag {say_label(tagged.label, say_row)}")


def _say_brace(brace: Brace) -> str:
    label = f"which is {say_row(brace.label)}" if brace.label is not None else ""
    return pause("braced", say_row(brace.body), label, "end brace") + PAUSE


def _say_stack(stack: Stack) -> str:
    thing, body = only_thing(stack.body), say_row(stack.body)
    if thing is None:
        body = enclosed("the group", body, "group")
    elif thing == SYMBOLS["sim"]:
        body = thing.speech
    return _with_labels(body, stack.over, stack.under)


def _say_arrow(arrow: Arrow) -> str:
    # Without a label they are limits and assignments, which are said in other words.
    name = {"rightarrow": "goes to", "leftarrow": "comes from"}.get(arrow.symbol.command)
    name = name or say_symbol(arrow.symbol)
    return _with_labels(name, arrow.over, arrow.under)


def _with_labels(body: str, over: Row | None, under: Row | None) -> str:
    """Something with what stands above and below it."""
    above = f"{say_row(over)} above it" if over is not None else ""
    below = f"{say_row(under)} below it" if under is not None else ""
    if not above and not below:
        return body
    return f"{body}{PAUSE} with {' and '.join(filter(None, (above, below)))}{PAUSE}"


_SAID: Final[dict[type, Callable[[Any], str]]] = {
    Symbol: say_symbol,
    Row: say_row,
    Styled: lambda styled: say_styled(styled, say_row),
    Words: lambda words: say_words(words, say_row),
    Name: lambda name: NAMES.get(name.text, name.text),
    Fraction: _say_fraction,
    Root: _say_root,
    Scripts: _say_scripts,
    Fenced: lambda fenced: say_fenced(fenced, say_row),
    Big: lambda big: say_symbol(big.symbol),
    Accent: _say_accent,
    Brace: _say_brace,
    Stack: _say_stack,
    Arrow: _say_arrow,
    Grid: lambda value: say_grid(value, say_row),
    Space: lambda space: PAUSE if space.mu >= 18 else "",
    Style: lambda style: say_row(style.body),
    Classed: lambda classed: say_row(classed.body),
    Phantom: lambda _: "",
    Boxed: lambda boxed: enclosed("boxed", say_row(boxed.body), "box"),
    Marked: lambda marked: f"{MARK}{say_row(marked.body)}{END_OF_MARK}",
    Tagged: _say_tagged,
    Unknown: lambda unknown: source_of(unknown.source),
}
