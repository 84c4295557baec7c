"""Why a topic is locked, a card is not in the plan or keeps lapsing, and what comes next."""

from __future__ import annotations

from datetime import UTC
from typing import TYPE_CHECKING

import pytest

from mlready.store.presets import FOCUS, GOAL
from mlready.study.day import StudyDay, read_day
from mlready.study.headway import find_ground, measure_headway
from mlready.study.naming import find_area, find_cards, read_areas
from mlready.study.next_steps import look_for_steps
from mlready.study.overview import survey, topic_standings
from mlready.study.why import CardReason, TopicReason, explain_cards, explain_topic, look_beneath
from scheduler.memory import Rating, State
from tests.path_fixtures import add_frontier, make_lapsing, rate_past
from tests.study_fixtures import DAY, NOW, Place, place, used_place

if TYPE_CHECKING:
    from mlready.store.opening import Progress

__all__ = ["place", "used_place"]


@pytest.fixture
def progress(used_place: Place) -> Progress:
    """The progress with the deck TRAIL and its frontier: nothing rated."""
    add_frontier(used_place.deck)
    return used_place.open()


def today(progress: Progress) -> StudyDay:
    return read_day(progress.reader, NOW, UTC)


def why(progress: Progress, topic: str) -> TopicReason:
    return explain_topic(today(progress), NOW, topic)


def why_card(progress: Progress, name: str) -> CardReason:
    ids = [card.card_id for card in find_cards(progress.reader, name)]
    return explain_cards(today(progress), NOW, ids)[0]


# --- topics --------------------------------------------------------------------------


def test_an_untouched_deck_leads_down_to_its_first_topic(progress: Progress) -> None:
    limits = why(progress, "limits")
    assert (limits.standing, limits.free, limits.cards, limits.new) == ("locked", 0, 1, 1)
    assert {topic: gap.cause for topic, gap in limits.chain.gaps.items()} == {
        "maps": "locked",
        "sets": "new",
    }
    assert limits.chain.begin == ("sets",)
    sets = why(progress, "sets")
    assert (sets.standing, sets.free, sets.chain.waits_for) == ("unlocked", 4, ())
    assert sets.seconds > 0
    measures = why(progress, "measures")
    assert (measures.standing, measures.gap, measures.cards) == ("empty", None, 0)


def test_a_topic_out_of_focus_is_closed_until_it_is_wanted(progress: Progress) -> None:
    closed = why(progress, "peaks")
    assert closed.standing == "closed"
    assert closed.gap is not None
    assert closed.gap.cause == "closed"
    assert closed.chain.waits_for == ("limits",)
    progress.writer().set_setting(FOCUS, "climbing")
    assert why(progress, "peaks").standing == "locked"
    assert why(progress, "passes").standing == "closed"
    progress.writer().set_setting(GOAL, "passes")
    assert why(progress, "passes").standing == "locked"
    assert why(progress, "passes").in_goal


def test_known_and_weak_topics(progress: Progress) -> None:
    progress.writer().set_known(["sets"], NOW, known=True)
    assert why(progress, "sets").standing == "known"
    assert why(progress, "maps").free == 1
    make_lapsing(progress)
    maps = why(progress, "maps")
    assert maps.gap is not None
    assert maps.gap.cause == "weak"
    assert maps.gap.recall is not None
    assert maps.gap.recall < 0.8


# --- cards ---------------------------------------------------------------------------


def test_each_reason_why_a_new_card_is_not_in_the_plan(progress: Progress) -> None:
    assert why_card(progress, "sets/russell").planning == "planned"
    assert why_card(progress, "sets/russell").place == 1
    assert why_card(progress, "maps/injective").planning == "locked"
    assert why_card(progress, "maps/injective").chain.begin == ("sets",)
    assert why_card(progress, "peaks/highest").planning == "closed"
    writer = progress.writer()
    writer.set_setting("new_per_day", "0")
    assert why_card(progress, "sets/russell").planning == "new limit"
    writer.set_setting("new_per_day", None)
    writer.set_setting("minutes_per_day", "1")
    assert why_card(progress, "sets/axioms").planning == "minutes"
    russell = find_cards(progress.reader, "sets/russell")[0].card_id
    writer.mark([russell], buried_day=DAY)
    assert why_card(progress, "sets/russell").planning == "buried"
    writer.mark([russell], suspended=True)
    assert why_card(progress, "sets/russell").planning == "suspended"
    writer.set_known(["sets"], NOW, known=True)
    assert why_card(progress, "sets/axioms").planning == "known"


def test_each_reason_why_a_begun_card_is_not_in_the_plan(progress: Progress) -> None:
    rate_past(progress, "sets/axioms", (0, Rating.GOOD))
    assert why_card(progress, "sets/axioms").planning == "later"
    rate_past(progress, "sets/russell", (40, Rating.EASY))
    due = why_card(progress, "sets/russell")
    assert (due.planning, due.lapsing, due.weakness) == ("planned", False, None)
    assert due.recall is not None
    assert due.recall < 0.9
    progress.writer().set_setting("reviews_per_day", "0")
    assert why_card(progress, "sets/russell").planning == "review limit"
    rate_past(progress, "sets/russell", (0, Rating.GOOD))
    done = why_card(progress, "sets/russell")
    assert (done.planning, done.card.state) == ("not due", State.REVIEW)
    assert done.recall == 1


def test_of_siblings_only_one_has_its_day(progress: Progress) -> None:
    reasons = explain_cards(
        today(progress),
        NOW,
        [card.card_id for card in find_cards(progress.reader, "sets/counting")],
    )
    assert [reason.planning for reason in reasons] == ["planned", "sibling"]


def test_a_card_that_lapses_names_the_weakest_beneath_it(progress: Progress) -> None:
    card = make_lapsing(progress)
    reason = why_card(progress, "limits/unique")
    assert (reason.card.lapses, reason.lapsing) == (2, False)
    assert reason.weakness is not None
    assert reason.weakness == look_beneath(today(progress), NOW, card)
    assert [weak.topic for weak in reason.weakness.roots] == ["sets", "maps"]
    assert not reason.weakness.roots[0].learned
    assert reason.weakness.roots[1].lapses == 2
    assert len(reason.weakness.first) == 2
    assert reason.weakness.foundations == 2
    assert reason.postponed is None


def test_firm_foundations_are_said_to_be_firm(progress: Progress) -> None:
    firm = [(90, Rating.EASY), (60, Rating.EASY), (5, Rating.EASY)]
    for name in ("sets/russell", "sets/counting#1", "sets/axioms", "maps/injective"):
        rate_past(progress, name, *firm)
    progress.writer().set_known(["sets"], NOW, known=True)  # so that counting#2 does not count
    card = rate_past(progress, "limits/unique", (60, Rating.EASY), (20, Rating.AGAIN))
    found = look_beneath(today(progress), NOW, card)
    assert (found.roots, found.first, found.foundations) == ((), (), 2)
    alone = look_beneath(today(progress), NOW, find_cards(progress.reader, "sets")[0].card_id)
    assert alone.foundations == 0


# --- what comes next -----------------------------------------------------------------


def test_next_on_an_untouched_deck(progress: Progress) -> None:
    found = look_for_steps(today(progress), NOW)
    (step,) = found.steps
    assert (step.topic, step.cards, step.above, step.in_goal) == ("sets", 4, 5, False)
    assert step.unlocks == ("maps",)
    assert {blocked.topic: blocked.cause.topic for blocked in found.locked} == {
        "maps": "sets",
        "limits": "sets",
    }
    assert (found.closed, found.new_left) == (2, 20)
    view = found.headway
    assert (view.goal, view.topics, view.ready, view.empty) == (None, 3, 0, 1)
    assert (view.cards, view.cards_left) == (6, 6)
    assert view.seconds_left > step.seconds > 0


def test_next_follows_the_goal(progress: Progress) -> None:
    rate_past(progress, "sets/axioms", (2, Rating.EASY))
    progress.writer().set_setting(GOAL, "maps")
    found = look_for_steps(today(progress), NOW)
    assert [(step.topic, step.in_goal) for step in found.steps] == [("sets", True), ("maps", True)]
    assert found.steps[0].unlocks == ()  # one card of it is firm, so that it locks nothing
    assert found.steps[1].unlocks == ("limits",)
    view = found.headway
    assert (view.goal, view.topics, view.ready, view.learned) == ("maps", 2, 1, 0)
    assert (view.cards, view.cards_left) == (5, 4)


def test_a_topic_of_which_every_question_requires_another_is_locked_too(
    used_place: Place,
) -> None:
    file = used_place.deck / "questions" / "sets.yaml"
    file.unlink()
    limits = used_place.deck / "questions" / "limits.yaml"
    limits.write_text(limits.read_text() + "    requires: [maps]\n")
    topics = used_place.deck / "topics" / "2-heights.yaml"
    topics.write_text(topics.read_text().replace("[maps]", "[]"))
    found = look_for_steps(today(used_place.open()), NOW)
    assert [step.topic for step in found.steps] == ["maps"]
    assert found.steps[0].unlocks == ("limits",)
    assert [blocked.topic for blocked in found.locked] == ["limits"]
    assert explain_topic(today(used_place.open()), NOW, "limits").chain.begin == ("maps",)


def test_next_when_everything_is_learned_or_there_is_nothing(used_place: Place) -> None:
    progress = used_place.open()
    for name in ("sets/russell", "sets/counting#1", "sets/counting#2", "sets/axioms"):
        rate_past(progress, name, (1, Rating.EASY))
    for name in ("maps/injective", "limits/unique"):
        rate_past(progress, name, (1, Rating.EASY))
    found = look_for_steps(today(progress), NOW)
    assert (found.steps, found.locked) == ([], [])
    view = found.headway
    assert (view.ready, view.learned, view.cards_left, view.seconds_left) == (3, 3, 0, 0)
    for file in (used_place.deck / "questions").iterdir():
        file.unlink()
    empty = look_for_steps(today(used_place.open()), NOW)
    assert (empty.steps, empty.locked, empty.headway.topics) == ([], [], 0)


def test_the_headway_counts_what_is_known_and_leaves_out_what_is_suspended(
    progress: Progress,
) -> None:
    progress.writer().set_known(["sets", "measures"], NOW, known=True)
    limits = find_cards(progress.reader, "limits/unique")[0].card_id
    progress.writer().mark([limits], suspended=True)
    day = today(progress)
    view = measure_headway(day, find_ground(day, NOW))
    assert (view.topics, view.ready, view.known, view.empty, view.aside) == (3, 2, 2, 0, 1)
    assert (view.cards, view.cards_left, view.suspended) == (1, 1, 1)


def test_a_topic_does_not_wait_for_what_some_of_its_questions_require(used_place: Place) -> None:
    file = used_place.deck / "questions" / "maps.yaml"
    file.write_text(
        file.read_text()
        + "  - {id: limit, kind: definition, question: Q, answer: A, requires: [peaks]}\n"
    )
    add_frontier(used_place.deck)
    peaks = used_place.deck / "topics" / "3-frontier.yaml"
    peaks.write_text(peaks.read_text().replace("prerequisites: [limits]", "prerequisites: []"))
    progress = used_place.open()
    maps = why(progress, "maps")
    assert set(maps.chain.gaps) == {"sets"}
    assert (maps.beyond.questions, maps.beyond.waits_for) == (1, ("peaks",))
    assert set(why(progress, "limits").chain.gaps) == {"maps", "sets"}
    assert why(progress, "limits").beyond.questions == 0
    progress.writer().set_setting(GOAL, "limits")
    view = look_for_steps(today(progress), NOW).headway
    assert (view.beyond, view.outside) == (1, ("peaks",))


def test_a_goal_is_reached_with_all_of_it_and_slips_topic_by_topic(progress: Progress) -> None:
    writer = progress.writer()
    writer.set_setting(GOAL, "maps")
    writer.set_known(["sets"], NOW, known=True)
    assert not look_for_steps(today(progress), NOW).headway.reached
    rate_past(progress, "maps/injective", (1, Rating.EASY))
    view = look_for_steps(today(progress), NOW).headway
    assert (view.reached, view.weak) == (True, ())
    later = NOW + 400 * 86_400_000
    slipped = look_for_steps(read_day(progress.reader, later, UTC), later).headway
    assert (slipped.reached, slipped.ready, slipped.learned) == (False, 1, 1)
    assert slipped.weak == ("maps",)


def test_the_survey_knows_of_goal_and_focus(progress: Progress) -> None:
    view = survey(progress.reader, today(progress), NOW)
    assert (view.closed, view.headway) == (2, None)
    progress.writer().set_setting(GOAL, "peaks")
    day = today(progress)
    view = survey(progress.reader, day, NOW)
    assert view.closed == 1
    assert view.headway is not None
    assert (view.headway.goal, view.headway.topics) == ("peaks", 4)
    standings = topic_standings(day, dict(day.plan(NOW).locked))
    assert (standings["peaks"], standings["passes"]) == ("locked", "closed")


def test_areas_by_name(progress: Progress) -> None:
    areas = read_areas(progress.reader)
    assert areas == ["climbing", "hiking"]
    assert find_area(areas, "hiking") == "hiking"
