"""Markdown to the inner tree, through markdown-it-py; what is wrong comes back as findings."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from markdown_it import MarkdownIt
from mdit_py_plugins.dollarmath import dollarmath_plugin

from mlready.content.cloze import OPENING, find_holes, mask_holes, read_hole, split_math
from mlready.content.document import is_empty, walk
from mlready.content.plain_markdown import split_blocks, split_inlines
from mlready.content.problems import quoted
from mlready.mathtext.reading.checking import find_mistake

if TYPE_CHECKING:
    from collections.abc import Callable

    from markdown_it.rules_inline import StateInline
    from markdown_it.token import Token

    from mlready.content.document import Document
    from mlready.content.plain_markdown import Block

# Below markdown-it's own limit of 20, beyond which it drops what is nested without a word.
MAX_DEPTH = 16
MAX_FINDINGS = 20

_SAFE_LINK = re.compile(r"(https?://|mailto:)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Finding:
    """Something wrong in a text: what, a hint, and the offset where it is (a best effort)."""

    message: str
    hint: str
    offset: int


def parse_markdown(text: str, *, inline: bool = False) -> tuple[Document, list[Finding]]:
    """Parse Markdown with mathematics and holes.

    Args:
        text: what the author wrote.
        inline: whether it is one line without blocks, as a must-mention point is.

    Returns:
        The document, and what is wrong with it.
    """
    reader = _TreeReader(text)
    if inline:
        return [["paragraph", reader.read_paragraph(text.strip())]], reader.findings
    blocks = split_blocks(text)
    if blocks is None:
        return reader.read_blocks(_parser().parse(text)), reader.findings
    return [reader.read_plain(block) for block in blocks], reader.findings


@cache
def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False}).enable("table")
    # Kept apart, an escaped dollar can be told from one that lost its partner.
    parser.disable("text_join")
    parser.use(dollarmath_plugin, allow_space=False, allow_labels=False, double_inline=True)
    parser.inline.ruler.before("escape", "cloze", _read_cloze)
    return parser


def _read_cloze(state: StateInline, silent: bool) -> bool:
    """An inline rule: a hole, its content parsed as Markdown in turn."""
    if not state.src.startswith("{{c", state.pos):
        return False
    hole = read_hole(state.src, state.pos, state.posMax)
    if hole is None:
        return False
    if not silent:
        token = state.push("cloze_open", "", 1)
        token.meta = {"number": hole.number, "hint": hole.hint}
        start = state.pos + len(f"{{{{c{hole.number}::")
        end, state.pos, state.posMax = state.posMax, start, start + len(hole.content)
        state.md.inline.tokenize(state)
        # Code and mathematics look for their end beyond the hole.
        token.meta["is_crossed"] = state.pos > state.posMax
        state.posMax = end
        state.push("cloze_close", "", -1)
    state.pos = hole.end
    return True


# A fragment of the text that was passed by: where its rows stand, and the rows.
Passed = tuple[list[int], list[str]]


@dataclass(slots=True)
class _Open:
    """A container whose content is being gathered; `cursor` is where it began."""

    token: Token
    content: list[Any]
    cursor: int


class _TreeReader:
    """Turns markdown-it's flat tokens into the tree, without recursion.

    The tokens do not say where in the text they stand. `cursor` follows them through it: all
    before it has been read.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        self.findings: list[Finding] = []
        self.cursor = 0

    def find(self, message: str, hint: str, offset: int) -> None:
        if len(self.findings) < MAX_FINDINGS:
            last = max(0, len(self.text) - 1)
            self.findings.append(Finding(message, hint, min(offset, last)))

    def pass_by(self, fragment: str) -> Passed:
        """Move the cursor behind the next occurrence of a fragment.

        In a list or a quote, rows are found one by one, because what they are indented with
        is not theirs.
        """
        at = self.text.find(fragment, self.cursor)
        rows = fragment.split("\n") if at < 0 else [fragment]
        starts = []
        for row in rows:
            found = self.text.find(row, self.cursor)
            starts.append(max(found, self.cursor))
            self.cursor = found + len(row) if found >= 0 else self.cursor
        return starts, rows

    def offset_of(self, passed: Passed, inner: int) -> int:
        """Where in the text the character `inner` of a fragment stands."""
        for start, row in zip(*passed, strict=True):
            if inner <= len(row):
                return start + inner
            inner -= len(row) + 1
        return self.cursor

    def read_plain(self, block: Block) -> list[Any]:
        """A block that needs no block parser."""
        if block.kind == "display_math":
            return self._math(block.content, display=True)
        if block.kind == "paragraph":
            return _paragraph(self.read_paragraph(block.content))
        items = [line[2:] for line in block.content.split("\n")]
        return ["bullet_list", [[_paragraph(self.read_paragraph(item))] for item in items]]

    def read_paragraph(self, content: str) -> list[Any]:
        """The inlines of a paragraph; the parser sees it only if it is more than it seems."""
        start = max(0, self.text.find(content, self.cursor))
        pieces = split_inlines(content)
        if pieces is None:
            self.cursor = start
            return self.read_inlines(_parser().parseInline(content)[0].children or [])
        inlines: list[Any] = []
        for piece in pieces:
            if piece.kind == "math" and not _is_sound(piece.content):
                self.cursor = start + piece.start
                inlines.append(self._math(piece.content, display=False))
            elif piece.kind in {"text", "math", "code"}:
                inlines.append([piece.kind, piece.content])
            else:
                inlines.append([piece.kind, [["text", piece.content]]])
        self.cursor = start + len(content)
        return inlines

    def read_blocks(self, tokens: list[Token]) -> list[Any]:
        return self._read(tokens, self._leaf_block)

    def read_inlines(self, tokens: list[Token]) -> list[Any]:
        return _join_text(self._read(tokens, self._leaf_inline))

    def _read(self, tokens: list[Token], read_leaf: Callable[[Token], list[Any]]) -> list[Any]:
        root: list[Any] = []
        stack: list[_Open] = []
        for token in tokens:
            target = stack[-1].content if stack else root
            if token.nesting == 1:
                stack.append(_Open(token, [], self.cursor))
                if len(stack) == MAX_DEPTH:
                    self.find("nested too deeply", "flatten it", self.cursor)
            elif token.nesting == -1:
                opened = stack.pop()
                target = stack[-1].content if stack else root
                if len(stack) < MAX_DEPTH:
                    target.extend(self._close(opened))
            else:
                target.extend(read_leaf(token))
        return root

    def _leaf_block(self, token: Token) -> list[Any]:
        match token.type:
            case "inline":
                return self.read_inlines(token.children or [])
            case "fence" | "code_block":
                self.pass_by(token.content)
                return [["code_block", "".join(token.info.split()[:1]), token.content]]
            case "math_block":
                return [self._math(token.content, display=True)]
            case "hr":
                return [["rule"]]
        return []

    def _leaf_inline(self, token: Token) -> list[Any]:
        content = token.content
        match token.type:
            case "text" | "text_special":
                return [self._text(token)]
            case "softbreak" | "hardbreak":
                return [["text", " "] if token.type == "softbreak" else ["line_break"]]
            case "math_inline" | "math_inline_double":
                return [self._math(content, display=token.type == "math_inline_double")]
            case "code_inline":
                self.pass_by(content)
                return [["code", content]]
            case "image":
                self.pass_by(content)
                return [["image", str(token.attrs.get("src", "")), content]]
        return []

    def _close(self, opened: _Open) -> list[Any]:
        content, token = opened.content, opened.token
        match token.type:
            case "link_open":
                return [self._link(opened)]
            case "cloze_open":
                return [self._cloze(opened)]
            case "heading_open":
                return [["heading", int(token.tag[1:]), content]]
            case "ordered_list_open":
                return [["ordered_list", int(token.attrs.get("start", 1)), content]]
            case "th_open" | "td_open":
                return [(str(token.attrs.get("style", "")), content)]
        build = _CONTAINERS.get(token.type)
        return [build(content)] if build else content

    def _cloze(self, opened: _Open) -> list[Any]:
        number, hint = opened.token.meta["number"], opened.token.meta["hint"]
        at = max(opened.cursor, self.text.find(f"{{{{c{number}::", opened.cursor))
        if opened.token.meta["is_crossed"]:
            self.find("a $ or ` that is closed outside its hole", "close it within", at)
        elif is_empty(opened.content):
            self.find("a hole with nothing in it", "write what it hides", at)
        if any(node[0] in {"cloze", "cloze_math"} for node in walk(opened.content)):
            self.find("a hole within a hole", "put them side by side", at)
        return ["cloze", number, hint, _join_text(opened.content)]

    def _link(self, opened: _Open) -> list[Any]:
        href = str(opened.token.attrs.get("href", ""))
        if not _SAFE_LINK.match(href):
            hint = "link to http://, https:// or mailto:"
            at = max(opened.cursor, self.text.find("](", self.cursor))
            self.find(f"a link to {quoted(href)}", hint, at)
        return ["link", href, _join_text(opened.content)]

    def _math(self, tex: str, *, display: bool) -> list[Any]:
        passed = self.pass_by(tex)
        if "{{" not in tex:
            self._check_tex(tex, passed)
            return ["display_math" if display else "math", tex]
        whole = mask_holes(tex)
        if self._check_holes(tex, whole, passed):
            self._check_tex(whole, passed)
        parts = split_math(tex)
        if any(not isinstance(part, str) for part in parts):
            return ["cloze_math", display, parts]
        return ["display_math" if display else "math", tex]

    def _check_tex(self, tex: str, passed: Passed) -> None:
        mistake = find_mistake(tex)
        if not tex.strip("{} \n"):
            at = self.offset_of(passed, 0)
            self.find("empty mathematics", "write a formula between the dollars", at)
        elif mistake is not None:
            at = self.offset_of(passed, mistake.offset)
            self.find(mistake.message, mistake.hint, at)

    def _check_holes(self, tex: str, whole: str, passed: Passed) -> bool:
        """Whether the holes of a formula are good; in `whole`, each is a mere group."""
        before = len(self.findings)
        holes = list(find_holes(tex))
        for start, hole in holes:
            if not hole.content.strip():
                at = self.offset_of(passed, start)
                self.find("a hole with nothing in it", "write what it hides", at)
        if stray := OPENING.search(whole):
            at = self.offset_of(passed, stray.start())
            if any(start < stray.start() < hole.end for start, hole in holes):
                self.find("a hole within a hole", "put them side by side", at)
            else:
                self.find("a hole that is never closed", "close it with }}", at)
        return len(self.findings) == before

    def _text(self, token: Token) -> list[Any]:
        content = token.content
        start = self.pass_by(token.markup or content)[0][0]
        # What was escaped is a text_special, and means itself.
        if token.type == "text" and "$" in content:
            hint = r"close it with a second $, or write a dollar sign as \$"
            self.find("a $ without its partner", hint, start + content.index("$"))
        opened = OPENING.search(content)
        if token.type == "text" and opened:
            hint = "close it with }} in the same paragraph; braces within must balance"
            self.find("a hole that is never closed", hint, start + opened.start())
        return ["text", content]


def _is_sound(tex: str) -> bool:
    """Whether a formula has no holes and no mistakes."""
    return "{{" not in tex and find_mistake(tex) is None and bool(tex.strip("{} \n"))


def _paragraph(content: list[Any]) -> list[Any]:
    """A paragraph; one that is only a displayed formula is that formula."""
    if len(content) == 1 and content[0][0] == "display_math":
        return list(content[0])
    return ["paragraph", content]


def _table(rows: list[Any]) -> list[Any]:
    aligns = [style.removeprefix("text-align:") for style, _ in rows[0]] if rows else []
    return ["table", aligns, [[cell for _, cell in row] for row in rows]]


def _join_text(nodes: list[Any]) -> list[Any]:
    """Neighbouring texts as one, so that wrapping and searching see whole words."""
    joined: list[Any] = []
    for node in nodes:
        if node == ["text", ""]:
            continue
        if node[0] == "text" and joined and joined[-1][0] == "text":
            joined[-1] = ["text", joined[-1][1] + node[1]]
        else:
            joined.append(node)
    return joined


# What becomes of a container's content, by the token that opens it; of others, nothing.
_CONTAINERS: dict[str, Callable[[list[Any]], list[Any]]] = {
    "paragraph_open": _paragraph,
    "blockquote_open": lambda content: ["quote", content],
    "bullet_list_open": lambda content: ["bullet_list", content],
    "list_item_open": lambda content: content,
    "table_open": _table,
    "tr_open": lambda content: content,
    "em_open": lambda content: ["emphasis", _join_text(content)],
    "strong_open": lambda content: ["strong", _join_text(content)],
}
