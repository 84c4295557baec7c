"""Questions that name what their answers exercise."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from mlready.content.compiling import attachments_of, compile_folder, usable_units
from mlready.content.deck import unit_from_outline
from mlready.content.folder import DeckFolder, read_folder
from mlready.store import tables
from tests.store_fixtures import Desk, desk, question

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from mlready.content.deck import Deck

__all__ = ["desk"]

QUESTIONS = "questions/sets.yaml"

BENEATH = """\
--- topics/1-basics.yaml
topics:
  - {id: sets, title: Sets, prerequisites: [], why: All.}
  - {id: maps, title: Maps, prerequisites: [sets], why: All.}
  - {id: groups, title: Groups, prerequisites: [maps], why: All.}
  - {id: logic, title: Logic, prerequisites: [], why: All.}
--- questions/sets.yaml
topic: sets
questions:
  - {id: one, kind: failure-mode, question: Q, answer: A, source: {ref: halmos-1960}}
--- questions/logic.yaml
topic: logic
questions:
  - {id: one, kind: failure-mode, question: Q, answer: A, source: {ref: halmos-1960}}
"""


def groups(lines: str) -> str:
    """A deck whose question groups/two has these lines more."""
    return (
        BENEATH
        + "--- questions/groups.yaml\ntopic: groups\nquestions:\n"
        + "  - {id: one, kind: failure-mode, question: Q, answer: A, source: {ref: halmos-1960}}\n"
        + "  - id: two\n    kind: derivation\n    question: Q\n    answer: A\n"
        + f"    source: {{ref: halmos-1960}}\n    {lines}\n"
    )


@pytest.mark.parametrize(
    "lines",
    [
        "exercises: []",
        "exercises: [groups/one, sets/one]",
        "requires: [logic]\n    exercises: [logic/one]",
    ],
)
def test_what_lies_beneath_may_be_named(compile_text: Callable[[str], Deck], lines: str) -> None:
    deck = compile_text(groups(lines))
    assert [p.message for p in deck.problems if "no question" not in p.message] == []


def test_they_are_read(compile_text: Callable[[str], Deck]) -> None:
    deck = compile_text(groups("exercises: [groups/one, sets/one]"))
    named = deck.questions["groups/two"].exercises
    assert [name.text for name in named] == ["groups/one", "sets/one"]
    assert (named[0].line, named[0].column) == (9, 17)


def test_two_that_exercise_each_other(compile_text: Callable[[str], Deck]) -> None:
    text = groups("exercises: [groups/one]").replace(
        "  - {id: one, kind: failure-mode, question: Q, answer: A, source: {ref: halmos-1960}}\n"
        "  - id: two",
        "  - {id: one, kind: failure-mode, question: Q, answer: A, source: {ref: halmos-1960},"
        " exercises: [groups/two]}\n  - id: two",
    )
    (problem,) = [p for p in compile_text(text).problems if "no question" not in p.message]
    assert (problem.severity, problem.hint != "") == ("warning", True)
    assert problem.message == '"groups/one" and "groups/two" exercise each other'


@pytest.mark.parametrize(
    ("key", "severity", "message", "hint"),
    [
        ("sets/won", "error", 'unknown question "sets/won" in exercises', "sets/one"),
        ("group/two", "error", 'unknown question "group/two" in exercises', "groups/two"),
        ("quite/else", "error", 'unknown question "quite/else" in exercises', ""),
        ("groups/two", "error", '"groups/two" exercises itself', "rests on"),
        ("logic/one", "warning", '"logic/one" does not lie beneath "groups/two"', "requires"),
        ("sets/one, sets/one", "warning", '"sets/one" is listed twice', "remove"),
        ("statement", "error", '"statement" is not a key: topic/question', "as in"),
    ],
)
def test_mistakes(
    compile_text: Callable[[str], Deck], key: str, severity: str, message: str, hint: str
) -> None:
    deck = compile_text(groups(f"exercises: [{key}]"))
    (problem,) = [p for p in deck.problems if "no question" not in p.message]
    assert (problem.severity, problem.message) == (severity, message)
    assert hint in problem.hint
    assert problem.location.path == "questions/groups.yaml"


@pytest.mark.parametrize("former", ["formerly: [sets/old]", ""])
def test_a_renamed_key_is_named(compile_text: Callable[[str], Deck], former: str) -> None:
    text = groups("exercises: [sets/old]").replace(
        "--- questions/logic.yaml",
        "  - id: new\n    kind: example\n    question: Q\n    answer: A\n"
        f"    source: {{ref: halmos-1960}}\n    {former}\n" + "--- questions/logic.yaml",
    )
    (problem,) = compile_text(text).errors
    assert problem.message == 'unknown question "sets/old" in exercises'
    assert problem.hint == ('it is called "sets/new" now' if former else 'did you mean "sets/one"?')


def test_the_name_of_a_renamed_topic_is_named(compile_text: Callable[[str], Deck]) -> None:
    text = groups("exercises: [classes/one]").replace(
        "title: Sets, prerequisites: []", "title: Sets, prerequisites: [], formerly: [classes]"
    )
    assert [p.hint for p in compile_text(text).errors] == ['it is called "sets/one" now']


def test_a_retired_key_says_so(compile_text: Callable[[str], Deck]) -> None:
    text = groups("exercises: [sets/gone]").replace(
        "--- questions/logic", "retired: [gone]\n--- questions/logic"
    )
    assert [p.hint for p in compile_text(text).errors] == [
        "it was retired: remove it from exercises"
    ]


def test_nothing_is_missed_in_a_file_that_is_broken(
    deck_folder: Callable[[str], Path],
) -> None:
    root = deck_folder(groups("exercises: [sets/one]"))
    (root / QUESTIONS).write_text("topic: sets\nquestions: [\n", encoding="utf-8")
    folder: DeckFolder = read_folder(root)
    deck, units = compile_folder(folder)
    assert {p.location.path for p in deck.errors} == {QUESTIONS}
    used, rest = usable_units(units, {}, attachments_of(folder))
    assert "questions/groups.yaml" in used
    assert rest.questions.keys() == {"groups/one", "groups/two", "logic/one"}


def test_the_outline_keeps_them(deck_folder: Callable[[str], Path]) -> None:
    root = deck_folder(groups("exercises: [sets/one]"))
    _, units = compile_folder(read_folder(root))
    unit = units["questions/groups.yaml"]
    again = unit_from_outline(unit.path, unit.outline())
    assert again is not None
    assert [q.exercises for q in again.questions] == [q.exercises for q in unit.questions]


def test_the_store_keeps_them(desk: Desk) -> None:
    desk.ask(question("a"), question("b", "What?", "exercises: [sets/a]"))
    desk.sync()
    assert desk.column(tables.contents, "exercises") == ["[]", '["sets/a"]']
    desk.ask(question("a"), question("b", "What?"))
    report = desk.sync()
    assert desk.column(tables.contents, "exercises") == ["[]", "[]"]
    assert report.is_empty  # a card shows nothing of it


def test_a_broken_file_takes_no_other_out_of_review(desk: Desk) -> None:
    desk.ask(question("a"))
    desk.ask(question("b", "What?", "exercises: [sets/a]"), topic="maps")
    desk.write("questions/sets.yaml", "topic: sets\nquestions: [\n")
    desk.sync()
    assert list(desk.cards()) == ["maps/b#1"]
    desk.ask(question("a"))
    desk.sync()
    assert list(desk.cards()) == ["sets/a#1", "maps/b#1"]
    desk.write("questions/sets.yaml", "topic: sets\nquestions: [\n")
    desk.sync()
    assert list(desk.cards()) == ["sets/a#1", "maps/b#1"]
