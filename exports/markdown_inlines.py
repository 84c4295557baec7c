"""What stands within a paragraph as Markdown: words, marks, formulas and holes.

A line is written so that reading it again gives the same inlines. Words are escaped only where
they would mean something else, because people read what is written here.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from string import punctuation
from typing import NamedTuple

from exports.records import Document, Node

_ENTITY = r"&(?=#?\w+;)"
_STAR = r"\*(?!\s)|(?<!\s)\*"
_UNDERSCORE = r"(?<![^\W_])_|_(?![^\W_])"
_SPECIAL = rf"[\\`$]|{_STAR}|{_UNDERSCORE}|<(?!\s)|{_ENTITY}"
_BRACKET = {False: r"\](?=[(:])", True: r"[\[\]]"}
_BRACE = {False: r"\{(?=\{c\d)", True: r"[{}]|(?<=:):|:\Z"}
# By whether words stand in a link, where a bracket ends its label, and whether in a hole,
# where braces and colons do.
_ESCAPED = {
    (is_label, is_hole): re.compile(f"{_SPECIAL}|{bracket}|{brace}")
    for is_label, bracket in _BRACKET.items()
    for is_hole, brace in _BRACE.items()
}
# What would open a block at the beginning of a line, up to the character to escape.
_OPENS_BLOCK = re.compile(
    r"\A(?:(?=[>|])|(?=#+(?:\s|\Z))|(?=[-+](?:\s|\Z))|(?=-[-|:])|(?==+\s*\Z)|(?=~~~)"
    r"|(?=:[-|:\s])|(?=\[(?![^\[\]]*\]))|\d{1,9}(?=[.)](?:\s|\Z)))"
)
# A line within a formula that would underline what is above it.
_UNDERLINES = re.compile(r"\n(?= {0,3}=+[ \t]*\n)")
_NEEDS_ANGLES = re.compile(r"[\s<>()\\]|\A\Z")
_IN_ANGLES = re.compile(rf"[\\<>]|{_ENTITY}")
_BACKTICKS = re.compile(r"`+")


class _Around(NamedTuple):
    """What an inline stands in.

    Attributes:
        is_flat: Whether all must be on one line.
        is_label: Whether it is the text of a link.
        is_hole: Whether it is hidden in a hole.
        mark: That of the emphasis directly around it, `*` or `_`.
    """

    is_flat: bool
    is_label: bool = False
    is_hole: bool = False
    mark: str = ""


class _Piece(NamedTuple):
    """A part of a line: words still to be escaped, a mark, or what is written already."""

    kind: str  # "edge", "text", "open", "close" or "raw"
    content: str
    around: _Around


def write_inlines(inlines: Document, *, is_flat: bool = False) -> str:
    """Return inlines as Markdown.

    Args:
        inlines: As `exports.records` says.
        is_flat: Whether all of it must be on one line, as in a table's cell or after `#`; a
            line break becomes a space.
    """
    around = _Around(is_flat)
    edge = _Piece("edge", "", around)
    pieces = [edge]
    _flatten(inlines, around, pieces)
    pieces.append(edge)
    written = "".join(
        _write_words(pieces, at) if piece.kind == "text" else piece.content
        for at, piece in enumerate(pieces)
    )
    if written.startswith("$") and written.endswith("\\"):
        # To find whether the first dollar is escaped, markdown-it looks at the character
        # before it, and takes the last one for that.
        return f"{written[:-2]}&#92;"
    return written


# --- pieces --------------------------------------------------------------------------


def _flatten(inlines: Document, around: _Around, pieces: list[_Piece]) -> None:
    """Append what inlines are made of to `pieces`."""
    for tag, *rest in inlines:
        match tag:
            case "text":
                _add_words(rest[0], around, pieces)
            case "emphasis" | "strong":
                _add_marked(1 if tag == "emphasis" else 2, rest[0], around, pieces)
            case "link":
                inner = around._replace(is_label=True, mark="")
                _add_between("[", rest[1], f"]({_target(rest[0])})", inner, pieces)
            case "cloze":
                number, hint, hidden = rest
                inner = around._replace(is_hole=True, mark="")
                _add_between(f"{{{{c{number:d}::", hidden, _end_hole(hint), inner, pieces)
            case _:
                _add_raw(_LEAVES[tag](*rest), around, pieces)


def _add_words(text: str, around: _Around, pieces: list[_Piece]) -> None:
    last = pieces[-1]
    if last.kind == "text" and last.around == around:
        pieces[-1] = last._replace(content=last.content + text)
    elif text:
        pieces.append(_Piece("text", text, around))


def _add_marked(count: int, inlines: Document, around: _Around, pieces: list[_Piece]) -> None:
    """Add emphasis; of two marks that touch, one is `*` and one `_`."""
    touching = pieces[-1].content[0] if pieces[-1].kind == "close" else around.mark
    mark = "_" if touching == "*" else "*"
    pieces.append(_Piece("open", mark * count, around))
    _flatten(inlines, around._replace(mark=mark), pieces)
    pieces.append(_Piece("close", mark * count, around))


def _add_between(
    begin: str, inlines: Document, end: str, inner: _Around, pieces: list[_Piece]
) -> None:
    _add_raw(begin, inner, pieces)
    _flatten(inlines, inner, pieces)
    _add_raw(end, inner, pieces)


def _add_raw(written: str, around: _Around, pieces: list[_Piece]) -> None:
    if around.is_flat:
        written = written.replace("\\\n", " ").replace("\n", " ")
    pieces.append(_Piece("raw", _UNDERLINES.sub(" ", written), around))


# --- words ---------------------------------------------------------------------------


def _write_words(pieces: Sequence[_Piece], at: int) -> str:
    """Return words escaped, as far as what stands before and after them asks for it."""
    text, around = pieces[at].content, pieces[at].around
    before, after = pieces[at - 1], pieces[at + 1]
    starts_line = before.kind == "edge" or before.content.endswith("\n")
    first = _must_be_entity(pieces, at, -1, at_edge=starts_line)
    last = _must_be_entity(pieces, at, 1, at_edge=after.kind == "edge")
    if len(text) == 1:
        first, last = first or last, False
    middle = text[first : len(text) - last]
    escaped = _ESCAPED[around.is_label, around.is_hole].sub(r"\\\g<0>", middle)
    if starts_line and not first:
        escaped = _OPENS_BLOCK.sub(r"\g<0>\\", escaped)
    if escaped.endswith("!") and after.content.startswith("["):
        escaped = f"{escaped[:-1]}\\!"
    written = f"{_entity(text[0]) if first else ''}{escaped}{_entity(text[-1]) if last else ''}"
    return written.replace("\n", "&#10;").replace("\r", "&#13;")


def _must_be_entity(pieces: Sequence[_Piece], at: int, step: int, *, at_edge: bool) -> bool:
    """Return whether the first or last character of words must be written as `&#N;`.

    At an edge, white space would be dropped. Next to a mark, it decides what the mark does
    whether the characters before and behind it are white space, punctuation or neither; an
    entity is punctuation.

    Args:
        pieces: All pieces of the line.
        at: Which of them the words are.
        step: -1 for the first character, 1 for the last.
        at_edge: Whether it stands at the beginning or end of a line.
    """
    character = _facing(pieces[at], -step)
    neighbour = pieces[at + step]
    if at_edge:
        return _is_white(character)
    if neighbour.kind not in {"open", "close"}:
        return False
    if (neighbour.kind == "open") == (step < 0):
        return _is_white(character)
    if character.isspace() or character in punctuation:
        return False
    inner = pieces[at + 2 * step]
    is_word = _facing(inner, step).isalnum() and len(inner.content) > 1
    return neighbour.content[0] == "_" or not is_word


def _facing(piece: _Piece, step: int) -> str:
    """Return the end of a piece that one comes to first, going forwards or backwards."""
    return piece.content[0 if step > 0 else -1]


def _is_white(character: str) -> bool:
    """Return whether Markdown drops a character at an edge, and an entity can stand for it."""
    return character.isspace() and character not in "\x0b\x1c\x1d\x1e\x1f\x85"


def _entity(character: str) -> str:
    return f"&#{ord(character)};"


# --- leaves --------------------------------------------------------------------------


def _code(text: str) -> str:
    lengths = {len(run) for run in _BACKTICKS.findall(text)}
    fence = "`" * next(n for n in range(1, len(lengths) + 2) if n not in lengths)
    touches = text.startswith("`") or text.endswith("`")
    is_stripped = text.startswith(" ") and text.endswith(" ") and text.strip(" ")
    return f"{fence} {text} {fence}" if touches or is_stripped else f"{fence}{text}{fence}"


def _math(tex: str) -> str:
    return f"${tex}$"


def _display_math(tex: str) -> str:
    return f"$${tex}$$"


def write_holes(parts: Sequence[str | Node]) -> str:
    """Return TeX with holes, as `exports.records` says, in the syntax of the deck format."""
    return "".join(
        part if isinstance(part, str) else f"{{{{c{part[1]:d}::{part[3]}{_end_hole(part[2])}"
        for part in parts
    )


def _cloze_math(is_display: bool, parts: Sequence[str | Node]) -> str:
    tex = write_holes(parts)
    return _display_math(tex) if is_display else _math(tex)


def _end_hole(hint: str | None) -> str:
    return f"::{hint}}}}}" if hint else "}}"


def _image(name: str, description: str) -> str:
    return f"![{description}]({_target(name)})"


def _target(address: str) -> str:
    if not _NEEDS_ANGLES.search(address):
        return re.sub(_ENTITY, r"\\&", address)
    inside = _IN_ANGLES.sub(r"\\\g<0>", address)
    return f"<{inside}>"


_LEAVES: Mapping[str, Callable[..., str]] = {
    "code": _code,
    "math": _math,
    "display_math": _display_math,
    "cloze_math": _cloze_math,
    "image": _image,
    "line_break": lambda: "\\\n",
}
