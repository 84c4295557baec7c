r"""An answer step by step: how many steps it has, and what it shows after the first of them.

A step is a block: a paragraph, a formula on a line of its own, a table; in lists, the blocks of
each item. A formula that is an array of rows (`aligned`, `gather` and their like) is as many steps
as it has rows. What is cut off is always whole, so that every beginning is a document too.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from mlready.content.document import Document, Node

_ALL = 1_000_000_000  # steps; more than any answer has

_ROWS = {"aligned", "align", "alignedat", "alignat", "gathered", "gather", "split", "eqnarray"}
_TOKEN = re.compile(
    r"\\(?P<edge>begin|end)\s*\{(?P<name>[^{}]*)\}"
    r"|(?P<row>\\\\)"
    r"|\\(?P<fence>left|right)(?![A-Za-z])"
    r"|\\(?:[A-Za-z]+|.)|(?P<brace>[{}])",
    re.DOTALL,
)


def count_steps(answer: Document) -> int:
    """The steps an answer has; one at least, though it were empty."""
    return max(_take(answer, _ALL)[1], 1)


def take_steps(answer: Document, steps: int) -> Document:
    """What an answer shows after so many steps; the answer itself when there are no more."""
    return _take(answer, steps)[0]


def _take(blocks: Document, left: int) -> tuple[list[Node], int]:
    """As much of the blocks as the steps that are left allow, and how many steps that took."""
    taken: list[Node] = []
    used = 0
    for block in blocks:
        if used >= left:
            break
        part, took = _take_block(block, left - used)
        taken.append(part)
        used += took
    return taken, used


def _take_block(block: Node, left: int) -> tuple[Node, int]:
    match block:
        case ["display_math", str(tex)]:
            return _take_rows(tex, left)
        case ["paragraph", inlines]:
            taken, used = _take_runs(inlines, left)
            return ["paragraph", taken], used
        case ["bullet_list", items]:
            taken, used = _take_items(items, left)
            return ["bullet_list", taken], used
        case ["ordered_list", start, items]:
            taken, used = _take_items(items, left)
            return ["ordered_list", start, taken], used
        case _:
            return block, 1


def _take_items(items: Sequence[Document], left: int) -> tuple[list[Node], int]:
    taken: list[Node] = []
    used = 0
    for item in items:
        if used >= left and item:
            break
        part, took = _take(item, left - used)
        taken.append(part)
        used += took
    return taken, max(used, 1)


def _take_runs(inlines: Sequence[Node], left: int) -> tuple[list[Node], int]:
    """A paragraph's runs of text are a step each, as are the rows of its displayed formulas."""
    taken: list[Node] = []
    used = 0
    for run in _runs(inlines):
        is_remark = used > 0 and not _has_words(run)  # the full stop behind a formula
        if used >= left and not is_remark:
            break
        if run[0][0] == "display_math":
            part, took = _take_rows(run[0][1], left - used)
            taken.append(part)
            used += took
            if part[1] != run[0][1]:
                break
        else:
            taken += run
            used += not is_remark
    return taken, max(used, 1)


def _runs(inlines: Sequence[Node]) -> Iterator[list[Node]]:
    """Displayed formulas one by one, and what stands between them."""
    run: list[Node] = []
    for inline in inlines:
        if inline[0] != "display_math":
            run.append(inline)
            continue
        if run:
            yield run
        yield [inline]
        run = []
    if run:
        yield run


def _has_words(run: list[Node]) -> bool:
    """Whether there is more in it than line breaks and punctuation."""
    return any(
        inline[0] not in {"text", "line_break"}
        or (inline[0] == "text" and any(char.isalnum() for char in inline[1]))
        for inline in run
    )


# --- rows of formulas ------------------------------------------------------------------


class _Rows(NamedTuple):
    """Where the rows of a formula end, and what closes their array.

    Attributes:
        ends: offsets behind each row but the last.
        closing: what closes the array.
    """

    ends: tuple[int, ...]
    closing: str


def _take_rows(tex: str, left: int) -> tuple[Node, int]:
    rows = _find_rows(tex)
    if left > len(rows.ends):
        return ["display_math", tex], len(rows.ends) + 1
    return ["display_math", tex[: rows.ends[left - 1]].rstrip() + rows.closing], left


@lru_cache(maxsize=64)  # of the card that is shown, again for each of its steps
def _find_rows(tex: str) -> _Rows:
    """The rows of the formula's first array that stands by itself, within nothing else."""
    depth = 0
    opened: str | None = None
    ends: list[int] = []
    content_at = 0
    for token in _TOKEN.finditer(tex):
        if opened is None and depth == 0 and token["edge"] == "begin" and _has_rows(token["name"]):
            opened, depth = token["name"], 1
            content_at = token.end()
        elif opened is not None and depth == 1:
            if token["row"] and tex[content_at : token.start()].strip():
                ends.append(token.start())
                content_at = token.end()
            elif token["edge"] == "end":
                if token["name"] != opened:
                    break
                if ends and not tex[content_at : token.start()].strip():
                    ends.pop()  # the last row ends in a line break, as authors write it
                return _Rows(tuple(ends), token[0])
            else:
                depth += _deepens(token)
        else:
            depth += _deepens(token)
    return _Rows((), "")  # no array, or one that is never closed


def _has_rows(name: str) -> bool:
    return name.removesuffix("*") in _ROWS


def _deepens(token: re.Match[str]) -> int:
    if token["brace"]:
        return 1 if token["brace"] == "{" else -1
    if token["edge"]:
        return 1 if token["edge"] == "begin" else -1
    if token["fence"]:
        return 1 if token["fence"] == "left" else -1
    return 0
