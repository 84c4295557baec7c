"""The JSON Schema for editors agrees with the checker.

They differ on purpose in what a schema cannot say or what JSON has no word for: problems inside
Markdown, names that only other files know, control characters, texts of more than 20,000
characters, and `1960.0`, which JSON Schema counts as a whole number. Python's `$` also lets a
newline pass that editors refuse.
"""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft7Validator  # type: ignore[import-untyped]

from mlready.content.deck_shapes import SHAPES
from mlready.content.json_schema import schema_for, write_schemas
from mlready.content.units import read_unit

PATHS = {
    "deck": "deck.yaml",
    "references": "references.yaml",
    "topics": "topics/1-a.yaml",
    "questions": "questions/a.yaml",
}

VALID: dict[str, Any] = {
    "deck": {
        "id": "a-b",
        "title": "A",
        "description": "Two\nlines.",
        "phases": ["One", "Two"],
        "areas": ["x"],
    },
    "references": {
        "references": {
            "a-2000": {"authors": "A", "title": "T", "year": 2000, "url": "https://a.b"},
            "b": {"authors": "B", "title": "U", "year": 1600},
        }
    },
    "topics": {
        "topics": [
            {"id": "a", "title": "A", "prerequisites": [], "why": "W"},
            {
                "id": "b",
                "title": "B",
                "prerequisites": ["a"],
                "why": "W",
                "area": "x",
                "formerly": ["c"],
            },
        ],
        "retired": ["d"],
    },
    "questions": {
        "topic": "a",
        "questions": [
            {
                "id": "a",
                "kind": "example",
                "level": "depth",
                "question": "Q",
                "answer": "A\n\nB",
                "must_mention": ["p", "q"],
                "source": {"ref": "a", "at": "Section 1"},
                "claim": "a_b",
                "requires": ["b"],
                "exercises": ["b/c"],
                "formerly": ["c/d"],
            },
            {"id": "b", "kind": "failure-mode", "cloze": "{{c1::x}}", "answer": "E"},
        ],
        "retired": ["e"],
    },
}

VALUES: list[Any] = [
    None,
    True,
    5,
    -1,
    1999,
    1.5,
    "",
    " ",
    "a",
    "A b",
    "a/b",
    "a\nb",
    "x" * 101,
    "x" * 1_001,
    "no",
    "12",
    [],
    ["a"],
    [5],
    {},
    {"a": "b"},
    {"id": "a"},
]


IN_MARKDOWN = {"a cloze without a hole", "the number of a hole is 1 to 99"}


def checker_agrees(name: str, value: object) -> bool:
    # JSON is YAML, apart from numbers written as 1e400; there are none here.
    problems = read_unit(PATHS[name], json.dumps(value).encode()).problems
    return not any(p.is_error and p.message not in IN_MARKDOWN for p in problems)


def schema_agrees(name: str, value: object) -> bool:
    return bool(Draft7Validator(schema_for(name)).is_valid(value))


def places(value: Any) -> list[tuple[Any, Any]]:
    """Every container of the value with each of its keys."""
    keys = list(value) if isinstance(value, dict) else range(len(value))
    found = [(value, key) for key in keys]
    for _, key in list(found):
        if isinstance(value[key], dict | list):
            found += places(value[key])
    return found


@pytest.mark.parametrize("name", SHAPES)
def test_valid_files(name: str) -> None:
    Draft7Validator.check_schema(schema_for(name))
    assert schema_agrees(name, VALID[name])
    assert checker_agrees(name, VALID[name])


@pytest.mark.parametrize("name", SHAPES)
def test_every_single_mutation(name: str) -> None:
    for number in range(len(places(VALID[name]))):
        for value in [*VALUES, "DELETE", "RENAME"]:
            mutant = copy.deepcopy(VALID[name])
            container, key = places(mutant)[number]
            if value == "DELETE":
                del container[key]
            elif value == "RENAME" and isinstance(container, dict):
                container[f"{key}X"] = container.pop(key)
            else:
                container[key] = value
            assert schema_agrees(name, mutant) == checker_agrees(name, mutant), mutant


@pytest.mark.parametrize(
    "question",
    [
        {"question": "a", "answer": "b", "cloze": "{{c1::x}}"},
        {"question": "a", "cloze": "{{c1::x}}"},
        {"answer": "a"},
        {"question": "a"},
        {},
    ],
)
def test_sides_of_a_question(question: dict[str, str]) -> None:
    value = {"topic": "a", "questions": [{"id": "a", "kind": "example", **question}]}
    assert not schema_agrees("questions", value)
    assert not checker_agrees("questions", value)


json_values = st.recursive(
    st.sampled_from(VALUES[:16]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["id", "topics", "title", "a", "topic"]), inner)
    ),
    max_leaves=8,
)


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(sorted(SHAPES)), json_values)
def test_any_value(name: str, value: object) -> None:
    assert schema_agrees(name, value) == checker_agrees(name, value)


def test_where_they_differ() -> None:
    work = {"references": {"a": {"authors": "A", "title": "T", "year": 1960.0}}}
    assert schema_agrees("references", work)
    assert not checker_agrees("references", work)


def test_every_key_is_described() -> None:
    for name in SHAPES:
        for part in [schema_for(name)]:
            assert part["description"]
            assert all(field["description"] for field in part["properties"].values())


def test_schemas_are_written(tmp_path: Any) -> None:
    written = write_schemas(tmp_path)
    assert [path.name for path in written] == [f"{name}.json" for name in SHAPES]
    for path in written:
        assert json.loads(path.read_text(encoding="utf-8")) == schema_for(path.stem)
