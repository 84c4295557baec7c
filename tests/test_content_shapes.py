"""Keys, types and words of the four kinds of file; the docstring of a test is the deck."""

from __future__ import annotations

import pytest

from mlready.content.units import read_unit

AN_ID = "an id: lower-case letters, digits and single hyphens"
A_MODULE = "a module's name: lower-case letters, digits and underscores"


def found(path: str, text: str) -> list[str]:
    return [
        f"{p.location.line}:{p.location.column} {p.message} [{p.hint}]"
        for p in read_unit(path, text.encode()).problems
    ]


def test_the_small_deck_has_no_mistake(problems: list[str]) -> None:
    """There is nothing here but what all tests start from."""
    assert problems == []


def test_a_misspelt_key(problems: list[str]) -> None:
    """
    --- topics/1-basics.yaml
    topics:
      - id: sets
        title: Sets
        prerequisits: []
        why: All else is made of them.
    """
    path = "topics/1-basics.yaml"
    assert problems == [
        f'{path}:2:5: error: a topic has no "prerequisites"',
        f'{path}:4:5: error: unknown key "prerequisits" in a topic',
    ]


def test_a_misspelt_word_gets_a_hint() -> None:
    text = "topic: a\nquestions:\n- {id: a, kind: exampel, cloze: '{{c1::x}}', source: {rev: b}}\n"
    assert found("questions/a.yaml", text) == [
        '3:17 kind cannot be "exampel" [did you mean "example"?]',
        '3:55 unknown key "rev" in source [did you mean "ref"?]',
        '3:54 source has no "ref" [a key of references.yaml]',
    ]


def test_wrong_types_everywhere(problems: list[str]) -> None:
    """
    --- deck.yaml
    id: small
    title: [Small]
    phases: Basics
    areas: {scaling: yes}
    --- references.yaml
    references:
      halmos-1960: {authors: 5, title: true, year: '1960', url: ftp://x}
      Halmos: {authors: Paul Halmos, title: Naive Set Theory, year: 960}
      other: Naive Set Theory
    --- topics/1-basics.yaml
    topics:
      - id: sets
        title:
        prerequisites: sets
        why: " "
      - sets
    --- questions/sets.yaml
    topic: sets
    questions:
      - id: Russell
        kind: failure-mode
        level: deep
        question: 5
        answer: {a: b}
        must_mention: [[a], "b\\nc", null]
        source: halmos-1960
        claim: Not-A-Module
        requires: [5]
        formerly: [old]
    retired: [a/b]
    """
    assert problems == [
        "deck.yaml:2:8: error: title must be text, not a list",
        "deck.yaml:3:9: error: phases must be a list, not text",
        "deck.yaml:4:8: error: areas must be a list, not a mapping",
        'questions/sets.yaml:3:9: error: "Russell" is not ' + AN_ID,
        'questions/sets.yaml:5:12: error: level cannot be "deep"',
        "questions/sets.yaml:6:15: error: question must be text, not the number 5",
        "questions/sets.yaml:7:13: error: answer must be text, not a mapping",
        "questions/sets.yaml:8:20: error: an item of must_mention must be text, not a list",
        "questions/sets.yaml:8:25: error: an item of must_mention must be on one line",
        "questions/sets.yaml:8:33: error: an item of must_mention is empty",
        "questions/sets.yaml:9:13: error: source must be a mapping, not text",
        'questions/sets.yaml:10:12: error: "Not-A-Module" is not ' + A_MODULE,
        'questions/sets.yaml:10:12: error: unknown claim "Not-A-Module"',
        "questions/sets.yaml:11:16: error: an item of requires must be text, not the number 5",
        'questions/sets.yaml:11:16: error: unknown topic "5" in requires',
        'questions/sets.yaml:12:16: error: "old" is not a key: topic/question',
        'questions/sets.yaml:13:11: error: "a/b" is not ' + AN_ID,
        "references.yaml:2:26: error: authors must be text, not the number 5",
        "references.yaml:2:36: error: title must be text, not true",
        "references.yaml:2:48: error: year must be a whole number from 1600 to 2100, not text",
        'references.yaml:2:61: error: "ftp://x" is not a web address (http:// or https://)',
        'references.yaml:3:3: error: "Halmos" is not ' + AN_ID,
        "references.yaml:3:65: error: year must be a whole number from 1600 to 2100, "
        "not the number 960",
        'references.yaml:4:10: error: "other" must be a mapping, not text',
        "topics/1-basics.yaml:3:11: error: title is empty",
        "topics/1-basics.yaml:4:20: error: prerequisites must be a list, not text",
        "topics/1-basics.yaml:5:10: error: why is empty",
        "topics/1-basics.yaml:6:5: error: a topic must be a mapping, not text",
    ]


@pytest.mark.parametrize(
    "path", ["deck.yaml", "references.yaml", "topics/1-a.yaml", "questions/a.yaml"]
)
@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "the file is empty"),
        ("# a comment\n", "the file is empty"),
        ("--- ~\n", "must be a mapping, not nothing"),
        ("- a\n", "must be a mapping, not a list"),
        ("5\n", "must be a mapping, not the number 5"),
        ("{}\n", ' has no "'),
    ],
)
def test_a_file_that_holds_something_else(path: str, text: str, message: str) -> None:
    problems = read_unit(path, text.encode()).problems
    assert problems
    assert message in problems[0].message
    assert problems[0].location.line == 1


def test_a_year_that_is_no_number_is_no_crash() -> None:
    for year in ("²", "'²'", "'" + "9" * 5000 + "'", "9" * 18, "9" * 5000, "true", "1960.0", "[]"):
        text = f"references:\n  a: {{authors: b, title: c, year: {year}}}\n"
        message = "2:35 year must be a whole number from 1600 to 2100, not "
        problems = found("references.yaml", text)
        assert len(problems) == 1
        assert problems[0].startswith(message)
        assert len(problems[0]) < 200


def test_very_long_words_are_refused_in_short_messages() -> None:
    text = f"topic: {'a' * 200_000}\nquestions: []\n{'b' * 900}: 1\n"
    problems = found("questions/a.yaml", text)
    assert len(problems) == 2
    assert problems[0].startswith("1:8 topic is longer than 100 characters")
    assert max(map(len, problems)) < 200


def test_a_file_of_mistakes_says_that_more_may_follow() -> None:
    text = "topic: a\nquestions:\n" + "- {id: a, kinds: b}\n" * 10_000
    problems = read_unit("questions/a.yaml", text.encode()).problems
    errors = [problem for problem in problems if problem.is_error]
    assert len(errors) == 101
    assert errors[-1].message == "more mistakes than these may follow"


def test_many_warnings_hide_no_error() -> None:
    good = "- {id: a, kind: example, question: a, answer: b}\n"
    text = "topic: a\nquestions:\n" + good * 500 + "- {id: a}\n"
    problems = read_unit("questions/a.yaml", text.encode()).problems
    assert sum(not p.is_error for p in problems) == 501
    assert sum(p.is_error for p in problems) > 0


def test_null_is_no_name() -> None:
    """Else `prerequisites: [null]` would be an unknown topic "None" as well."""
    text = "topics:\n- {id: a, title: b, prerequisites: [null], why: c, area: ~, formerly: [~]}\n"
    unit = read_unit("topics/1-a.yaml", text.encode())
    assert unit.topics[0].prerequisites == ()
    assert unit.topics[0].area is None
    assert len(unit.problems) == 3


@pytest.mark.parametrize(
    "name", ["a.yaml", "foundations.yaml", "123-a.yaml", "1-/a.yaml", "\u0661-a.yaml"]
)
def test_a_topics_file_begins_with_its_phase(name: str) -> None:
    text = "topics: []\n"
    problems = found(f"topics/{name}", text)
    assert len(problems) == 1
    assert "does not begin with a phase's number" in problems[0]
