"""Subscripts and superscripts, aloud: powers, inverses, transposes, primes, labels."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, TypeAlias

from mlready.mathtext.spoken_phrases import common_fraction, enclosed, join
from mlready.mathtext.spoken_rows import gather, is_simple, only_thing
from mlready.mathtext.symbols import CHARACTERS, PRIME, Symbol
from mlready.mathtext.tree import Fenced, Fraction, Name, Row, Styled, Words

Say: TypeAlias = Callable[[Row], str]

_MINUS: Final = CHARACTERS["-"]
_UPRIGHT: Final = frozenset(("rm", "sf", "tt"))
_CAPITAL_T: Final = Row((CHARACTERS["T"],))
_PRIMES: Final = ("", "prime", "double prime", "triple prime")
# What a superscript says that is no power.
_POWERS: Final = {
    "2": "squared",
    "3": "cubed",
    "⊤": "transpose",
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
    if common := say_common(row, say):
        return join(begin, common)
    return join(begin, say(row)) if is_simple(row) else enclosed(begin, say(row), end)


def say_common(row: Row, say: Say) -> str:
    """A fraction of small numbers, as in `one half`, written in whichever way; or nothing."""
    thing = only_thing(row)
    if isinstance(thing, Fraction) and thing.bar:
        return common_fraction(say(thing.numerator), say(thing.denominator))
    things = gather(row)
    if len(things) == 3 and things[1] == CHARACTERS["/"]:
        return common_fraction(say(Row((things[0],))), say(Row((things[2],))))
    return ""


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
    if sup is None:
        return ""
    thing = only_thing(sup)
    if isinstance(thing, Symbol) and thing.text in _POWERS:
        return _POWERS[thing.text]
    if isinstance(thing, Fenced):
        return _say_label(thing, sup, say)
    if isinstance(thing, Styled) and thing.alphabet in _UPRIGHT:
        is_transpose = say(thing.body) == say(_CAPITAL_T)
        return "transpose" if is_transpose else say_script("superscript", sup, "superscript", say)
    if isinstance(thing, Words | Name):
        return say_script("superscript", sup, "superscript", say)
    return _say_power(sup, say)


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
    begin = "to the" if is_simple(sup) or say_common(sup, say) else "to the power"
    return say_script(begin, sup, "power", say)
