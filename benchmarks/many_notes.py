"""Many notes into a package, by us or by plain genanki: `python -m ... WRITER NOTES FILE`.

Both take the same records from the same source, one after the other, and make the same HTML of
them; each runs in a process of its own, which prints its peak memory in megabytes.
"""

from __future__ import annotations

import resource
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from exports.records import ExportDeck, ExportNote, ExportSource

if TYPE_CHECKING:
    from collections.abc import Iterator

_WORDS = "Bounded independent variables concentrate around their mean as fast as Gaussian ones do. "
_SOURCE = ExportSource("Vershynin, High-Dimensional Probability", "2.2.6", "https://example.org/?a")
_CHANGED_AT = 1_750_000_000
_NOTES_A_TOPIC = 10
_ONE_CLOZE_IN = 10


@dataclass(frozen=True, slots=True)
class Notes:
    """Notes that are made when they are asked for, as a store reads them."""

    count: int

    def __iter__(self) -> Iterator[ExportNote]:
        return (self._note(number) for number in range(self.count))

    def order(self) -> tuple[str, ...]:
        """The identities of all, in order."""
        return tuple(_key(number) for number in range(self.count))

    def _note(self, number: int) -> ExportNote:
        topic = number // _NOTES_A_TOPIC
        is_cloze = number % _ONE_CLOZE_IN == 0
        return ExportNote(
            key=_key(number),
            first_key=_key(number),
            kind="statement",
            level="breadth",
            phase=1 + number * 5 // self.count,
            topic=f"topic-{topic}",
            topic_title=f"Topic {topic}",
            prompt=_cloze(number) if is_cloze else _question(number),
            answer=[] if is_cloze else _answer(),
            is_cloze=is_cloze,
            must_mention=(_paragraph(_text("independence")), _paragraph(_text("bounds"))),
            source=_SOURCE,
            prerequisites=((f"topic-{max(topic - 1, 0)}", f"Topic {max(topic - 1, 0)}"),),
            changed_at=_CHANGED_AT,
        )


def _key(number: int) -> str:
    return f"topic-{number // _NOTES_A_TOPIC}/question-{number}"


def _text(words: str) -> list[Any]:
    return ["text", words]


def _paragraph(*inlines: Any) -> list[Any]:
    return [["paragraph", list(inlines)]]


def _question(number: int) -> list[Any]:
    return _paragraph(_text(f"Question {number}: {_WORDS}"), ["math", r"\sum_{i<n} x_i^2"])


def _cloze(number: int) -> list[Any]:
    first = ["cloze", 1, "", [_text(f"hole {number}")]]
    second = ["cloze", 2, "", [["math", r"\frac{a}{b^{2}}"]]]
    return _paragraph(_text(_WORDS), first, second)


def _answer() -> list[Any]:
    bound = ["display_math", r"\mathbb{P}(|X|>t)\le 2\exp(-t^2/2)"]
    points = [_paragraph(_text("one & two")), _paragraph(_text("a < b"))]
    return [*_paragraph(_text(_WORDS), bound, _text(_WORDS)), ["bullet_list", points]]


def write_ours(notes: Notes, file: Path) -> None:
    """Write a package with everything that ours does."""
    from exports.anki.lock import Lock  # noqa: PLC0415
    from exports.anki.package import write_package  # noqa: PLC0415

    deck = ExportDeck("many", "Many", "", tuple("ABCDE"), notes.order(), notes, {})
    write_package(deck, file, Lock(), _CHANGED_AT)


def write_plainly(notes: Notes, file: Path) -> None:
    """Write a package as genanki's manual says: a `Note` each, then `write_to_file`."""
    import genanki  # noqa: PLC0415

    from exports.anki.entries import make_entry  # noqa: PLC0415
    from exports.anki.notetypes import CLOZE, QUESTION, read_style  # noqa: PLC0415

    models = {
        kind.id: genanki.Model(
            kind.id,
            kind.name,
            model_type=genanki.Model.CLOZE if kind.is_cloze else genanki.Model.FRONT_BACK,
            fields=[{"name": name} for _, name in kind.fields],
            templates=[{"name": "Card", "qfmt": kind.front, "afmt": kind.back}],
            css=read_style(),
        )
        for kind in (QUESTION, CLOZE)
    }
    deck = genanki.Deck(2059400110, "Many")
    for note in notes:
        entry = make_entry(note, "many", "1 A", [1, 2] if note.is_cloze else [])
        deck.add_note(
            genanki.Note(
                models[entry.notetype.id],
                fields=list(entry.fields),
                tags=list(entry.tags),
                guid=entry.guid,
            )
        )
    genanki.Package(deck).write_to_file(file)


def main(writer: str, count: str, file: str) -> None:
    """Write the package, and print the peak of memory that it took."""
    write = {"ours": write_ours, "genanki": write_plainly}[writer]
    write(Notes(int(count)), Path(file))
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)


if __name__ == "__main__":
    main(*sys.argv[1:])
