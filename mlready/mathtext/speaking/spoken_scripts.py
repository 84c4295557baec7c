"""Subscripts and superscripts, aloud: powers, inverses, transposes, primes, labels."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, TypeAlias

from mlready.mathtext.speaking.spoken_phrases import common_fraction, enclosed, join
from mlready.mathtext.speaking.spoken_rows import gather, is_simple, only_thing, without_verbs
from mlready.mathtext.symbols import CHARACTERS, PRIME, Symbol
from mlready.mathtext.tree import Fenced, Fraction, Name, Node, Row, Styled, Words

Say: TypeAlias = Callable[[Row], str]

_MINUS: Final = CHARACTERS["-"]
_PRIMES: Final = ("", "prime", "double prime", "triple prime")
# What a superscript says that is no power.
_POWERS: Final = {
    "2": "squared",
    "3": "cubed",
    "⊤": "transpose",
    "⊺": "transpose",
    "∗": "star",
    "⋆": "star",
    "†": "dagger",
    "∘": "circle",
    "⊥": "perp",
    "+": "superscript plus",
    "−": "superscript minus",
    "∁": "complement",
}


def say_script(begin: str, row: Row, end: str, say: Say) -> str:
    """A script behind a word; where it is more than one thing, one hears where it ends."""
    if common := say_common(row):
        return join(begin, common)
    if begin.endswith("sub"):
        row = without_verbs(row)
    return join(begin, say(row)) if is_simple(row) else enclosed(begin, say(row), end)


def say_common(row: Row) -> str:
    """A fraction of small numbers, as in `one half`, written in whichever way; or nothing."""
    thing = only_thing(row)
    if isinstance(thing, Fraction):
        return common_fraction_of(thing)
    things = gather(row)
    if len(things) == 3 and things[1] == CHARACTERS["/"]:
        return common_fraction(_digits_of(things[0]), _digits_of(things[2]))
    return ""


def common_fraction_of(value: Fraction) -> str:
    """The fraction as in `one half`; nothing if one does not say it so."""
    above, below = only_thing(value.numerator), only_thing(value.denominator)
    return common_fraction(_digits_of(above), _digits_of(below)) if value.bar else ""


def _digits_of(thing: Node | None) -> str:
    return thing.text if isinstance(thing, Symbol) else ""


def split_primes(sup: Row | None) -> tuple[str, Row | None]:
    """The primes of a superscript in words, and what else it holds."""
    if sup is None:
        return "", None
    count = 0
    while count < len(sup.items) and sup.items[count] == PRIME:
        count += 1
    said = _PRIMES[count] if count < len(_PRIMES) else f"{count} primes"
    rest = Row(sup.items[count:])
    return said, rest if rest.items else None


def say_superscript(sup: Row | None, say: Say) -> str:
    """A power, unless it is a sign of its own, a name, or something in parentheses."""
    if sup is None or not gather(sup):
        return ""
    thing = only_thing(sup)
    if isinstance(thing, Symbol) and thing.text in _POWERS:
        return _POWERS[thing.text]
    if isinstance(thing, Fenced):
        return _say_label(thing, sup, say)
    if isinstance(thing, Styled) and _is_upright(thing) and _is_capital_t(thing.body):
        return "transpose"
    if _is_name(gather(sup)[0]):
        return say_script("superscript", sup, "superscript", say)
    return _say_power(sup, say)


def _is_upright(thing: Styled) -> bool:
    return thing.alphabet in {"rm", "sf", "tt"}


def _is_capital_t(row: Row) -> bool:
    thing = only_thing(row)
    return isinstance(thing, Symbol) and thing.command == "T"


def _is_name(thing: Node) -> bool:
    """Whether something above a line is a name, and no power."""
    if isinstance(thing, Styled):
        return _is_upright(thing) or (thing.alphabet == "it" and len(thing.body.items) > 1)
    return isinstance(thing, Words | Name)


def _say_label(fenced: Fenced, sup: Row, say: Say) -> str:
    """What stands in parentheses above a line is no power: `W^{(l)}`."""
    if fenced.left.text == "(" and len(fenced.parts) == 1 and is_simple(fenced.parts[0]):
        return f"superscript paren {say(fenced.parts[0])}"
    return say_script("superscript", sup, "superscript", say)


def _say_power(sup: Row, say: Say) -> str:
    things = gather(sup)
    if len(things) == 2 and things[0] == _MINUS:
        if things[1] == CHARACTERS["1"]:
            return "inverse"
        if is_simple(Row((things[1],))):
            return join("to the minus", say(Row((things[1],))))
    begin = "to the" if is_simple(sup) or say_common(sup) else "to the power"
    return say_script(begin, sup, "power", say)
