"""The inner tree that Markdown becomes, once: terminal text and Anki HTML are both made from it.

A document is a list of blocks, a block or inline a sequence that begins with its tag, in the
manner of Pandoc. It is plain data, so that storing it as JSON and reading it back changes
nothing a `match` statement can see.

    blocks:   ["paragraph", [inline…]]            ["heading", level, [inline…]]
              ["code_block", language, text]      ["display_math", tex]
              ["bullet_list", [[block…], …]]      ["ordered_list", start, [[block…], …]]
              ["quote", [block…]]                 ["rule"]
              ["table", [align…], [row…]]         a row is a list of cells, a cell a list of
                                                  inlines, the first row the header; align is
                                                  "left", "right", "center" or ""
    inlines:  ["text", s]  ["emphasis", [inline…]]  ["strong", [inline…]]  ["code", s]
              ["math", tex]  ["display_math", tex]  ["link", href, [inline…]]
              ["image", file, description]  ["line_break"]
              ["cloze", number, hint, [inline…]]
              ["cloze_math", is_display, [part…]]   a part is TeX or ["cloze", number, hint, tex]
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, TypeAlias

Node: TypeAlias = Sequence[Any]
Document: TypeAlias = Sequence[Node]


def walk(nodes: Document) -> Iterator[Node]:
    """Every node of the tree, parents before children."""
    stack = list(reversed(nodes))
    while stack:
        node = stack.pop()
        yield node
        stack.extend(reversed(children_of(node)))


def children_of(node: Node) -> list[Node]:
    """The nodes directly within a node, in reading order; a table's cell as a paragraph."""
    match node:
        case ["paragraph" | "emphasis" | "strong" | "quote", inner]:
            return list(inner)
        case ["heading" | "link", _, inner] | ["cloze", _, _, [*inner]]:
            return list(inner)
        case ["bullet_list", items] | ["ordered_list", _, items]:
            return [block for item in items for block in item]
        case ["table", _, rows]:
            return [["paragraph", cell] for row in rows for cell in row]
        case ["cloze_math", _, parts]:
            return [part for part in parts if not isinstance(part, str)]
        case _:
            return []


def cloze_numbers(document: Document) -> tuple[int, ...]:
    """The numbers of the document's holes, each once, ascending."""
    return tuple(sorted({node[1] for node in walk(document) if node[0] == "cloze"}))


def image_files(document: Document) -> list[str]:
    """The names of the pictures the document shows."""
    return [node[1] for node in walk(document) if node[0] == "image"]


def is_empty(document: Document) -> bool:
    """Whether there is nothing to read in the document."""
    for node in walk(document):
        match node:
            case ["text" | "code" | "math" | "display_math", str(content)] if content.strip():
                return False
            case ["code_block", _, str(content)] if content.strip():
                return False
            case ["image", *_] | ["cloze_math", *_]:
                return False
    return True
