"""A part of the deck: conditions of one kind add up, and a question must meet each kind."""

from __future__ import annotations

from datetime import UTC
from typing import TYPE_CHECKING, Any

import pytest

from mlready.errors import UsageError
from mlready.store.presets import FOCUS
from mlready.study.day import read_day
from mlready.study.subset import Wanted, choose, find_phase
from scheduler.memory import Rating
from tests.path_fixtures import add_frontier, rate_past
from tests.study_fixtures import NOW, Place, place, used_place

if TYPE_CHECKING:
    from collections.abc import Callable

    from mlready.store.opening import Progress

__all__ = ["place", "used_place"]

SETS = {"sets/russell", "sets/counting", "sets/axioms"}
GROUND = SETS | {"maps/injective"}
HEIGHTS = {"limits/unique"}
FRONTIER = {"peaks/highest", "passes/lowest"}


@pytest.fixture
def progress(used_place: Place) -> Progress:
    """The progress with the deck TRAIL and its frontier: nothing rated."""
    add_frontier(used_place.deck)
    return used_place.open()


@pytest.fixture
def ask(progress: Progress) -> Callable[..., frozenset[str]]:
    """Choose by conditions, at this moment."""

    def run(**wanted: Any) -> frozenset[str]:
        day = read_day(progress.reader, NOW, UTC)
        return choose(progress.reader, day, NOW, Wanted(**wanted))

    return run


@pytest.fixture
def refused(ask: Callable[..., frozenset[str]]) -> Callable[..., tuple[str, str]]:
    """What is said where conditions make no sense: the message and the hint."""

    def run(**wanted: Any) -> tuple[str, str]:
        with pytest.raises(UsageError) as caught:
            ask(**wanted)
        return str(caught.value), caught.value.hint

    return run


def test_without_conditions_it_is_all(ask: Callable[..., frozenset[str]]) -> None:
    assert ask() == GROUND | HEIGHTS | FRONTIER


def test_phases_by_number_and_title(ask: Callable[..., frozenset[str]]) -> None:
    assert ask(phases=("1",)) == GROUND
    assert ask(phases=("hei",)) == HEIGHTS
    assert ask(phases=("Heights", "3")) == HEIGHTS | FRONTIER


def test_topics_and_what_a_goal_rests_on(ask: Callable[..., frozenset[str]]) -> None:
    assert ask(topics=("sets",)) == SETS
    assert ask(topics=("maps", "limits")) == {"maps/injective"} | HEIGHTS
    assert ask(goals=("maps",)) == GROUND
    assert ask(goals=("limits",)) == GROUND | HEIGHTS
    assert ask(goals=("peaks", "passes")) == GROUND | HEIGHTS | FRONTIER


def test_tags_and_what_is_beneath_them(ask: Callable[..., frozenset[str]]) -> None:
    assert ask(tags=("kind::derivation",)) == HEIGHTS
    assert ask(tags=("mlready::kind::failure-mode",)) == {"sets/russell"}
    assert ask(tags=("Level::Depth", "topic::maps")) == {"maps/injective"} | HEIGHTS
    assert ask(tags=("phase::1-ground",)) == GROUND
    assert ask(tags=("prereq::maps",)) == HEIGHTS
    assert ask(tags=("prereq",)) == {"maps/injective"} | HEIGHTS | FRONTIER


def test_only_what_can_be_begun_is_unlocked(
    progress: Progress, ask: Callable[..., frozenset[str]]
) -> None:
    assert ask(unlocked=True) == SETS
    rate_past(progress, "sets/axioms", (2, Rating.EASY))
    assert ask(unlocked=True) == SETS | {"maps/injective"}
    progress.writer().set_known(["limits"], NOW, known=True)
    assert ask(unlocked=True) == SETS | {"maps/injective"} | HEIGHTS
    progress.writer().set_setting(FOCUS, "climbing")
    assert ask(unlocked=True) == GROUND | HEIGHTS | {"peaks/highest"}


def test_what_was_begun_stays_unlocked(
    progress: Progress, ask: Callable[..., frozenset[str]]
) -> None:
    rate_past(progress, "passes/lowest", (2, Rating.GOOD))
    assert ask(unlocked=True) == SETS | {"passes/lowest"}


def test_what_a_question_requires_locks_it_alone(used_place: Place) -> None:
    file = used_place.deck / "questions" / "sets.yaml"
    extra = "  - {id: late, kind: definition, question: Q, answer: A, requires: [limits]}\n"
    file.write_text(file.read_text() + extra)
    topics = used_place.deck / "topics" / "2-heights.yaml"
    topics.write_text(topics.read_text().replace("[maps]", "[]"))
    progress = used_place.open()
    day = read_day(progress.reader, NOW, UTC)
    found = choose(progress.reader, day, NOW, Wanted(unlocked=True))
    assert found == SETS | HEIGHTS


def test_each_kind_of_condition_must_be_met(ask: Callable[..., frozenset[str]]) -> None:
    assert ask(phases=("1",), tags=("kind::definition",)) == {"sets/axioms", "maps/injective"}
    assert ask(goals=("maps",), unlocked=True, tags=("kind::definition",)) == {"sets/axioms"}


def test_names_that_mean_nothing(refused: Callable[..., tuple[str, str]]) -> None:
    assert refused(phases=("Hights",)) == (
        'there is no phase "Hights"',
        'did you mean "Heights"?',
    )
    assert refused(phases=("4",)) == (
        'there is no phase "4"',
        "there are: 1 Ground, 2 Heights, 3 Frontier",
    )
    assert refused(phases=("",))[0] == 'there is no phase ""'
    assert refused(topics=("limit",)) == (
        'there is no topic "limit"',
        'did you mean "limits"?',
    )
    assert refused(goals=("sats",))[1] == 'did you mean "sets"?'
    assert refused(tags=("definition",)) == (
        'there is no tag "definition"',
        'did you mean "kind::definition"?',
    )
    assert refused(tags=("kind::defnition",))[1] == 'did you mean "kind::definition"?'
    assert refused(tags=("xyz",))[0] == 'there is no tag "xyz"'


def test_a_title_may_be_the_beginning_of_another() -> None:
    phases = ("Core", "Core theory", "More theory")
    assert find_phase(phases, "core") == 1
    assert find_phase(phases, "core t") == 2
    with pytest.raises(UsageError, match='more than one phase begins with "co"'):
        find_phase(phases, "co")


def test_nothing_left_says_which_condition_it_was(refused: Callable[..., tuple[str, str]]) -> None:
    assert refused(topics=("measures",)) == (
        "no question is in topic measures",
        "nobody has written one yet",
    )
    assert refused(phases=("Heights", "Frontier"), unlocked=True) == (
        "no question that is in phase 2 Heights or 3 Frontier is unlocked",
        "leave out one of the conditions",
    )
    assert refused(topics=("sets",), unlocked=True, tags=("level::depth",))[0] == (
        "no question that is in topic sets and unlocked is tagged level::depth"
    )


def test_a_deck_without_questions(used_place: Place) -> None:
    for file in (used_place.deck / "questions").iterdir():
        file.unlink()
    progress = used_place.open()
    day = read_day(progress.reader, NOW, UTC)
    with pytest.raises(UsageError, match="no question is unlocked"):
        choose(progress.reader, day, NOW, Wanted(unlocked=True))
