"""Exporting and importing again: what arrives, and what a learner keeps, in each version."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

from tests.anki_versions.conftest import HERE, Author, Export
from tests.anki_versions.decks import MARKS

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.anki_versions.conftest import Anki

TITLE = "Marks & <signs>"
QUOTES = "questions/1/quotes.yaml"
NOTES = 8
# These count a note as changed when they imported it, not when it was written: an edit that
# is older than the import does not arrive before the next one.
STAMPED = {"23.12.1", "24.11"}


class Story(NamedTuple):
    """Packages of one deck, each made after one more change of it."""

    first: Export
    same: Export
    edited: Export
    edited_again: Export
    moved: Export
    retired: Export
    revived: Export


def tell(author: Author, **environment: str) -> Story:
    def export(day: int) -> Export:
        return author.export(day=day, **environment)

    first = export(0)
    same = export(1)
    author.replace(QUOTES, "A text between marks.", "A text between two marks.")
    edited = export(10)
    author.replace(QUOTES, "between two marks", "between a pair of marks")
    edited_again = export(11)
    third = _question_of(author, "third")
    author.replace(QUOTES, third, "")
    pictures = "questions/2/pictures.yaml"
    moved_third = third.replace("id: third", "id: double\n    formerly: [quotes/third]")
    author.write({pictures: MARKS[pictures] + moved_third})
    moved = export(20)
    fourth = _question_of(author, "fourth")
    author.replace(QUOTES, fourth, "retired: [fourth]\n")
    retired = export(30)
    author.replace(QUOTES, "retired: [fourth]\n", fourth)
    revived = export(40)
    return Story(first, same, edited, edited_again, moved, retired, revived)


def _question_of(author: Author, name: str) -> str:
    text = (author.deck / QUOTES).read_text(encoding="utf-8")
    _, mark, rest = text.partition(f"  - id: {name}\n")
    return mark + rest.partition("  - id: ")[0]


@pytest.fixture(scope="session")
def story(marks: Callable[[str], Author]) -> Story:
    return tell(marks("story"))


@pytest.fixture(scope="session")
def sealed(marks: Callable[[str], Author]) -> Story:
    """The same, built as distributions build: with one fixed time for everything."""
    return tell(marks("sealed"), SOURCE_DATE_EPOCH="1700000000")


def learn(anki: Anki) -> dict[str, Any]:
    """Study for some days, flag and suspend; return the rows that must stay."""
    anki.use_fsrs()
    anki.study_days(TITLE, 4)
    anki.flag(key="quotes/first", number=3)
    anki.suspend(key="quotes/second")
    return kept(anki)


def kept(anki: Anki) -> dict[str, Any]:
    return {table: anki.rows(table=table) for table in ("cards", "revlog")}


def without(tags: list[str]) -> list[str]:
    """Tags but those of the exporter."""
    return [tag for tag in tags if not tag.startswith("mlready::")]


def test_an_unchanged_deck_updates_nothing(anki: Anki, story: Story) -> None:
    assert anki.put(story.first) == {"new": NOTES}
    rows = anki.rows(table="notes")
    assert anki.put(story.same) == {"duplicate": NOTES}
    assert anki.rows(table="notes") == rows
    assert Path(story.first.package).read_bytes() == Path(story.same.package).read_bytes()


@pytest.mark.parametrize("telling", ["story", "sealed"])
def test_every_edit_arrives_and_only_that(
    anki: Anki, telling: str, request: pytest.FixtureRequest
) -> None:
    told: Story = request.getfixturevalue(telling)
    anki.put(told.first)
    before = anki.notes()
    for package, text in (
        (told.edited, "<p>A text between two marks.</p>"),
        (told.edited_again, "<p>A text between a pair of marks.</p>"),
    ):
        expected = {"updated": 1, "duplicate": NOTES - 1}
        assert anki.put(package) == expected
        after = anki.notes()
        assert after["quotes/first"]["fields"]["Answer"] == text
        assert {k: v for k, v in after.items() if k != "quotes/first"} == {
            k: v for k, v in before.items() if k != "quotes/first"
        }
    assert anki.check() == []


@pytest.fixture(scope="session")
def late(marks: Callable[[str], Author]) -> list[Export]:
    """Packages; the change in the third was made while the second was not yet imported."""
    author = marks("late")
    exports = [author.export(day=0)]
    author.replace(QUOTES, "A text between marks.", "A text between two marks.")
    exports.append(author.export(day=10))
    author.replace(QUOTES, "between two marks", "between a pair of marks")
    author.run("sync", day=11)
    exports.append(author.export(day=13))
    author.replace(QUOTES, "between a pair of marks", "between twin marks")
    return [*exports, author.export(day=14)]


def test_a_late_import_stops_no_edit_for_ever(anki: Anki, late: list[Export]) -> None:
    anki.put(late[0])
    anki.live_on(12)
    anki.put(late[1])
    for export, text in ((late[2], "between a pair of marks"), (late[3], "between twin marks")):
        anki.put(export)
        if export is late[3] or anki.version not in STAMPED:
            assert text in anki.notes()["quotes/first"]["fields"]["Answer"]


def test_an_edit_leaves_cards_and_reviews_as_they_are(anki: Anki, story: Story) -> None:
    anki.put(story.first)
    before = learn(anki)
    assert any('"s"' in str(row) for row in before["cards"]), "no memory state to keep"
    assert len(before["revlog"]) > NOTES
    assert anki.put(story.edited)["updated"] == 1
    assert kept(anki) == before
    assert anki.check() == []


def test_what_the_learner_did_to_other_notes_stays(anki: Anki, story: Story) -> None:
    anki.put(story.first)
    anki.edit(key="quotes/second", field="Answer", text="my own words")
    anki.tag(key="pictures/point", tag="my::tag")
    anki.restyle(notetype="mlready question", style="\n.card { color: teal }")
    anki.restyle(notetype="mlready cloze", style="\n.card { color: olive }")
    for package in story[1:]:
        anki.put(package)
        notes, kinds = anki.notes(), anki.notetypes()
        assert notes["quotes/second"]["fields"]["Answer"] == "my own words"
        assert without(notes["pictures/point"]["tags"]) == ["my::tag"]
        assert kinds["mlready question"]["style"].endswith("teal }")
        assert kinds["mlready cloze"]["style"].endswith("olive }")


def test_a_moved_question_is_the_same_note(anki: Anki, story: Story) -> None:
    anki.put(story.edited_again)
    before = learn(anki)
    guids = {note["guid"] for note in anki.notes().values()}
    log = anki.put(story.moved)
    assert (log.get("new", 0), log.get("conflicting", 0)) == (0, 0)
    assert {note["guid"] for note in anki.notes().values()} == guids
    assert "mlready::topic::pictures" in anki.notes()["pictures/double"]["tags"]
    assert kept(anki) == before


def test_a_retired_question_is_found_by_one_search(anki: Anki, story: Story) -> None:
    anki.put(story.moved)
    before = learn(anki)
    assert anki.put(story.retired)["updated"] == 1
    assert anki.find(search="tag:mlready::retired") == ["quotes/fourth"]
    assert anki.notes()["quotes/fourth"]["fields"]["Answer"] == "<p>That one.</p>"
    assert kept(anki) == before
    assert anki.put(story.retired) == {"duplicate": NOTES}
    assert anki.put(story.revived)["updated"] == 1
    assert anki.find(search="tag:mlready::retired") == []
    assert kept(anki) == before
    assert anki.check() == []


def test_who_comes_late_meets_what_is_retired_last(anki: Anki, story: Story) -> None:
    anki.put(story.retired)
    assert anki.check() == []
    (today,) = anki.study_days(TITLE, 1)
    firsts = [key for key, ordinal in today if ordinal == 0]
    assert len(firsts) == NOTES
    assert firsts[-1] == "quotes/fourth"


def test_what_is_retired_is_not_met_with_the_preset(anki: Anki, story: Story) -> None:
    anki.put(story.retired, with_deck_configs=True)
    met = {key for day in anki.study_days(TITLE, 3) for key, _ in day}
    assert "quotes/fourth" in anki.notes()
    assert len(met) == NOTES - 1
    assert "quotes/fourth" not in met


def test_what_an_import_cannot_do_is_said(story: Story) -> None:
    assert "1 card" not in story.edited.said
    for export in (story.moved, story.retired):
        (line,) = (line for line in export.said.splitlines() if "mlready anki sync" in line)
        assert "1 card" in line


# A package of the first version, whose note types had no field of the learner's own

FIRST_LAYOUT_AT = "2026-03-02T10:00:00+00:00"


@pytest.fixture
def first_layout(tmp_path: Path) -> Export:
    """The deck of hard signs, as the first version of mlready exported it."""
    package = shutil.copy(HERE / "first-layout.zip", tmp_path / "first.apkg")
    return Export(str(package), 0, "")


@pytest.fixture(scope="session")
def upgraded(marks: Callable[[str], Author]) -> Export:
    """Exported by who exported the first layout, too: most texts are no newer than there."""
    author = marks("upgraded")
    author.run("sync", day=0, MLREADY_NOW=FIRST_LAYOUT_AT)
    author.replace(QUOTES, "A text between marks.", "A text between two marks.")
    return author.export(day=9)


def test_the_first_layout_is_upgraded_in_place(
    anki: Anki, first_layout: Export, upgraded: Export
) -> None:
    assert anki.put(first_layout) == {"new": NOTES}
    before, schema = learn(anki), anki.schema()
    guids = {key: note["guid"] for key, note in anki.notes().items()}
    assert anki.put(upgraded).keys() <= {"updated", "duplicate"}
    assert {key: note["guid"] for key, note in anki.notes().items()} == guids
    assert anki.notes()["quotes/first"]["fields"]["Answer"] == "<p>A text between two marks.</p>"
    assert kept(anki) == before
    assert anki.schema() == schema
    kinds = {name: kind for name, kind in anki.notetypes().items() if "mlready" in name}
    assert {name: kind["notes"] for name, kind in kinds.items()} == {
        "mlready cloze": 1,
        "mlready question": NOTES - 1,
    }
    for kind in kinds.values():
        assert "My notes" in kind["fields"]
    assert anki.check() == []


def test_a_style_of_the_learners_own_is_no_conflict(
    anki: Anki, first_layout: Export, upgraded: Export
) -> None:
    """Their note type is newer than the package's, whose fields have other names."""
    anki.put(first_layout)
    schema = anki.schema()
    anki.restyle(notetype="mlready question", style="\n.card { color: teal }")
    assert anki.put(upgraded).keys() <= {"updated", "duplicate"}
    assert anki.schema() == schema
    assert anki.notetypes()["mlready question"]["style"].endswith("teal }")
    assert anki.notes()["quotes/first"]["fields"]["Answer"] == "<p>A text between two marks.</p>"
    assert anki.check() == []
