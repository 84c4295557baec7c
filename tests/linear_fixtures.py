r"""Trees of formulas, and a reader that gets them back from one line.

The reader knows the symbols, and of the line's own grouping only what a person is told: what is in
parentheses, under a small character, or beside a slash belongs together. What it gives back is a
*sense*, nested tuples in which the following are the same; nothing else is lost on a line.

- A group is the things in it, and a group of one thing is that thing. Digits side by side are a
  number, and scripts of the last one are the number's. Letters that look alike are alike: upright
  ones as slanted ones, `\widehat` as `\hat`.
- Round parentheses around what is one group anyway are no more than that group: around a fraction,
  a numerator, a denominator, what scripts belong to, or the inside of a pair of bars.
- A raised T is a transpose.
"""

from __future__ import annotations

import re
from typing import Any, Final, TypeAlias

from hypothesis import strategies as st

from mlready.mathtext.alphabets import ALPHABETS, letter_in
from mlready.mathtext.symbols import BIN, CHARACTERS, PUNCT, REL, SYMBOLS, Symbol
from mlready.mathtext.tree import (
    Accent,
    Fenced,
    Fraction,
    Name,
    Node,
    Root,
    Row,
    Scripts,
    Styled,
)

Sense: TypeAlias = tuple[Any, ...]

ACCENTS: Final = {"hat": "\u0302", "tilde": "\u0303", "bar": "\u0304", "dot": "\u0307"}
WORDS: Final = ("log", "sin", "max", "sup", "softmax", "KL")
ORDINARY: Final = (*"abnxiplogsLT3207", "alpha", "xi", "pi", "theta", "infty", "partial", "top")
OPERATORS: Final = (*"+-*=,", "cdot", "times", "le", "in", "to", "sim", "Rightarrow")
BIG: Final = ("sum", "prod", "int")
FENCES: Final = (
    ("(", ")"),
    ("[", "]"),
    ("lbrace", "rbrace"),
    ("langle", "rangle"),
    ("lfloor", "rfloor"),
    ("|", "|"),
    ("Vert", "Vert"),
)
STYLED: Final = (("bb", "E"), ("cal", "L"), ("frak", "R"), ("bf", "w"))


def symbol(command: str) -> Symbol:
    """A symbol by its command, or by the character that is typed."""
    return CHARACTERS[command] if len(command) == 1 else SYMBOLS[command]


# --- trees ------------------------------------------------------------------------------------

_leaves = st.one_of(
    st.sampled_from(ORDINARY).map(symbol),
    st.sampled_from(ORDINARY).map(symbol),
    st.sampled_from(("log", "sin", "max", "sup", *BIG)).map(symbol),
    st.just(Name("softmax", limits=False)),
    st.just(Styled("rm", Row((symbol("K"), symbol("L"))))),
    st.sampled_from(STYLED).map(
        lambda pair: Styled(
            pair[0], Row((symbol(pair[1])._replace(text=letter_in(pair[1], pair[0])),))
        )
    ),
)


def _rows(things: st.SearchStrategy[Node]) -> st.SearchStrategy[Row]:
    signs = st.sampled_from(OPERATORS).map(symbol)
    return st.lists(things | things | signs, min_size=1, max_size=5).map(
        lambda items: Row(tuple(items))
    )


def _fraction(above: Row, below: Row) -> Fraction:
    return Fraction(above, below)


def _fence(pair: tuple[str, str], body: Row) -> Fenced:
    return Fenced(symbol(pair[0]), (body,), (), symbol(pair[1]))


def _scripts(base: Node, sub: Row | None, sup: Row | None) -> Node:
    return base if sub is None and sup is None else Scripts(base, sub, sup)


def _larger(things: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    rows = _rows(things)
    scripts = st.none() | rows
    return st.one_of(
        st.builds(_fraction, rows, rows),
        st.builds(_fraction, things.map(lambda thing: Row((thing,))), rows),
        st.builds(Root, rows, st.none() | st.sampled_from("n34").map(lambda n: Row((symbol(n),)))),
        st.builds(_scripts, things, scripts, scripts),
        st.builds(_fence, st.sampled_from(FENCES), rows),
        st.builds(Accent, st.sampled_from([*ACCENTS, "widehat"]), rows),
        rows,
    )


things = st.recursive(_leaves, _larger, max_leaves=12)
formulas = _rows(things)


# --- what a tree says -------------------------------------------------------------------------


def sense(node: Node) -> Sense:
    """What a tree of these constructs says, however it is written."""
    one: Sense
    match node:
        case Symbol():
            one = _sense_of_sign(node.text)
        case Row():
            one = row_of([sense(item) for item in node.items])
        case Name():
            one = ("word", node.text)
        case Styled():
            inner = sense(node.body)
            is_word = node.alphabet == "rm"
            one = ("word", "".join(sign[1] for sign in inner[1:])) if is_word else inner
        case Fraction():
            above, below = unwrapped(sense(node.numerator)), unwrapped(sense(node.denominator))
            one = ("fraction", above, below)
        case _:
            one = _sense_of_larger(node)
    return one


def _sense_of_larger(node: Node) -> Sense:
    match node:
        case Root():
            return ("root", sense(node.body), node.degree and sense(node.degree))
        case Fenced():
            return fence(node.left.text, sense(node.parts[0]), node.right.text)
        case Accent():
            return ("accent", node.name.removeprefix("wide"), sense(node.body))
        case Scripts():
            sub, sup = node.sub and sense(node.sub), node.sup and sense(node.sup)
            return ("scripts", unwrapped(sense(node.base)), sub, sup and with_transposes(sup))
    raise AssertionError(node)


def _sense_of_sign(text: str) -> Sense:
    if text.isdigit():
        return ("number", text)
    return ("word", text) if len(text) > 1 else ("sign", text)


def row_of(senses: list[Sense]) -> Sense:
    """What stands side by side."""
    flat: list[Sense] = []
    for one in senses:
        for item in one[1:] if one[0] == "row" else (one,):
            if flat and flat[-1][0] == item[0] == "number":
                flat[-1] = ("number", flat[-1][1] + item[1])
            elif flat and flat[-1][0] == "number" and item[1][:1] == ("number",):
                flat[-1] = ("scripts", ("number", flat[-1][1] + item[1][1]), *item[2:])
            else:
                flat.append(item)
    return flat[0] if len(flat) == 1 else ("row", *flat)


def fence(left: str, body: Sense, right: str) -> Sense:
    """What stands between delimiters."""
    if left in {"|", "‖"}:
        body = unwrapped(body)
    if left == "(" and body[0] == "fraction":
        return body
    return ("fence", left, body, right)


def unwrapped(one: Sense) -> Sense:
    """A sense without round parentheses around all of it."""
    return unwrapped(one[2]) if one[:2] == ("fence", "(") else one


def with_transposes(one: Sense) -> Sense:
    """A raised T for a transpose."""
    if one == ("sign", "⊤"):
        return ("sign", "T")
    if one[0] == "row":
        return ("row", *map(with_transposes, one[1:]))
    if one[0] == "fence":
        return ("fence", one[1], with_transposes(one[2]), one[3])
    return one


# --- what a line says -------------------------------------------------------------------------

_RAISED: Final = dict(
    zip(
        "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ᵃᵇᵍⁱˡⁿᵒᵖˢˣᴷᴸᵀ′*",
        "0123456789+−=()abgilnopsxKLT′∗",
        strict=True,
    )
)
_LOWERED: Final = dict(zip("₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎ₐᵢₗₙₒₚₛₓ", "0123456789+−=()ailnopsx", strict=True))
_SIGNS: Final = [symbol(name) for name in (*ORDINARY, *OPERATORS, *BIG)]
_PARTING: Final = {one.text for one in _SIGNS if one.kind in {BIN, REL, PUNCT}}
_FENCES: Final = {symbol(left).text: symbol(right).text for left, right in FENCES}
_NAMES: Final = {one.ascii: one.text for one in _SIGNS if one.ascii != one.text}
_ASCII: Final = {one.text: one.ascii for one in _SIGNS}
_ALPHABETS: Final = {alphabet.name for alphabet in ALPHABETS.values()}
# Longest first, as one reads.
_PIECES: Final = re.compile(
    "|".join(
        [re.escape(name) for name in sorted(_NAMES, key=len, reverse=True) if not name.isalpha()]
        + [r"\|\||<\(|\)>|[A-Za-z]+|[0-9]+|."]
    )
)
_UNICODE_PIECES: Final = re.compile("[A-Za-z]+|[0-9]+|.")


def read(line: str, *, is_ascii: bool = False) -> Sense:
    """The sense of a line."""
    pieces = pieces_of(line, is_ascii=is_ascii)
    reader = _Reader(pieces, is_ascii=is_ascii)
    one = reader.row(frozenset())
    assert reader.at == len(pieces), (line, pieces[reader.at :])
    return one


def pieces_of(line: str, *, is_ascii: bool) -> list[str]:
    """Signs, words and numbers, in Unicode whatever they were written in."""
    known = {"floor", "sqrt", *WORDS, *ACCENTS, *(_NAMES if is_ascii else ())}
    known |= _ALPHABETS if is_ascii else set()
    pieces: list[str] = []
    for piece in (_PIECES if is_ascii else _UNICODE_PIECES).findall(line):
        if piece.isascii() and piece.isalpha() and piece not in known:
            pieces.extend(piece)
        elif is_ascii:
            text = {"||": "‖", "<(": "⟨", ")>": "⟩", "-": "−", "'": "′"}.get(piece, piece)
            pieces.append(_NAMES.get(text, text))
        else:
            pieces.append(piece)
    return pieces


class _Reader:
    def __init__(self, pieces: list[str], *, is_ascii: bool) -> None:
        self.pieces = pieces
        self.at = 0
        self.is_ascii = is_ascii

    def peek(self) -> str:
        return self.pieces[self.at] if self.at < len(self.pieces) else ""

    def take(self) -> str:
        self.at += 1
        return self.pieces[self.at - 1]

    def row(self, ends: frozenset[str]) -> Sense:
        """Factors and signs up to an end; a slash divides all factors since the last sign."""
        items: list[Sense] = []
        begun = 0
        while (piece := self.peek()) and piece not in ends:
            if piece == " ":
                self.take()
            elif piece == "/":
                self.take()
                above = unwrapped(row_of(items[begun:]))
                items[begun:] = [("fraction", above, unwrapped(self.denominator()))]
            elif piece in _PARTING:
                sign = self.accented(_sense_of_sign(self.take()))
                items.append(self.scripts(sign))
                begun = len(items) if sign[0] == "sign" else begun
            else:
                items.append(self.factor())
        return row_of(items)

    def denominator(self) -> Sense:
        """One factor, or a function and the brackets right behind it."""
        one = self.factor()
        if one[0] in {"number", "fence", "root"} or self.peek() not in {"(", "["}:
            return one
        return row_of([one, self.factor()])

    def factor(self) -> Sense:
        return self.scripts(self.thing())

    def thing(self) -> Sense:
        piece = self.take()
        if piece in _FENCES and piece != "":
            return self.fenced(piece, _FENCES[piece])
        if piece == "floor":
            self.take()
            return self.fenced("⌊", ")", "⌋")
        if piece in {"√", "sqrt", "∛", "∜"}:
            return self.root(piece)
        if piece in ACCENTS and self.peek() == "(":
            return self.accented(("accent", piece, self.inner("(", ")")))
        if self.is_ascii and piece in _ALPHABETS and self.peek() == "(":
            inner = self.inner("(", ")")
            return ("sign", letter_in(inner[1], piece))
        return self.accented(_sense_of_sign(piece))

    def accented(self, one: Sense) -> Sense:
        for name, mark in ACCENTS.items():
            if self.peek() == mark:
                self.take()
                return self.accented(("accent", name, one))
        return one

    def fenced(self, left: str, end: str, right: str = "") -> Sense:
        body = self.row(frozenset(end))
        assert self.take() == end
        return fence(left, body, right or end)

    def inner(self, left: str, right: str) -> Sense:
        assert self.take() == left
        body = self.row(frozenset(right))
        assert self.take() == right
        return body

    def root(self, sign: str) -> Sense:
        degree: Sense | None = {"∛": ("number", "3"), "∜": ("number", "4")}.get(sign)
        if self.peek() == "[":
            degree = self.inner("[", "]")
        return ("root", self.inner("(", ")"), degree)

    def scripts(self, base: Sense) -> Sense:
        sub: Sense | None = None
        primes = self.small({"′": "′"})
        sub = self.small(_LOWERED)
        sup = self.small(_RAISED)
        if self.peek() == "_":
            assert sub is None
            self.take()
            sub = self.script()
            sup = sup or self.small(_RAISED)
        if self.peek() == "^":
            assert sup is None
            self.take()
            sup = self.script()
        if primes is not None:
            sup = row_of([primes, sup]) if sup else primes
        if sub is None and sup is None:
            return base
        return ("scripts", unwrapped(base), sub, sup and with_transposes(sup))

    def small(self, characters: dict[str, str]) -> Sense | None:
        """What small characters say."""
        text = ""
        while self.peek() in characters and not (self.is_ascii and self.peek() == "*"):
            text += characters[self.take()]
        if not text:
            return None
        reader = _Reader(list(re.findall("[0-9]+|.", text)), is_ascii=False)
        return reader.row(frozenset())

    def script(self) -> Sense:
        """A letter, a number or a word; or what is in parentheses."""
        if self.peek() == ("·" if self.is_ascii else "*"):
            self.take()
            return ("sign", "∗")
        if self.peek() != "(":
            return self.accented(_sense_of_sign(self.take()))
        one = self.inner("(", ")")
        # Letters, words and numbers need no parentheses: these are the author's.
        return ("fence", "(", one, ")") if self.is_bare(one) else one

    def is_bare(self, one: Sense) -> bool:
        if one[0] == "accent" and not self.is_ascii:
            return self.is_bare(one[2]) and one[2][0] == "sign"
        if one[0] == "sign" and self.is_ascii:
            return _ASCII.get(one[1], "(").isalnum() or one[1] in "+−"
        return one[0] in {"sign", "number", "word"}
