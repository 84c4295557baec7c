"""A deck as CSV, JSON and Markdown."""

from __future__ import annotations

import csv
import io
import json
import os
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from exports.anki.fields import tags as tags_in_anki
from exports.anki.identity import phase_labels
from exports.formats import COLUMNS, write_csv, write_json, write_markdown
from exports.records import (
    ExportCard,
    ExportDeck,
    ExportNote,
    ExportProgress,
    ExportReview,
    ExportSource,
)
from exports.tags import label_phases, tags_of
from mlready.content.markdown import parse_markdown
from tests.study_fixtures import GOLDEN

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import BinaryIO


def read(text: str, *, inline: bool = False) -> Any:
    document, findings = parse_markdown(text, inline=inline)
    assert findings == []
    return document


RUSSELL = ExportNote(
    key="sets/russell",
    first_key="sets/paradox",
    kind="failure-mode",
    level="breadth",
    phase=1,
    topic="sets",
    topic_title="Sets",
    prompt=read("When is there *no* set of all $x$ with $P(x)$?"),
    answer=read(
        "- When it is,\n  say, $x \\notin x$.\n- Else:\n\n  $$\n  R\n  $$\n\n# Note\n\nSo."
    ),
    is_cloze=False,
    must_mention=(read("self-reference", inline=True), read("a **contradiction**", inline=True)),
    source=ExportSource("Paul Halmos, Naive Set Theory, 1960", "Section 2", "https://a.b/c(d)"),
    prerequisites=(),
    changed_at=1_700_000_000,
)
COUNTING = replace(
    RUSSELL,
    key="sets/counting",
    first_key="sets/counting",
    kind="statement",
    is_cloze=True,
    prompt=read('A set of $n$ elements has $2^{{c1::n}}$ subsets; {{c2::"one", say::hint}}.'),
    answer=[],
    must_mention=(),
    source=None,
)
INJECTIVE = replace(
    RUSSELL,
    key="maps/injective",
    first_key="maps/injective",
    kind="definition",
    topic="maps",
    topic_title="Maps, *not* marked",
    prompt=read("When is a map injective?"),
    answer=read("1. When\n2. points | `a|b`\n\n| x | y |\n|---|---|\n| 1 | é中😀 |"),
    must_mention=(),
    source=ExportSource("Halmos", ""),
    prerequisites=(("sets", "Sets"), ("words", "Words & more")),
)
UNIQUE = replace(
    INJECTIVE,
    key="limits/unique",
    first_key="limits/unique",
    level="depth",
    phase=2,
    topic="limits",
    topic_title="Limits",
    prerequisites=(("maps", "Maps, *not* marked"),),
)
LATER = replace(COUNTING, key="sets/later", first_key="sets/later", level="depth")


def make_deck(*notes: ExportNote, **changes: Any) -> ExportDeck:
    deck = ExportDeck(
        id="trail",
        title="Trail #1",
        description="A deck\nfor tests.\n\nIts *second* paragraph.\n",
        phases=("Ground", "Heights", "Nothing yet"),
        order=tuple(note.first_key for note in notes),
        notes=notes,
        media={},
    )
    return replace(deck, **changes)


DECK = make_deck(RUSSELL, COUNTING, INJECTIVE, UNIQUE, LATER)


def written(write: Callable[[ExportDeck, BinaryIO], None], deck: ExportDeck) -> bytes:
    stream = io.BytesIO()
    write(deck, stream)
    return stream.getvalue()


def rows(deck: ExportDeck) -> list[dict[str, str]]:
    text = written(write_csv, deck).decode()
    return list(csv.DictReader(io.StringIO(text, newline=""), strict=True))


# --- all of them ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("write", "name"),
    [(write_csv, "export.csv"), (write_json, "export.json"), (write_markdown, "export.md")],
)
def test_every_byte_is_as_it_was(write: Callable[[ExportDeck, BinaryIO], None], name: str) -> None:
    data = written(write, DECK)
    if os.environ.get("UPDATE_GOLDEN"):
        (GOLDEN / name).write_bytes(data)
    assert data.decode() == (GOLDEN / name).read_bytes().decode()


@pytest.mark.parametrize("write", [write_csv, write_json, write_markdown])
def test_notes_are_not_gathered(write: Callable[[ExportDeck, BinaryIO], None]) -> None:
    stream = io.BytesIO()
    before: list[int] = []

    class Notes:
        """Notes that say how much had been written when each was asked for."""

        def __iter__(self) -> Iterator[ExportNote]:
            for number in range(50):
                before.append(stream.tell())
                yield replace(
                    INJECTIVE,
                    key=f"maps/n{number}",
                    first_key=f"maps/n{number}",
                    phase=1 + number % 2,
                )

    write(make_deck(notes=Notes()), stream)
    assert len(set(before)) > 2
    assert all(f"maps/n{number}".encode() in stream.getvalue() for number in range(50))


@pytest.mark.parametrize("write", [write_csv, write_json, write_markdown])
def test_an_empty_deck_can_be_written(write: Callable[[ExportDeck, BinaryIO], None]) -> None:
    assert written(write, make_deck(description=""))


# --- CSV -----------------------------------------------------------------------------


def test_every_cell_says_what_the_note_says() -> None:
    assert tuple(rows(DECK)[0]) == COLUMNS
    for row, note in zip(rows(DECK), [RUSSELL, COUNTING, INJECTIVE, UNIQUE, LATER], strict=True):
        assert (row["key"], row["identity"]) == (note.key, note.first_key)
        assert read(row["question"]) == note.prompt
        assert read(row["answer"]) == note.answer
        points = [[["paragraph", point[0][1]]] for point in note.must_mention]
        assert read(row["must_mention"]) == ([["bullet_list", points]] if points else [])
        assert row["rests_on"].split() == [topic for topic, _ in note.prerequisites]


def test_lines_end_as_the_standard_says() -> None:
    data = written(write_csv, make_deck(UNIQUE, COUNTING))
    assert data.count(b"\r\n") == 3
    assert data.endswith(b"\r\n")
    assert b"\r" not in data.replace(b"\r\n", b"")


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "- a", "\uff1d1", "\t=1", "1"])
def test_no_cell_is_computed(text: str) -> None:
    document = [["paragraph", [["text", text]]]]
    note = replace(
        RUSSELL,
        prompt=document,
        answer=[["bullet_list", [document]]],
        must_mention=(document,),
        topic_title=text,
        source=ExportSource(text, "", f"https://a.b/{text}"),
    )
    (row,) = rows(make_deck(note))
    for cell in row.values():
        assert not cell or cell[0] not in "=+-@\t\r\uff1d\uff0b\uff0d\uff20"
    assert read(row["question"]) == note.prompt
    assert read(row["answer"]) == note.answer
    assert row["title"].removeprefix("'") == text


@pytest.mark.parametrize(
    ("title", "tag"),
    [
        ("Linear algebra", "linear-algebra"),
        ("C++ & (more)!", "c-more"),
        ("Ge\u0301ome\u0301trie", "g\u00e9om\u00e9trie"),
        ("\u0939\u093f\u0928\u094d\u0926\u0940", "\u0939\u093f\u0928\u094d\u0926\u0940"),
        ("\u6570\u5b66 \u3000I", "\u6570\u5b66-i"),
        ("!!!", ""),
    ],
)
def test_a_tag_is_one_word_of_the_letters_of_a_title(title: str, tag: str) -> None:
    tags = tags_of(phase=title, topic="t", kind="k", level="l", prerequisites=())
    assert tags[0] == f"mlready::phase::{tag}"


def test_tags_are_those_of_anki() -> None:
    assert label_phases(DECK.phases) == phase_labels(DECK)
    for note, row in zip(DECK.notes, rows(DECK), strict=True):
        phase = label_phases(DECK.phases)[note.phase - 1]
        expected = tags_of(
            phase=phase,
            topic=note.topic,
            kind=note.kind,
            level=note.level,
            prerequisites=[topic for topic, _ in note.prerequisites],
        )
        assert row["tags"].split(" ") == expected == list(tags_in_anki(note, phase))


# --- JSON ----------------------------------------------------------------------------


def test_json_is_one_object_with_a_note_on_each_line() -> None:
    text = written(write_json, DECK).decode()
    found = json.loads(text)
    assert list(found) == ["format", "version", "deck", "phases", "notes"]
    assert found["deck"]["title"] == "Trail #1"
    assert sum(line.lstrip().startswith('{"key"') for line in text.splitlines()) == 5
    for record, note in zip(found["notes"], DECK.notes, strict=True):
        assert read(record["question"]) == note.prompt
        assert read(record["answer"]) == note.answer
        points = tuple(read(point, inline=True) for point in record["must_mention"])
        assert points == note.must_mention
        assert "cards" not in record
    assert found["notes"][0]["source"]["at"] == "Section 2"
    assert found["notes"][1]["source"] is None


def test_progress_is_told_if_it_is_there() -> None:
    day = date(2026, 3, 2).toordinal()
    progress = ExportProgress(
        first_day=day - 9,
        first_day_at=1_771_560_000,
        utc_offset=60,
        rollover_hour=4,
        desired_retention=0.9,
        parameters=(0.5,) * 21,
        learning_steps=(60, 600),
        relearning_steps=(600,),
        maximum_interval=36500,
        new_per_day=20,
        reviews_per_day=200,
        leech_threshold=8,
    )
    review = ExportReview(1_772_000_000_000, 3, 0, 4, 0, 5.0, 900)
    card = ExportCard(ordinal=0, state=2, due_day=day, interval=4, stability=4.5, reviews=(review,))
    deck = make_deck(replace(RUSSELL, cards=(card,)), COUNTING, progress=progress)
    found = json.loads(written(write_json, deck))
    assert found["progress"]["first_day"] == "2026-02-21"
    assert found["progress"]["desired_retention"] == 0.9
    (record,) = found["notes"][0]["cards"]
    assert (record["state"], record["due_day"], record["stability"]) == (
        "review",
        "2026-03-02",
        4.5,
    )
    assert record["reviews"][0]["state_before"] == "new"
    assert record["reviews"][0]["rating"] == 3
    assert found["notes"][1]["cards"] == []


# --- Markdown ------------------------------------------------------------------------


def headings(deck: ExportDeck) -> list[tuple[int, str]]:
    document = read(written(write_markdown, deck).decode())
    return [(block[1], block[2][0][1]) for block in document if block[0] == "heading"]


def test_the_book_is_by_phase_and_topic_whatever_the_order() -> None:
    assert headings(DECK) == [
        (1, "Trail #1"),
        (2, "1 Ground"),
        (3, "Sets"),
        (4, "sets/russell"),
        (5, "Note"),
        (4, "sets/counting"),
        (4, "sets/later"),
        (3, "Maps, *not* marked"),
        (4, "maps/injective"),
        (2, "2 Heights"),
        (3, "Limits"),
        (4, "limits/unique"),
    ]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a {{c1::b *c*::hint}}", "a **b _c_**"),
        ("$x^{{c1::10}}$", "$x^{10}$"),
        ("$\\alpha{{c1::b}} + {{c2::c}}$", "$\\alpha{b} + c$"),
        ("$$\nx = {{c1::y}}\n$$", "$$\nx = y\n$$"),
        ("- {{c1::in}} | a list\n- a", "- **in** | a list\n- a"),
        ("| a |\n| :-- |\n| {{c1::b}} |", "| a |\n| :-- |\n| **b** |"),
    ],
)
def test_what_holes_hide_is_shown(text: str, shown: str) -> None:
    note = replace(COUNTING, prompt=read(text))
    book = written(write_markdown, make_deck(note)).decode()
    assert shown in book
    assert "{{c" not in book
