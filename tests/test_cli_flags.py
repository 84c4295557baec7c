"""`mlready flags` and `mlready search`: what they print, and what they refuse."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.study_fixtures import NOW, Place, Result, place, run, used_place

if TYPE_CHECKING:
    from collections.abc import Callable

    Run = Callable[..., Result]

# The end of the process closes the store; here many commands run in one.
pytestmark = pytest.mark.filterwarnings(
    "ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning"
)
__all__ = ["place", "run", "used_place"]


@pytest.fixture
def flagged(run: Run) -> Run:
    """A learner who has flagged two cards."""
    run("flags", "sets/russell", "--add", "unclear", "--note", "Which $x$?")
    run("flags", "sets/counting#2", "--add", "wrong")
    return run


def test_flags_are_listed_as_compilers_list_mistakes(flagged: Run) -> None:
    shown = flagged("flags")
    assert shown.code == 0
    assert shown.out.splitlines() == [
        "questions/sets.yaml:3: unclear: sets/russell: Which $x$? (2026-11-23, flag 1)",
        "questions/sets.yaml:12: wrong: sets/counting#2 (2026-11-23, flag 2)",
    ]


def test_flags_are_listed_for_tools(flagged: Run) -> None:
    first, second = json.loads(flagged("flags", "--json").out)
    assert first == {
        "id": 1, "key": "sets/russell", "path": "questions/sets.yaml", "line": 3,
        "reason": "unclear", "note": "Which $x$?", "flagged_at_ms": NOW,
        "resolved_at_ms": None, "retired": False,
    }  # fmt: skip
    assert second["key"] == "sets/counting#2"


def test_without_flags_it_says_how_to_make_one(run: Run) -> None:
    shown = run("flags")
    assert (shown.code, shown.out) == (0, "")
    assert "Press f in a review" in shown.err
    assert run("flags", "--json").out == "[]\n"
    assert "Nothing of that is flagged" in run("flags", "sets").err


@pytest.mark.parametrize("name", ["1", "#1", "sets/russell"])
def test_a_flag_is_dealt_with_by_its_number_or_its_card(flagged: Run, name: str) -> None:
    assert "1 flag dealt with" in flagged("flags", name, "--done").err
    assert "russell" not in flagged("flags").out
    assert "no flag of that is open" in flagged("flags", name, "--done").err
    (line,) = flagged("flags", name, "--all").out.splitlines()
    assert line.endswith("(2026-11-23, done 2026-11-23, flag 1)")
    assert "1 flag open again" in flagged("flags", name, "--reopen").err
    assert "sets/russell" in flagged("flags").out


def test_a_topic_means_all_its_flags(flagged: Run) -> None:
    assert len(flagged("flags", "sets").out.splitlines()) == 2
    assert flagged("flags", "maps").out == ""
    assert "2 flags dealt with" in flagged("flags", "sets", "--done").err


def test_the_line_is_that_of_today_and_a_question_that_is_gone_has_none(
    flagged: Run, used_place: Place
) -> None:
    file = used_place.deck / "questions" / "sets.yaml"
    text = file.read_text(encoding="utf-8")
    file.write_text("# one line more\n" + text, encoding="utf-8")
    assert "questions/sets.yaml:4: unclear: sets/russell" in flagged("flags").out
    gone = text.replace("id: russell", "id: paradox") + "retired: [russell]\n"
    file.write_text(gone, encoding="utf-8")
    line = flagged("flags").out.splitlines()[0]
    assert line == (
        "questions/sets.yaml: unclear: sets/russell: Which $x$?"
        " (2026-11-23, no longer in the deck, flag 1)"
    )
    assert "1 flag dealt with" in flagged("flags", "sets/russell", "--done").err


def test_a_note_cannot_move_the_cursor_or_break_the_line(run: Run) -> None:
    run("flags", "sets/russell", "--add", "wrong", "--note", "a\x1b[2Jb\nc")
    (line,) = run("flags").out.splitlines()
    assert "a�[2Jb c" in line
    (record,) = json.loads(run("flags", "--json").out)
    assert record["note"] == "a\x1b[2Jb\nc"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--done"], "--done needs to know which flags"),
        (["--reopen"], "--reopen needs to know which flags"),
        (["7", "--done"], "there is no flag 7"),
        (["sets/rusell"], 'did you mean "sets/russell"?'),
        (["--add", "wrong"], "--add flags one card"),
        (["sets/russell", "maps/injective", "--add", "wrong"], "--add flags one card"),
        (["maps", "--add", "wrong"], '"maps" is a topic'),
        (["sets/russell", "--note", "why"], "--note belongs to --add"),
        (["sets/russell", "--add", "wrong", "--done"], "exclude each other"),
        (["sets/russell", "--add", "wrong", "--note", "x" * 2001], "too long for a flag"),
        (["sets/russell", "--add", "bad"], "'bad' is not one of"),
    ],
)
def test_what_makes_no_sense_is_refused(run: Run, arguments: list[str], message: str) -> None:
    refused = run("flags", *arguments)
    assert refused.code == 2
    assert message in refused.err
    assert run("flags", "--all").out == ""


def test_search_prints_what_was_found_nearest_first(run: Run) -> None:
    shown = run("search", "RUSSELL")
    assert shown.code == 0
    assert [line.split("\t")[0] for line in shown.out.splitlines()] == [
        "sets/russell",
        "sets/axioms",
    ]
    assert run("search", "maps", "between").out == "maps\tMaps between sets\n"


def test_search_does_not_fill_in_holes(run: Run) -> None:
    line = run("search", "subsets").out
    assert line.startswith("sets/counting\tA set of n elements has […] subsets")


def test_search_speaks_to_tools(run: Run) -> None:
    assert json.loads(run("search", "maps", "--json").out) == [
        {"kind": "topic", "name": "maps", "text": "Maps between sets"},
        {"kind": "question", "name": "maps/injective", "text": "When is a map injective?"},
    ]


def test_a_search_that_finds_nothing_says_so(run: Run) -> None:
    shown = run("search", "zebra")
    assert (shown.code, shown.out) == (0, "")
    assert "Nothing has all these words" in shown.err


def test_a_search_for_nothing_is_refused(run: Run) -> None:
    shown = run("search", " ", "")
    assert (shown.code, shown.out) == (2, "")
    assert "there is nothing to search for" in shown.err
