"""What a question last showed is kept while it is retired."""

from __future__ import annotations

import json
from typing import Any

from mlready.store import tables
from tests.store_fixtures import Desk, cloze, desk, question, topics

__all__ = ["desk"]


def last_contents(desk: Desk) -> dict[str, Any]:
    """The last contents by first key, of notes that have one."""
    return {
        row["first_key"]: json.loads(row["last_content"])
        for row in desk.dump(tables.notes)["notes"]
        if row["last_content"] is not None
    }


def test_a_retired_question_keeps_what_it_showed(desk: Desk) -> None:
    desk.ask(question("a"), topic="sets")
    desk.ask(question("b", "Why $x$?"), cloze("c", "{{c1::x}} and y"), topic="maps")
    desk.sync()
    assert last_contents(desk) == {}
    desk.ask(cloze("c", "{{c1::x}} and y"), topic="maps", retired="b")
    desk.sync()
    found = last_contents(desk)
    assert list(found) == ["maps/b"]
    citation = found["maps/b"].pop("citation")
    assert citation.startswith("Paul Halmos (1960)")
    prompt = [["paragraph", [["text", "Why "], ["math", "x"], ["text", "?"]]]]
    answer = [["paragraph", [["text", "The answer."]]]]
    assert found["maps/b"] == {
        "key": "maps/b",
        "kind": "failure-mode",
        "level": "breadth",
        "phase": 1,
        "topic": "maps",
        "topic_title": "maps",
        "is_cloze": False,
        "body": [prompt, answer, []],
        "source_at": "",
        "url": "",
        "prerequisites": [["sets", "sets"]],
    }


def test_a_question_that_is_back_has_no_last_content(desk: Desk) -> None:
    desk.ask(question("a"), question("b"))
    desk.sync()
    desk.ask(question("a"), retired="b")
    desk.sync()
    desk.ask(question("a"))
    desk.sync()
    assert set(last_contents(desk)) == {"sets/b"}
    desk.ask(question("a"), question("b"))
    desk.sync()
    assert last_contents(desk) == {}


def test_a_question_that_goes_with_its_topic(desk: Desk) -> None:
    desk.ask(question("a"))
    desk.ask(cloze("c", "{{c1::x}} and y"), topic="maps")
    desk.sync()
    desk.remove("questions/maps.yaml")
    desk.write("topics/1-basics.yaml", topics("sets", retired="maps"))
    desk.sync()
    found = last_contents(desk)["maps/c"]
    assert (found["topic_title"], found["is_cloze"]) == ("maps", True)
    assert found["prerequisites"] == [["sets", "sets"]]


def test_a_question_that_became_part_of_another(desk: Desk) -> None:
    desk.ask(question("a"), question("b"))
    desk.sync()
    desk.ask(question("b", "What is it?", "formerly: [sets/a]"))
    desk.sync()
    assert last_contents(desk)["sets/a"]["key"] == "sets/a"
    desk.rebuild()
    assert list(last_contents(desk)) == ["sets/a"]
