"""A card as a page for the browser: one text that loads nothing, and in which nothing is live.

Responsible for the page and its security policy. The documents' HTML is the exporter's, which
escapes all that authors write; the formulas are typeset by KaTeX, which the page carries.
"""

from __future__ import annotations

import re
from base64 import b64encode
from functools import cache
from hashlib import sha256
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from exports.html import escape, escape_attribute, render, render_tight
from mlready.mathtext.widths import END_OF_MARK, MARK

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from importlib.resources.abc import Traversable

    from mlready.content.document import Document
    from mlready.store.reading import CardContent, Source

_IMAGE = re.compile(r'<img src="([^"]*)" alt="([^"]*)">')
_FONT = re.compile(
    r"url\((fonts/[\w-]+\.woff2)\) format\(\"woff2\"\)(?:,url\([^)]*\) format\([^)]*\))*"
)
_TAKES_ONE_TOKEN = re.compile(r"(?:[\^_]|\\[A-Za-z]+)\s*\Z")
_ENDS_IN_COMMAND = re.compile(r"\\[A-Za-z]+\Z")
_IN_TEXT = str.maketrans(
    {
        "#": r"\#",
        "%": r"\%",
        "&": r"\&",
        "_": r"\_",
        "^": r"\textasciicircum{}",
        "~": r"\textasciitilde{}",
    }
)
_UNMARKED = {ord(MARK): None, ord(END_OF_MARK): None}
_LINK = re.compile(r"https?://\S+", re.IGNORECASE)


def card_page(card: CardContent, topic: str, *, revealed: bool, pictures: Mapping[str, str]) -> str:
    """The whole page of a card.

    Args:
        card: its content.
        topic: the title of its topic.
        revealed: whether the answer is in sight at once; if not, a button shows it.
        pictures: what stands for a picture's file: a `data:` address; without one it is named.
    """
    style, script = _style(), _script()
    policy = (
        f"default-src 'none'; script-src 'sha256-{_digest(script)}'; style-src 'unsafe-inline'; "
        "font-src data:; img-src data:; base-uri 'none'; form-action 'none'"
    )
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="referrer" content="no-referrer">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{escape_attribute(topic)}</title>
<style>{style}</style>
</head>
<body>
<main>
{_with_pictures(_card(card, topic, revealed=revealed), pictures)}
</main>
<script>{script}</script>
</body>
</html>
"""


def _card(card: CardContent, topic: str, *, revealed: bool) -> str:
    tags = "".join(
        f"<span>{escape(tag)}</span>" for tag in (card.kind.replace("-", " "), card.level)
    )
    asked = fill_holes(card.prompt, card.ordinal, revealed=revealed)
    parts = [
        f"<header><b>{escape(topic)}</b>{tags}</header>",
        f'<section class="question">\n{_html(asked)}\n</section>',
    ]
    place = f"<footer>{escape(f'{card.card_key}, {card.path}:{card.line}')}</footer>"
    answer = _answer(card, revealed=revealed)
    if answer:
        state = " open" if revealed else ""
        # The key tells many an answer, so it is folded away with it.
        folded = f"<details{state}>\n<summary>answer</summary>\n{answer}\n{place}\n</details>"
        return "\n".join([*parts, folded])
    return "\n".join([*parts, place])


def _answer(card: CardContent, *, revealed: bool) -> str:
    """What shows with the answer; a cloze is answered by its own text."""
    parts = []
    if card.is_cloze and not revealed:
        filled = fill_holes(card.prompt, card.ordinal, revealed=True)
        parts.append(f"<section>\n{_html(filled)}\n</section>")
    if card.answer:
        parts.append(f"<section>\n{render(card.answer)}\n</section>")
    if card.must_mention:
        items = "".join(f"<li>{render_tight(point)}</li>" for point in card.must_mention)
        label = '<div class="label">Must mention</div>'
        parts.append(f'<section class="mention">{label}<ul>{items}</ul></section>')
    if card.source is not None:
        parts.append(f'<p class="source">Source: {_source(card.source)}</p>')
    return "\n".join(parts)


def _source(source: Source) -> str:
    work = escape(source.citation)
    if source.url and _LINK.fullmatch(source.url):
        work = f'<a href="{escape_attribute(source.url)}">{work}</a>'
    return f"{work}, {escape(source.at)}" if source.at else work


def _html(document: Document) -> str:
    """The HTML of a document whose hole is marked."""
    marked = render(document)
    return marked.replace(MARK, '<span class="hole">').replace(END_OF_MARK, "</span>")


def _with_pictures(html: str, pictures: Mapping[str, str]) -> str:
    """The HTML with each picture in it; one that is not to be had is named by what it shows."""

    def picture(found: re.Match[str]) -> str:
        name, description = found.groups()
        if name in pictures:
            return f'<img src="{pictures[name]}" alt="{description}">'
        return f"&#91;picture: {description or name}]"

    # No author can write this: every `<` of theirs is an entity.
    return _IMAGE.sub(picture, html)


# --- holes -------------------------------------------------------------------------------


def fill_holes(document: Document, hole: int, *, revealed: bool) -> Document:
    """The document without holes; in place of the one that is asked for stands a mark.

    Args:
        document: of a cloze; any other comes back as it is.
        hole: the number of the hole the card asks for.
        revealed: whether that one is filled in, rather than showing its hint.
    """
    return [found for node in document for found in _fill(node, hole, revealed=revealed)]


def _fill(value: Any, hole: int, *, revealed: bool) -> list[Any]:
    """What a value of the tree becomes: one value, or the inlines of a hole."""
    match value:
        case ["cloze", int(number), hint, [*inner]]:
            inner = list(fill_holes(inner, hole, revealed=revealed))
            if number != hole:
                return inner
            shown = inner if revealed else [["text", f"[{_unmarked(hint) or '…'}]"]]
            return [["text", MARK], *shown, ["text", END_OF_MARK]]
        case ["cloze_math", bool(display), [*parts]]:
            tex = _fill_math(parts, hole, revealed=revealed)
            return [["display_math" if display else "math", tex]]
        case [*items]:
            return [list(fill_holes(items, hole, revealed=revealed))]
        case str():
            return [_unmarked(value)]
        case _:
            return [value]


def _unmarked(text: str | None) -> str:
    return (text or "").translate(_UNMARKED)


def _fill_math(parts: Sequence[Any], hole: int, *, revealed: bool) -> str:
    tex = ""
    for part in parts:
        if isinstance(part, str):
            tex += _unmarked(part)
            continue
        _, number, hint, content = part
        filling = _unmarked(content)
        if number == hole:
            shown = filling if revealed else rf"\boxed{{{_hint(_unmarked(hint))}}}"
            filling = rf"\htmlClass{{hole}}{{{shown}}}"
        # A script or a command takes one token; elsewhere braces would undo TeX's spacing.
        if _TAKES_ONE_TOKEN.search(tex):
            filling = f"{{{filling}}}"
        tex += f"{filling} " if _ENDS_IN_COMMAND.search(filling) else filling
    return tex


def _hint(hint: str) -> str:
    """A hint as TeX, which it may be already."""
    if not hint:
        return r"\cdots"
    if any(character in hint for character in "\\{}$"):
        return hint
    return rf"\text{{{hint.translate(_IN_TEXT)}}}"


# --- what the page carries ----------------------------------------------------------------


def _folder() -> Traversable:
    return files("mlready.terminal.typeset")


def _read(*path: str) -> str:
    return _folder().joinpath(*path).read_text(encoding="utf-8")


@cache
def _style() -> str:
    """KaTeX's style with its fonts in it, then the page's own."""

    def font(found: re.Match[str]) -> str:
        data = _folder().joinpath("katex", *found[1].split("/")).read_bytes()
        return f'url(data:font/woff2;base64,{b64encode(data).decode()}) format("woff2")'

    return _FONT.sub(font, _read("katex", "katex.min.css")) + "\n" + _read("page.css")


@cache
def _script() -> str:
    """KaTeX, and what sets it to work."""
    scripts = (
        _read("katex", "katex.min.js"),
        _read("katex", "auto-render.min.js"),
        _read("page.js"),
    )
    return "\n;".join(scripts)


def _digest(script: str) -> str:
    return b64encode(sha256(script.encode()).digest()).decode()
