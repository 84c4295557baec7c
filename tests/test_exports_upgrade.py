"""Packages of other layouts than today's: the one before it, and one still to come."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import genanki
import pytest

from exports.anki import entries, notetypes
from exports.anki.identity import guid
from tests.anki_fixtures import (
    EARLIER,
    LATER,
    answer_one,
    col,
    counts,
    hole,
    import_package,
    make_cloze,
    make_deck,
    make_note,
    note_of,
    put,
    rows,
    text,
)

__all__ = ["col"]

# The note types as they stood at first: what learners have who imported a package then.
OLD_CHANGED = 1_760_000_000
OLD_FIELDS = (
    *((3, "Answer"), (4, "Must mention"), (5, "Kind"), (6, "Level"), (7, "Phase")),
    *((8, "Topic"), (9, "Source"), (10, "Rests on")),
    *((20 + number, f"Spare {number}") for number in range(1, 9)),
)
OLD_TYPES = {
    False: (1_758_913_402_117, "mlready question", ((1, "Key"), (2, "Question"), *OLD_FIELDS)),
    True: (1_758_913_402_254, "mlready cloze", ((1, "Key"), (2, "Text"), *OLD_FIELDS)),
}
OLD_FRONTS = {
    False: '{{#Question}}<div class="question">{{Question}}</div>{{/Question}}',
    True: '<div class="question">{{cloze:Text}}</div>',
}


def old_model(*, is_cloze: bool) -> Any:
    identity, name, fields = OLD_TYPES[is_cloze]
    front = OLD_FRONTS[is_cloze]
    back = front + '<hr id="answer">{{Answer}}{{Must mention}}{{Rests on}}{{Source}}'
    return genanki.Model(
        identity,
        name,
        fields=[{"id": number, "name": field} for number, field in fields],
        templates=[{"id": 1, "name": "Card", "qfmt": front, "afmt": back}],
        css=".card { color: black }",
        model_type=genanki.Model.CLOZE if is_cloze else genanki.Model.FRONT_BACK,
        sort_field_index=1,
    )


class OldDeck(genanki.Deck):  # type: ignore[misc]
    """A deck whose note types have a time of their own."""

    def write_to_db(self, cursor: Any, timestamp: float, id_gen: Any) -> None:
        super().write_to_db(cursor, timestamp, id_gen)
        (models,) = cursor.execute("SELECT models FROM col").fetchone()
        old = {number: model | {"mod": OLD_CHANGED} for number, model in json.loads(models).items()}
        cursor.execute("UPDATE col SET models = ?", [json.dumps(old)])


def put_old(col: Any) -> None:
    """Import a package of the old layout: a question and a cloze."""
    deck = OldDeck(1, "Ready::1 Foundations")
    spare = [""] * 14
    question = ["t/1", "<p>Why?</p>", "<p>So.</p>", "", *spare]
    cloze = ["c/1", "<p>{{c1::a}} and {{c2::b}}</p>", "", "", *spare]
    for is_cloze, fields in ((False, question), (True, cloze)):
        identity = guid("ready", make_note(fields[0]))
        deck.add_note(
            genanki.Note(
                old_model(is_cloze=is_cloze), fields=fields, guid=identity, tags=["mlready::old"]
            )
        )
    path = Path(col.path).with_name("old.apkg")
    genanki.Package(deck).write_to_file(path, timestamp=EARLIER)
    assert import_package(col, path) == counts(new=2)


def notetypes_of(col: Any) -> set[str]:
    names = {notetype.name for notetype in col.models.all_names_and_ids()}
    return {name for name in names if name.startswith("mlready")}


def schema(col: Any) -> tuple[Any, bool]:
    return col.db.scalar("select scm from col"), col.schema_changed()


TODAY = (
    make_note("t/1", prompt=text("Why, then?"), changed_at=LATER),
    make_cloze("c/1", hole(1, [["text", "a"]]), hole(2, [["text", "b"]]), changed_at=LATER),
    make_note("t/2"),
)


def test_a_package_of_the_layout_before_is_taken_further(col: Any) -> None:
    put_old(col)
    answer_one(col)
    answer_one(col)
    before = {table: rows(col, table) for table in ("cards", "revlog")}
    marked = schema(col)
    assert put(col, make_deck(*TODAY)) == counts(new=1, updated=2)
    assert schema(col) == marked
    assert notetypes_of(col) == {"mlready question", "mlready cloze"}
    assert [row for row in rows(col, "cards") if row in before["cards"]] == before["cards"]
    assert rows(col, "revlog") == before["revlog"]
    arrived = note_of(col, "t/1")
    assert arrived["Question"] == "<p>Why, then?</p>"
    assert arrived["Identity"] == arrived.guid
    assert arrived["My notes"] == ""
    kind = col.models.by_name("mlready question")
    assert [field["name"] for field in kind["flds"]] == [
        name for _, name in notetypes.QUESTION.fields
    ]
    assert kind["css"] == notetypes.read_style()
    assert col.fix_integrity()[1]


def later_types(monkeypatch: pytest.MonkeyPatch) -> None:
    """A version that renames a field and a template, and uses a spare field."""
    names = {"Level": "Depth", "Spare 3": "Why"}
    for kind in ("QUESTION", "CLOZE"):
        today = getattr(notetypes, kind)
        fields = tuple((number, names.get(name, name)) for number, name in today.fields)
        later = replace(
            today,
            fields=fields,
            front=today.front.replace("{{Level}}", "{{Depth}}"),
            back=today.back.replace("{{Level}}", "{{Depth}}") + "{{Why}}",
        )
        monkeypatch.setattr(f"exports.anki.database.{kind}", later)
        monkeypatch.setattr(f"exports.anki.entries.{kind}", later)
        in_order = [name for _, name in later.fields]
        monkeypatch.setitem(entries.FIELD_NAMES, later.is_cloze, in_order)
    monkeypatch.setattr("exports.anki.database.CHANGED", notetypes.CHANGED + 1)
    monkeypatch.setattr("exports.anki.database.TEMPLATE_NAME", "Prompt")


@pytest.mark.parametrize("first", ["old", "today"])
def test_a_later_layout_is_accepted_with_default_options(
    col: Any, first: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The ids in the note types are what makes a later version acceptable to Anki."""
    if first == "old":
        put_old(col)
    else:
        put(col, make_deck(*TODAY[:2]))
    answer_one(col)
    before = {table: rows(col, table) for table in ("cards", "revlog")}
    marked = schema(col)
    later_types(monkeypatch)
    edited = [replace(note, level="depth", changed_at=LATER + 9) for note in TODAY[:2]]
    assert put(col, make_deck(*edited), LATER + 10) == counts(updated=2)
    assert schema(col) == marked
    assert notetypes_of(col) == {"mlready question", "mlready cloze"}
    assert {table: rows(col, table) for table in before} == before
    for key in ("t/1", "c/1"):
        assert {"Depth", "Why", "My notes", "Spare 8"} <= set(note_of(col, key).keys())
        assert note_of(col, key)["Identity"] == note_of(col, key).guid
    assert note_of(col, "t/1")["Question"] == "<p>Why, then?</p>"
    kinds = [col.models.by_name(name) for name in notetypes_of(col)]
    assert {kind["tmpls"][0]["name"] for kind in kinds} == {"Prompt"}
    assert col.fix_integrity()[1]


def test_spare_fields_are_left() -> None:
    for kind in (notetypes.QUESTION, notetypes.CLOZE):
        assert sum(name.startswith("Spare ") for _, name in kind.fields) >= 6
        numbers = [number for number, _ in kind.fields]
        assert len(set(numbers)) == len(numbers)
        is_cloze = kind is notetypes.CLOZE
        assert [number for number, _ in OLD_TYPES[is_cloze][2]] == numbers
