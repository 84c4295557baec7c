"""Documents as Markdown, in the syntax of the deck format: formulas in dollars, holes in braces.

What is written here and read again is the same document; so other programs get all there is,
in a text that people can read and edit.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from exports.markdown_inlines import write_holes, write_inlines
from exports.records import Document, Node

_LAST_NUMBER = 999_999_999
_UNDERLINES = {1: "===", 2: "---"}
_COLUMNS = {"left": ":--", "right": "--:", "center": ":-:"}
_BACKTICKS = re.compile(r"`+")


class _Line(NamedTuple):
    """A line; one within a formula is not indented in a list, for it would keep the spaces."""

    text: str
    is_verbatim: bool = False


def render(document: Document, *, bullet: str = "-") -> str:
    """Return `document` as Markdown, without a line break at its end.

    Args:
        document: What to write.
        bullet: What the items of a list at the very beginning begin with: `-`, `*` or `+`.
    """
    return "\n".join(line.text for line in _blocks(document, bullet))


def render_line(document: Document) -> str:
    """Return a document of paragraphs as one line, as a must-mention point is written."""
    return " ".join(write_inlines(inlines, is_flat=True) for _, inlines in document)


def _blocks(blocks: Document, bullet: str = "-", *, is_tight: bool = False) -> list[_Line]:
    """Return the lines of blocks, with an empty line between two unless they are tight."""
    lines: list[_Line] = []
    for block, marker in zip(blocks, _markers(blocks, bullet), strict=True):
        if lines and not is_tight:
            lines.append(_Line(""))
        lines += _block(block, marker)
    return lines


def _markers(blocks: Document, bullet: str) -> Iterator[str]:
    """Yield for each block what marks its items; two lists with the same mark would be one."""
    before = ""
    for block in blocks:
        if block[0] == "bullet_list":
            before = _other(bullet) if bullet == before else bullet
        elif block[0] == "ordered_list":
            before = ")" if before == "." else "."
        else:
            before = ""
        yield before
        bullet = "-"


def _other(bullet: str) -> str:
    return "*" if bullet == "-" else "-"


def _block(block: Node, marker: str) -> Iterable[_Line]:
    tag, *rest = block
    if tag == "bullet_list":
        return _list(rest[0], [marker] * len(rest[0]))
    if tag == "ordered_list":
        start, items = rest
        numbers = (min(start + n, _LAST_NUMBER) for n in range(len(items)))
        return _list(items, [f"{number:d}{marker}" for number in numbers])
    return _WRITERS[tag](*rest)


def _plain(text: str) -> list[_Line]:
    return [_Line(line) for line in text.split("\n")]


def _paragraph(inlines: Document) -> list[_Line]:
    written = write_inlines(inlines)
    first, *_ = written.split("\n")
    begins_formula = first.startswith("$$") and ("$$" not in first[2:] or first.endswith("$$"))
    # A space that does not break is dropped, but keeps a paragraph from being read as a
    # formula, or as nothing at all.
    return _plain(f"\xa0{written}" if begins_formula or not written else written)


def _heading(level: int, inlines: Document) -> list[_Line]:
    written = write_inlines(inlines)
    if "\n" in written and level in _UNDERLINES:
        return [*_paragraph(inlines), _Line(_UNDERLINES[level])]
    written = write_inlines(inlines, is_flat=True)
    if written.endswith("#") and not written.endswith("\\#"):
        written = f"{written[:-1]}\\#"  # or it would close the heading
    return [_Line(f"{'#' * level} {written}" if written else "#" * level)]


def _code_block(language: str, text: str) -> list[_Line]:
    longest = max(map(len, _BACKTICKS.findall(text)), default=0)
    fence = "`" * max(longest + 1, 3)
    if "`" in language:
        fence = f"{'~' * (text.count('~') + 3)} "
    body = [text.removesuffix("\n")] if text else []
    return _plain("\n".join([f"{fence}{language}", *body, fence.strip()]))


def _formula(tex: str) -> list[_Line]:
    first, *others = f"$${tex}$$".split("\n")
    return [_Line(first), *(_Line(line, is_verbatim=True) for line in others)]


def _quote(blocks: Document) -> list[_Line]:
    lines = _blocks(blocks) or [_Line("")]
    return [_Line(f"> {line.text}" if line.text else ">") for line in lines]


def _list(items: Sequence[Document], markers: Sequence[str]) -> Iterator[_Line]:
    is_tight = all(map(_is_short, items))
    for place, (item, marker) in enumerate(zip(items, markers, strict=True)):
        if place and not is_tight:
            yield _Line("")
        yield from _item(item, marker, is_tight=is_tight)


def _is_short(item: Document) -> bool:
    """Return whether an item reads well, and the same, without empty lines."""
    match item:
        case [] | [_]:
            return True
        case [["paragraph", _], ["bullet_list", [[_, *_], *_]]]:
            return True
        case [["paragraph", _], ["ordered_list", 1, [[_, *_], *_]]]:
            return True
    return False


def _item(item: Document, marker: str, *, is_tight: bool) -> Iterator[_Line]:
    first, *others = _blocks(item, _other(marker), is_tight=is_tight) or [_Line("")]
    yield _Line(f"{marker} {first.text}" if first.text else marker)
    indent = " " * (len(marker) + 1)
    for line in others:
        yield line if line.is_verbatim or not line.text else _Line(indent + line.text)


def _table(aligns: Sequence[str], rows: Sequence[Sequence[Document]]) -> Iterator[_Line]:
    header, *others = rows
    yield _row([_cell(cell) for cell in header])
    yield _row([_COLUMNS.get(align, "---") for align in aligns])
    for row in others:
        yield _row([_cell(cell) for cell in row])


def _row(cells: Iterable[str]) -> _Line:
    return _Line(f"| {' | '.join(cells)} |")


def _cell(inlines: Document) -> str:
    return write_inlines(inlines, is_flat=True).replace("|", "\\|")


_WRITERS: Mapping[str, Callable[..., Iterable[_Line]]] = {
    "paragraph": _paragraph,
    "heading": _heading,
    "code_block": _code_block,
    "display_math": _formula,
    "cloze_math": lambda _, parts: _formula(write_holes(parts)),
    "quote": _quote,
    "table": _table,
    # Dashes would underline, and with the item they stand in make one longer rule.
    "rule": lambda: [_Line("___")],
}
