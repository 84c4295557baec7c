"""Markdown to the inner tree, through markdown-it-py; what is wrong comes back as findings."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token
from mdit_py_plugins.dollarmath import dollarmath_plugin

from mlready.content.cloze import OPENING, read_hole, split_math
from mlready.content.document import Document
from mlready.mathtext.balance import find_imbalance

MAX_DEPTH = 24

# Nothing in such a text can mean anything to Markdown, when it stands on one line.
_PLAIN_LINE = re.compile(r"[A-Za-z(][\w ,.;'()?/%§–-]*")
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
    line = text.strip()
    if _PLAIN_LINE.fullmatch(line):
        return [["paragraph", [["text", line]]]], []
    parser = _parser()
    tokens = parser.parseInline(line) if inline else parser.parse(text)
    reader = _TreeReader(text)
    if inline:
        return [["paragraph", reader.read_inlines(tokens[0].children or [])]], reader.findings
    return reader.read_blocks(tokens), reader.findings


@cache
def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False}).enable("table")
    # Kept apart, an escaped dollar can be told from one that lost its partner.
    parser.disable("text_join")
    parser.use(dollarmath_plugin, allow_space=False, allow_labels=False, double_inline=True)
    parser.inline.ruler.before("escape", "cloze", _read_cloze)
    return parser


def _read_cloze(state: StateInline, silent: bool) -> bool:  # noqa: FBT001 - their signature
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
        state.posMax = end
        state.push("cloze_close", "", -1)
    state.pos = hole.end
    return True


@dataclass(slots=True)
class _Open:
    """A container whose content is being gathered."""

    token: Token
    content: list[Any]


class _TreeReader:
    """Turns markdown-it's flat tokens into the tree, without recursion."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.findings: list[Finding] = []
        self.cursor = 0

    def find(self, message: str, hint: str, fragment: str, inner: int = 0) -> None:
        """Note a finding at `inner` characters into the next occurrence of a fragment."""
        at = self.text.find(fragment, self.cursor)
        if at < 0:
            at = self.text.find(fragment.split("\n")[0], self.cursor)
            inner = 0
        self.findings.append(Finding(message, hint, max(at, 0) + inner))

    def read_blocks(self, tokens: list[Token]) -> list[Any]:
        return self._read(tokens, self._leaf_block)

    def read_inlines(self, tokens: list[Token]) -> list[Any]:
        return _join_text(self._read(tokens, self._leaf_inline))

    def _read(self, tokens: list[Token], read_leaf: Any) -> list[Any]:
        root: list[Any] = []
        stack: list[_Open] = []
        for token in tokens:
            target = stack[-1].content if stack else root
            if token.nesting == 1:
                stack.append(_Open(token, []))
                if len(stack) == MAX_DEPTH:
                    self.find("nested too deeply", "flatten it", "")
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
                language = token.info.split()[0] if token.info.split() else ""
                return [["code_block", language, token.content]]
            case "math_block":
                return [self._math(token.content, display=True)]
            case "hr":
                return [["rule"]]
        return []

    def _leaf_inline(self, token: Token) -> list[Any]:
        match token.type:
            case "text":
                self._check_text(token.content)
                return [["text", token.content]]
            case "text_special":
                return [["text", token.content]]
            case "softbreak":
                return [["text", " "]]
            case "hardbreak":
                return [["line_break"]]
            case "code_inline":
                return [["code", token.content]]
            case "math_inline":
                return [self._math(token.content, display=False)]
            case "math_inline_double":
                return [self._math(token.content, display=True)]
            case "image":
                return [["image", str(token.attrs.get("src", "")), token.content]]
        return []

    def _close(self, opened: _Open) -> list[Any]:
        content, token = opened.content, opened.token
        match token.type:
            case "paragraph_open":
                return [_paragraph(content)]
            case "heading_open":
                return [["heading", int(token.tag[1:]), content]]
            case "blockquote_open":
                return [["quote", content]]
            case "bullet_list_open":
                return [["bullet_list", content]]
            case "ordered_list_open":
                return [["ordered_list", int(token.attrs.get("start", 1)), content]]
            case "table_open":
                return [_table(content)]
            case "list_item_open" | "tr_open":
                return [content]
            case "th_open" | "td_open":
                return [(str(token.attrs.get("style", "")), content)]
            case "thead_open" | "tbody_open":
                return content
            case "em_open":
                return [["emphasis", _join_text(content)]]
            case "strong_open":
                return [["strong", _join_text(content)]]
            case "link_open":
                return [self._link(str(token.attrs.get("href", "")), content)]
            case "cloze_open":
                return [self._cloze(token.meta, content)]
        return content

    def _cloze(self, meta: dict[str, Any], content: list[Any]) -> list[Any]:
        hint = meta["hint"]
        opening = f"{{{{c{meta['number']}::"
        if not content:
            self.find("a hole with nothing in it", "write what it hides", opening)
        if any(node[0] == "cloze" for node in content):
            self.find("a hole within a hole", "put them side by side", opening)
        return ["cloze", meta["number"], hint, _join_text(content)]

    def _link(self, href: str, content: list[Any]) -> list[Any]:
        if not _SAFE_LINK.match(href):
            hint = "link to http://, https:// or mailto:"
            self.find(f'a link to "{href[:60]}"', hint, "](")
        return ["link", href, _join_text(content)]

    def _math(self, tex: str, *, display: bool) -> list[Any]:
        parts = split_math(tex) if "{{c" in tex else [tex]
        whole = "".join(p if isinstance(p, str) else f"{{{p[3]}}}" for p in parts)
        imbalance = find_imbalance(whole)
        if not whole.strip("{} \n"):
            self.find("empty mathematics", "write a formula between the dollars", "$")
        elif imbalance is not None:
            inner = imbalance.offset if whole == tex else 0
            self.find(imbalance.message, imbalance.hint, tex, inner)
        at = self.text.find(tex, self.cursor)
        self.cursor = at + len(tex) + 1 if at >= 0 else self.cursor
        if any(not isinstance(part, str) for part in parts):
            return ["cloze_math", display, parts]
        return ["display_math" if display else "math", tex]

    def _check_text(self, text: str) -> None:
        if "$" in text:
            hint = r"close it with a second $, or write a dollar sign as \$"
            self.find("a $ without its partner", hint, text, text.index("$"))
        opened = OPENING.search(text)
        if opened:
            hint = "close it with }} in the same paragraph; braces within must balance"
            self.find("a hole that is never closed", hint, text, opened.start())


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
        if node[0] == "text" and joined and joined[-1][0] == "text":
            joined[-1] = ["text", joined[-1][1] + node[1]]
        else:
            joined.append(node)
    return joined
