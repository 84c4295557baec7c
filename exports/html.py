r"""Documents as the HTML that Anki keeps in its fields.

Responsible for two things: the reader, and MathJax, get exactly what the author wrote;
and nothing an author writes becomes live: no tag, handler, script or remote resource.

A field is read four times, and each reader has its own markers, which are disarmed here:

- Anki's cloze parser knows `{{c1::`, `::` and `}}`. Braces of text are written as
  entities; inside a hole colons are, too, and the braces of TeX are kept apart.
- Anki's card renderer knows `[sound:`, `[anki:`, `[latex]`, `[$]` and `[[type:`. All
  need a bracket, and brackets are written as entities.
- The browser knows `<` and `&`.
- MathJax knows `\(` and `\[`, and looks only after the browser decoded every entity. It
  never joins text across an element, so each backslash of prose sits in one of its own.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from itertools import chain, pairwise, repeat

from exports.records import Document, Node

_LITERAL = str.maketrans(
    {
        "&": "&amp;",
        "<": "&lt;",
        ">": "&gt;",
        "[": "&#91;",
        '"': "&quot;",
        "{": "&#123;",
        "}": "&#125;",
        "\\": "&#92;",
    }
)
_ATTRIBUTE = _LITERAL | str.maketrans({"\n": "&#10;"})

_SAFE_LINK = re.compile(r"(?:https?://|mailto:)\S", re.IGNORECASE)
_LOCAL_FILE = re.compile(r"[^\W_][\w .+,()-]*")

# What MathJax turns into links, styles, attributes or loaded code. The colours of a framed box
# and the typeface of a character go into a style as they are, with whatever else they say.
_LIVE_COMMANDS = frozenset(
    [
        *("bbox", "class", "cssId", "data", "fcolorbox"),
        *("href", "mmlToken", "require", "style", "unicode"),
    ]
)
_COMMAND = re.compile(r"\\(?:([A-Za-z]+)|.)", re.DOTALL)
_LOOKS_LIKE_HOLE = re.compile(r"\{(?=\{c\d)")
_LOOKS_LIVE = re.compile(rf"\\(?:{'|'.join(sorted(_LIVE_COMMANDS))})")
_ENDS_HOLE = re.compile(r"\}(?=\}|\Z)")

# A hole's question side is `[...]`. After these, TeX would take only its bracket, or
# take it as an optional argument.
_TAKES_ONE_TOKEN = re.compile(r"(?:[\^_]|(?<!\\)(?:\\\\)*\\[A-Za-z]+)\s*\Z")
_TAKES_BRACKET = re.compile(r"(?:\\\\\*?|\\begin\s*\{\w+\*?\})\s*\Z")


def render(document: Document) -> str:
    """Return the HTML of `document`; holes become Anki's cloze markers."""
    if len(document) == 1:
        tag, *parts = document[0]
        return _RENDERERS[tag](*parts)
    return "".join([_RENDERERS[node[0]](*node[1:]) for node in document])


def render_tight(document: Document) -> str:
    """Return the HTML of `document`, a lone paragraph without its tags."""
    is_paragraph = len(document) == 1 and document[0][0] == "paragraph"
    return render(document[0][1] if is_paragraph else document)


def escape(text: str) -> str:
    """Return the HTML of plain `text`."""
    # One by one takes a fraction of the time that `translate` needs.
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    text = text.replace("[", "&#91;").replace("{", "&#123;").replace("}", "&#125;")
    return text.replace("\\", "<span>&#92;</span>")


def escape_attribute(text: str) -> str:
    """Return plain `text` as the value of an attribute, to stand in double quotes."""
    return text.translate(_ATTRIBUTE)


def is_local_file(name: str) -> bool:
    """Say whether `name` is a plain file name that every Anki keeps as it is."""
    return _LOCAL_FILE.fullmatch(name) is not None


def _wrap(tag: str, children: Document) -> str:
    return f"<{tag}>{render(children)}</{tag}>"


def _paragraph(inlines: Document) -> str:
    return f"<p>{render(inlines)}</p>"


def _heading(level: int, inlines: Document) -> str:
    return _wrap(f"h{min(max(level, 1), 6)}", inlines)


def _code(text: str) -> str:
    return f"<code>{text.translate(_LITERAL)}</code>"


def _code_block(_language: str, text: str) -> str:
    return f"<pre>{_code(text)}</pre>"


def _items(items: Iterable[Document]) -> str:
    return "".join([f"<li>{render_tight(item)}</li>" for item in items])


def _bullet_list(items: Iterable[Document]) -> str:
    return f"<ul>{_items(items)}</ul>"


def _ordered_list(start: int, items: Iterable[Document]) -> str:
    return f'<ol start="{start:d}">{_items(items)}</ol>'


def _table(aligns: Sequence[str], rows: Sequence[Sequence[Document]]) -> str:
    tags = chain(["th"], repeat("td"))
    lines = (_row(tag, aligns, row) for tag, row in zip(tags, rows, strict=False))
    return f"<table>{''.join(lines)}</table>"


def _row(tag: str, aligns: Sequence[str], cells: Sequence[Document]) -> str:
    columns = zip(chain(aligns, repeat("")), cells, strict=False)
    return f"<tr>{''.join(_cell(tag, align, cell) for align, cell in columns)}</tr>"


def _cell(tag: str, align: str, inlines: Document) -> str:
    known = align in {"left", "right", "center"}
    style = f' style="text-align: {align}"' if known else ""
    return f"<{tag}{style}>{render(inlines)}</{tag}>"


def _link(href: str, inlines: Document) -> str:
    label = render(inlines)
    if not _SAFE_LINK.match(href):
        return label
    return f'<a href="{escape_attribute(href)}">{label}</a>'


def _image(name: str, description: str) -> str:
    if not is_local_file(name):
        return escape(description)
    return f'<img src="{name}" alt="{escape_attribute(description)}">'


def _math(tex: str) -> str:
    return rf"\({_tex(tex)}\)"


def _display_math(tex: str) -> str:
    return rf"\[{_tex(tex)}\]"


def _tex(tex: str) -> str:
    if _LOOKS_LIVE.search(tex):
        tex = _COMMAND.sub(_disarm, tex)
    if "{{c" in tex:
        tex = _LOOKS_LIKE_HOLE.sub("{ ", tex)
    tex = tex.replace("&", "&amp;").replace("<", "&lt;")
    return tex.replace(">", "&gt;").replace("[", "&#91;")


def _disarm(command: re.Match[str]) -> str:
    name = command[1]
    return rf"\mathtt{{\backslash {name}}}" if name in _LIVE_COMMANDS else command[0]


def _cloze(number: int, hint: str | None, inlines: Document) -> str:
    return _hole(number, render(inlines), escape(hint or ""))


def _cloze_math(is_display: bool, parts: Sequence[str | Node]) -> str:
    tex = "".join(
        _tex(part) if isinstance(part, str) else _math_hole(before, part)
        for before, part in pairwise(chain([""], parts))
    )
    return rf"\[{tex}\]" if is_display else rf"\({tex}\)"


def _math_hole(before: str | Node, hole: Node) -> str:
    _, number, hint, tex = hole
    marker = _hole(number, _tex(tex), _tex(_upright(hint or "")))
    if isinstance(before, str):
        if _TAKES_BRACKET.search(before):
            return "{}" + marker
        if _TAKES_ONE_TOKEN.search(before):
            return "{ " + marker + " }"
    return marker


def _upright(hint: str) -> str:
    is_tex = not hint or any(character in hint for character in "\\{}$")
    return hint if is_tex else rf"\text{{{hint}}}"


def _hole(number: int, content: str, hint: str) -> str:
    suffix = f"::{_seal(hint)}" if hint else ""
    return f"{{{{c{number:d}::{_seal(content)}{suffix}}}}}"


def _seal(content: str) -> str:
    """Keep Anki from seeing the end of a hole, or its hint, inside `content`.

    The space between braces means nothing to TeX in mathematics, and unlike an entity it
    stays when the learner edits the field in Anki.
    """
    return _ENDS_HOLE.sub("} ", content).replace(":", "&#58;")


_RENDERERS: Mapping[str, Callable[..., str]] = {
    "paragraph": _paragraph,
    "heading": _heading,
    "code_block": _code_block,
    "bullet_list": _bullet_list,
    "ordered_list": _ordered_list,
    "quote": partial(_wrap, "blockquote"),
    "table": _table,
    "rule": lambda: "<hr>",
    "text": escape,
    "emphasis": partial(_wrap, "em"),
    "strong": partial(_wrap, "strong"),
    "code": _code,
    "math": _math,
    "display_math": _display_math,
    "link": _link,
    "image": _image,
    "line_break": lambda: "<br>",
    "cloze": _cloze,
    "cloze_math": _cloze_math,
}
