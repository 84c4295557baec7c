"""Print every formula of the shipped decks as JSON lines, for `compile.mjs`."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

from mlready.content.compiling import compile_folder
from mlready.content.document import Document, walk
from mlready.content.folder import read_folder

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlready.content.deck import Deck

DECKS: Final = Path(__file__).parents[2] / "decks"


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


def find_documents(deck: Deck) -> Iterator[tuple[str, Document]]:
    """Every text of a deck that may hold formulas, with the key of its question."""
    for question in deck.questions.values():
        if question.body is not None:
            body = question.body
            for document in (body.prompt, body.answer, *body.must_mention):
                yield question.key, document


def main() -> None:
    """Write one line a formula."""
    for path in sorted(DECKS.glob("*/deck.yaml")):
        deck, _ = compile_folder(read_folder(path.parent))
        for key, document in find_documents(deck):
            for tex, display in find_formulas(document):
                record = {"where": key, "tex": tex, "display": display}
                sys.stdout.write(json.dumps(record) + "\n")


if __name__ == "__main__":
    main()
