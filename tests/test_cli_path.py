"""`goal`, `focus`, `why` and `next`: what they say, their JSON, their exit codes."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import click
import pytest

from mlready.cli.focus import _complete
from mlready.cli.goal import command as goal_command
from mlready.cli.goal import complete_topics
from tests.path_fixtures import add_frontier, make_lapsing
from tests.study_fixtures import Place, place, run, used_place

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.study_fixtures import Result

# The end of the process closes the store; here many commands run in one.
pytestmark = pytest.mark.filterwarnings(
    "ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning"
)
__all__ = ["place", "run", "used_place"]
COMMANDS = (
    ("goal",),
    ("focus",),
    ("next",),
    ("next", "--all"),
    ("why", "sets"),
    ("why", "limits"),
    ("why", "measures"),
)


@pytest.fixture
def frontier(used_place: Place) -> Place:
    """A learner's place with the deck TRAIL and its frontier."""
    add_frontier(used_place.deck)
    return used_place


@pytest.mark.parametrize("args", COMMANDS, ids=" ".join)
@pytest.mark.parametrize("deck", ["trail", "frontier", "empty"])
def test_all_say_something_of_any_deck(
    run: Callable[..., Result], used_place: Place, deck: str, args: tuple[str, ...]
) -> None:
    if deck == "frontier":
        add_frontier(used_place.deck)
    if deck == "empty":
        for file in (used_place.deck / "questions").iterdir():
            file.unlink()
    text = run(*args)
    assert text.code == 0
    assert text.out.strip()
    assert "\x1b" not in text.out
    plain = run(*args, "--plain")
    assert plain.code == 0
    json.loads(run(*args, "--json").out)


def test_a_goal_is_set_shown_and_cleared(run: Callable[..., Result], frontier: Place) -> None:
    assert "No goal" in run("goal").out
    assert json.loads(run("goal", "--json").out)["goal"] is None
    set_goal = run("goal", "limits")
    assert set_goal.code == 0
    assert "Goal: Limits" in set_goal.out
    assert "0 of 3 topics ready (recalled at 80% or better)\n0 learned so far\n" in set_goal.out
    assert "6 of 6 cards to learn: at least " in set_goal.out
    assert run("goal").out == set_goal.out
    view = json.loads(run("goal", "--json").out)
    assert (view["goal"], view["topics"], view["ready"], view["cards_left"]) == ("limits", 3, 0, 6)
    assert "Goal: Limits, 0 of 3 topics ready" in run("status").out
    assert json.loads(run("status", "--json").out)["headway"]["topics"] == 3
    assert "on the way to the goal" in run("show", "maps").out
    assert json.loads(run("show", "maps", "--json").out)["in_goal"] is True
    assert json.loads(run("show", "peaks", "--json").out)["in_goal"] is False
    assert "No goal" in run("goal", "--clear").out
    assert "Goal" not in run("status").out
    assert frontier.deck.is_dir()


def test_a_goal_that_is_gone_is_told(run: Callable[..., Result], frontier: Place) -> None:
    run("goal", "peaks")
    topics = frontier.deck / "topics" / "3-frontier.yaml"
    topics.write_text(topics.read_text().replace("id: peaks", "id: summits"))
    questions = frontier.deck / "questions" / "peaks.yaml"
    questions.write_text(questions.read_text().replace("topic: peaks", "topic: summits"))
    shown = run("goal")
    assert "No goal" in shown.out
    assert 'The goal was "peaks", which the deck has no more' in shown.err


def test_a_focus_is_picked_shown_and_cleared(run: Callable[..., Result], frontier: Place) -> None:
    nothing = run("focus").out
    assert nothing.startswith("No focus\nAreas: climbing (1), hiking (1)\n2 topics of the areas")
    picked = run("focus", "hiking")
    assert picked.out.startswith("Focus: hiking, 1 topic\n")
    assert "1 topic of other areas is closed" in picked.out
    value = json.loads(run("focus", "--json").out)
    assert value == {
        "focus": "hiking",
        "areas": {"climbing": 1, "hiking": 1},
        "closed": ["peaks"],
    }
    assert run("list", "--standing", "closed").out == "closed\tpeaks\t3\t1\tPeaks\n"
    assert "1 topic out of focus (mlready focus)" in run("status").out
    assert "Closed: the area climbing is not in focus" in run("show", "peaks").out
    # A goal in another area opens what it needs.
    run("goal", "peaks")
    assert json.loads(run("focus", "--json").out)["closed"] == []
    assert run("focus", "--clear").out.startswith("No focus\n")
    assert frontier.deck.is_dir()


def test_a_deck_without_areas_says_so(run: Callable[..., Result]) -> None:
    assert run("focus").out == "This deck has no areas; all its topics are open.\n"
    refused = run("focus", "hiking")
    assert (refused.code, refused.out) == (2, "")
    assert "this deck has no areas to focus on" in refused.err


@pytest.mark.parametrize(
    ("args", "message", "hint"),
    [
        (("goal", "limit"), 'there is no topic "limit"', 'did you mean "limits"?'),
        (("goal", "limits", "--clear"), "contradict each other", ""),
        (("focus", "hikking"), 'there is no area "hikking"', 'did you mean "hiking"?'),
        (("focus", "Climbing"), 'there is no area "Climbing"', 'did you mean "climbing"?'),
        (("focus", "7"), 'there is no area "7"', "there are: climbing, hiking"),
        (("focus", "hiking", "--clear"), "contradict each other", ""),
        (("why", "set"), "there is no topic or question", 'did you mean "sets" or "maps"?'),
        (("goal", "BETWEEN"), 'there is no topic "BETWEEN"', 'did you mean "maps"?'),
        (("why", "e"), 'there is no topic or question "e"', "see `mlready list`"),
        (("why", "sets/rusell"), "there is no topic or question", 'did you mean "sets/russell"?'),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else None,
)
def test_what_makes_no_sense_is_answered(
    run: Callable[..., Result], frontier: Place, args: tuple[str, ...], message: str, hint: str
) -> None:
    refused = run(*args)
    assert (refused.code, refused.out) == (2, "")
    assert message in refused.err
    assert hint in refused.err
    assert frontier.deck.is_dir()


def test_why_a_topic_waits(run: Callable[..., Result], frontier: Place) -> None:
    shown = run("why", "limits").out
    assert "Locked: it waits for 2 topics." in shown
    assert "  Maps between sets  maps  waits\n    Sets  sets  never begun\n" in shown
    assert "mlready known sets" in shown
    value = json.loads(run("why", "limits", "--json").out)
    assert value["waits_for"] == ["maps"]
    assert value["begin_with"] == ["sets"]
    assert [(gap["topic"], gap["cause"]) for gap in value["chain"]] == [
        ("maps", "locked"),
        ("sets", "new"),
    ]
    closed = run("why", "peaks").out
    assert "Closed: its area, climbing, is not the one in focus." in closed
    assert "mlready focus climbing" in closed
    run("known", "maps")
    assert "1 new card can be learned now" in run("why", "limits").out
    assert "Known from elsewhere" in run("why", "maps").out
    run("suspend", "limits")
    assert "All its cards are suspended" in run("why", "limits").out
    assert frontier.deck.is_dir()


def test_why_a_topic_cannot_be_read(run: Callable[..., Result], frontier: Place) -> None:
    (frontier.deck / "questions" / "sets.yaml").write_text("topic: sets\nquestions: 7\n")
    assert "stand in a file that cannot be read" in run("why", "sets").out
    shown = run("why", "maps").out
    assert "its questions cannot be read for now" in shown
    assert "mlready check" in shown


def test_why_a_card_is_where_it_is(run: Callable[..., Result], frontier: Place) -> None:
    assert "in the plan, number 1" in run("why", "sets/russell").out
    assert "it waits for Sets" in run("why", "maps/injective").out
    both = run("why", "sets/counting").out
    assert "sets/counting#1\n" in both
    assert "another card of its question has this day" in both
    make_lapsing(frontier.open())
    shown = run("why", "limits/unique").out
    assert "The weakest of what it rests on:" in shown
    assert "Sets  sets/axioms  never learned" in shown
    assert "Maps between sets  maps/injective  recalled " in shown
    (value,) = json.loads(run("why", "limits/unique", "--json").out)
    assert value["lapses"] == 2
    assert [weak["key"] for weak in value["rests_on"]] == ["sets/axioms", "maps/injective"]
    assert value["review_first"] == ["sets/axioms", "maps/injective"]
    assert value["postponed"] is None


def test_a_goal_that_is_reached_or_has_nothing_to_learn(
    run: Callable[..., Result], frontier: Place
) -> None:
    run("goal", "measures")
    shown = run("goal").out
    assert "Measures has no questions itself yet" in shown
    line = "Goal: Measures, 0 of 1 topic ready, 1 without questions (the goal itself)"
    assert line in " ".join(run("status").out.split())
    run("known", "sets", "maps", "measures")
    run("goal", "maps")
    for command in ("goal", "next"):
        assert "Goal reached" in run(command).out
    assert json.loads(run("goal", "--json").out)["reached"] is True
    assert "Goal: Maps between sets, reached; set another" in " ".join(run("status").out.split())
    assert frontier.deck.is_dir()


def test_suspended_cards_are_told_wherever_they_do_not_count(
    run: Callable[..., Result], frontier: Place
) -> None:
    run("goal", "maps")
    run("suspend", "sets/axioms")
    words = "1 card suspended, which does not count (mlready unsuspend"
    assert f"{words} sets)" in " ".join(run("why", "sets").out.split())
    for command in ("goal", "next"):
        assert f"{words} TOPIC|KEY)" in " ".join(run(command).out.split())
    run("suspend", "sets", "maps")
    assert "mlready unsuspend sets  brings its cards back" in run("why", "sets").out
    for command in ("goal", "next"):
        shown = " ".join(run(command).out.split())
        assert "All its cards are suspended (mlready unsuspend TOPIC brings them back)." in shown
        assert "questions" not in shown
    assert "Goal: Maps between sets; all its cards are suspended" in " ".join(
        run("status").out.split()
    )
    assert frontier.deck.is_dir()


def test_an_old_name_leads_to_the_new_one(run: Callable[..., Result], frontier: Place) -> None:
    run("sync")
    for file, marks in (("topics/3-frontier", ["id: peaks"]), ("questions/peaks", [])):
        path = frontier.deck / f"{file}.yaml"
        text = path.read_text().replace("topic: peaks", "topic: summits")
        for mark in marks:
            text = text.replace(mark, "formerly: [peaks], id: summits")
        path.write_text(text)
    assert 'it is called "summits" now' in run("goal", "peaks").err
    assert 'it is called "summits/highest" now' in run("why", "peaks/highest").err


def test_next(run: Callable[..., Result], frontier: Place) -> None:
    shown = run("next").out
    assert "Goal: the whole path" in shown
    assert "Sets  sets\n    4 new cards, " in shown
    assert "unlocks Maps between sets; 5 topics rest on it" in " ".join(shown.split())
    assert "Locked: 2 topics" in shown
    assert "2 topics out of focus" in shown
    run("config", "new_per_day", "0")
    assert "The new cards of today are used up" in run("next").out
    value = json.loads(run("next", "--json").out)
    assert value["steps"][0]["unlocks"] == ["maps"]
    assert value["locked"][0] == {
        "topic": "maps",
        "first_cause": {
            "topic": "sets",
            "cause": "new",
            "waits_for": [],
            "cards": 4,
            "learned": 0,
            "recall": None,
        },
    }
    run("goal", "maps")
    run("known", "sets", "limits")
    run("focus", "hiking")
    marked = run("next").out
    assert "for the goal: Maps between sets" in marked
    assert "Passes  passes" in marked
    assert frontier.deck.is_dir()


def test_names_are_completed(run: Callable[..., Result], frontier: Place) -> None:
    run("sync")
    context = click.Context(goal_command)
    parameter = goal_command.params[0]
    assert complete_topics(context, parameter, "m") == ["maps", "measures"]
    assert complete_topics(context, parameter, "sets") == ["sets"]
    assert _complete(context, parameter, "h") == ["hiking"]
    assert _complete(context, parameter, "") == ["climbing", "hiking"]
    assert frontier.deck.is_dir()
