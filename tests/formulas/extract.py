"""Print every formula of the shipped deck as JSON lines, for `compile.mjs`."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

from mlready.content.compiling import compile_folder
from mlready.content.document import Document, walk
from mlready.content.folder import read_folder
from mlready.store.location import shipped_deck

if TYPE_CHECKING:
    from collections.abc import Iterator


def find_formulas(document: Document) -> Iterator[tuple[str, bool]]:
    """Each formula's TeX, and whether it is displayed; holes are filled in."""
    for node in walk(document):
        match node:
            case ["math", tex]:
                yield tex, False
            case ["display_math", tex]:
                yield tex, True
            case ["cloze_math", display, parts]:
                filled = (p if isinstance(p, str) else f"{{{p[3]}}}" for p in parts)
                yield "".join(filled), display


def main() -> None:
    """Write one line a formula."""
    deck, _ = compile_folder(read_folder(shipped_deck()))
    for question in deck.questions.values():
        if question.body is None:
            continue
        for document in (question.body.prompt, question.body.answer, *question.body.must_mention):
            for tex, display in find_formulas(document):
                record = {"where": question.key, "tex": tex, "display": display}
                sys.stdout.write(json.dumps(record) + "\n")


if __name__ == "__main__":
    main()
