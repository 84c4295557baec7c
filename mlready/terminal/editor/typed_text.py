"""What learners type: prose with formulas between dollars, finished or not."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from mlready.mathtext.widths import END_OF_MARK, MARK

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlready.content.document import Document, Node

# A formula never goes on over a blank line; inline, no blank stands next to its dollars.
_WITHIN = r"[^$\\\n]|\\.|\n(?![^\S\n]*(?:\n|$))"
_SPAN = re.compile(
    rf"\\.|`(?P<code>[^`\n]+)`"
    rf"|\$\$(?P<display>(?:{_WITHIN}|\$(?!\$))+?)\$\$"
    rf"|\$(?![\s$])(?P<inline>(?:{_WITHIN})+?)(?<!\s)\$"
    r"|(?P<opening>\$\$?)",
    re.DOTALL,
)
_PARAGRAPH_BREAK = re.compile(r"\n[^\S\n]*\n\s*")
_TAGS = {"code": "code", "display": "display_math", "inline": "math"}
_MARKS = str.maketrans("", "", MARK + END_OF_MARK)


class Formula(NamedTuple):
    """A formula in a text.

    Attributes:
        tex: without its dollars.
        start: the offset of its first dollar.
        is_displayed: whether it stands on a line of its own.
        is_finished: whether its closing dollars are there.
    """

    tex: str
    start: int
    is_displayed: bool
    is_finished: bool


def formula_at(text: str, cursor: int) -> Formula | None:
    """The formula in which the cursor stands, or else the last one before it.

    One without closing dollars ends at the cursor.
    """
    last = None
    for span in _SPAN.finditer(text):
        if span.start() >= cursor:
            break
        found = _formula(span, text[span.end() : cursor])
        last = found if found is not None and found.tex.strip() else last
    return last


def _formula(span: re.Match[str], behind: str) -> Formula | None:
    """The formula that the span is, or that it opens."""
    start = span.start()
    for kind in ("display", "inline"):
        if span[kind] is not None:
            return Formula(span[kind].translate(_MARKS), start, kind == "display", True)
    if span["opening"] is None or _PARAGRAPH_BREAK.search(behind):
        return None
    displayed = span["opening"] == "$$"
    if behind[:1].isspace() and not displayed:
        return None
    return Formula(behind.translate(_MARKS), start, displayed, False)


def read_typed(text: str) -> Document:
    """The text as a document; whatever is not a formula stays as it was typed."""
    parts = _PARAGRAPH_BREAK.split(text.translate(_MARKS).strip())
    return [["paragraph", list(_inlines(part))] for part in parts if part]


def _inlines(paragraph: str) -> Iterator[Node]:
    words = ""
    at = 0
    for span in _SPAN.finditer(paragraph):
        words += paragraph[at : span.start()]
        at = span.end()
        kind = span.lastgroup or ""
        if kind not in _TAGS:
            words += "$" if span[0] == r"\$" else span[0]
            continue
        displayed = kind == "display"  # and on lines of its own
        yield from _lines(words.rstrip() if displayed else words)
        words = ""
        yield [_TAGS[kind], span[kind]]
        while displayed and paragraph[at : at + 1].isspace():
            at += 1
    yield from _lines(words + paragraph[at:])


def _lines(words: str) -> Iterator[Node]:
    """Words, with the line breaks as they were typed."""
    for number, line in enumerate(words.split("\n")):
        if number:
            yield ["line_break"]
        if line:
            yield ["text", line]
