"""Where the learner stands, what changed, and what things are called."""

from __future__ import annotations

from datetime import UTC
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mlready.errors import UsageError
from mlready.store.writing import Rated
from mlready.study.day import read_day
from mlready.study.naming import find_cards, find_topic, known_names, read_card_names
from mlready.study.news import SEEN, last_seen, read_changes, unseen_notice
from mlready.study.overview import count_streak, read_streak, survey, topic_standings
from scheduler.fsrs_adapter import answer
from scheduler.memory import NEW, Rating
from scheduler.preset import Preset
from tests.study_fixtures import DAY, NOW, Place, place, used_place

if TYPE_CHECKING:
    from mlready.store.opening import Progress

__all__ = ["place", "used_place"]
UTC_ZONE = UTC


@pytest.fixture
def progress(used_place: Place) -> Progress:
    """The progress with the deck TRAIL: nothing rated."""
    return used_place.open()


def rate(progress: Progress, name: str, rating: Rating) -> None:
    """Rate the first card of a name."""
    card = find_cards(progress.reader, name)[0].card_id
    after = answer(NEW, rating, NOW, DAY, Preset(), card)
    progress.writer().record(Rated(card, rating, NEW, after, NOW, DAY, 5000))


def standings(progress: Progress) -> dict[str, str]:
    """The standing of each topic."""
    day = read_day(progress.reader, NOW, UTC_ZONE)
    return dict(topic_standings(day, dict(day.plan(NOW).locked)))


def test_topics_stand_from_empty_to_known(progress: Progress) -> None:
    assert standings(progress) == {
        "sets": "unlocked",
        "maps": "locked",
        "measures": "empty",
        "limits": "locked",
    }
    rate(progress, "sets/russell", Rating.GOOD)
    assert standings(progress)["sets"] == "started"
    rate(progress, "sets/axioms", Rating.EASY)
    assert standings(progress)["maps"] == "unlocked"
    rate(progress, "maps/injective", Rating.EASY)
    assert standings(progress)["maps"] == "learned"
    # A topic whose only cards are of depth is learned by those.
    rate(progress, "limits/unique", Rating.EASY)
    assert standings(progress)["limits"] == "learned"
    progress.writer().set_known(["sets"], NOW, known=True)
    assert standings(progress)["sets"] == "known"


def test_the_survey_counts_phases_today_and_the_streak(progress: Progress) -> None:
    rate(progress, "sets/axioms", Rating.EASY)
    progress.writer().mark([find_cards(progress.reader, "sets/russell")[0].card_id], suspended=True)
    view = survey(progress.reader, read_day(progress.reader, NOW, UTC_ZONE), NOW)
    ground, heights = view.phases
    assert (ground.topics, ground.empty, ground.unlocked, ground.known) == (3, 1, 2, 0)
    assert (ground.cards, ground.cards_learned) == (5, 1)
    assert (heights.title, heights.topics, heights.unlocked) == ("Heights", 1, 0)
    assert (view.reviewed, view.streak, view.suspended, view.locked) == (1, 1, 1, 1)
    assert (view.new, view.learning, view.review) == (2, 0, 0)
    assert read_streak(progress.reader, DAY + 1) == 1
    assert read_streak(progress.reader, DAY + 2) == 0


def test_a_streak_lasts_while_today_is_open() -> None:
    assert count_streak([], 10) == 0
    assert count_streak([10, 9, 8], 10) == 3
    assert count_streak([9, 8], 10) == 2
    assert count_streak([8, 7], 10) == 0
    assert count_streak([10, 8], 10) == 1


@settings(deadline=None)
@given(st.sets(st.integers(0, 30)), st.integers(0, 30))
def test_a_streak_is_a_run_of_days(days: set[int], today: int) -> None:
    past = {day for day in days if day <= today}
    streak = count_streak(sorted(past, reverse=True), today)
    last = today if today in past else today - 1
    assert all(last - back in past for back in range(streak))
    assert last - streak not in past


def test_names_mean_topics_questions_and_single_cards(progress: Progress) -> None:
    reader = progress.reader
    keys = [card.card_key for card in find_cards(reader, "sets")]
    assert keys == ["sets/russell", "sets/counting#1", "sets/counting#2", "sets/axioms"]
    assert len(find_cards(reader, "sets/counting")) == 2
    assert [card.ordinal for card in find_cards(reader, "sets/counting#2")] == [2]
    assert find_topic(reader, "maps") == "maps"
    assert [card.topic for card in read_card_names(reader)][-1] == "limits"
    assert known_names(reader)[:5] == ["sets", "maps", "measures", "limits", "sets/russell"]


@pytest.mark.parametrize(
    ("name", "message", "hint"),
    [
        ("sets/rusell", "no topic or question", 'did you mean "sets/russell"?'),
        ("sets/counting#3", "no topic or question", "sets/counting"),
        ("sets#1", "no topic or question", "sets"),
        ("measures", "has no questions yet", ""),
        ("qqqq", "no topic or question", "mlready list"),
    ],
)
def test_a_name_that_means_nothing_is_answered_with_the_nearest(
    progress: Progress, name: str, message: str, hint: str
) -> None:
    with pytest.raises(UsageError, match=message) as caught:
        find_cards(progress.reader, name)
    assert hint in caught.value.hint


def test_an_unknown_topic_is_answered_with_the_nearest(progress: Progress) -> None:
    with pytest.raises(UsageError, match='no topic "limit"') as caught:
        find_topic(progress.reader, "limit")
    assert caught.value.hint == 'did you mean "limits"?'


def test_news_are_what_changed_since_the_last_look(used_place: Place) -> None:
    assert unseen_notice(used_place.open().reader) == []
    file = used_place.deck / "questions" / "maps.yaml"
    file.write_text(file.read_text().replace("different images", "images that differ"))
    progress = used_place.open()
    changes = read_changes(progress.reader, last_seen(progress.reader))
    assert [(change.kind, change.key) for change in changes] == [("changed", "maps/injective")]
    assert "images that differ" in changes[0].new_text
    assert "different images" in changes[0].old_text
    assert unseen_notice(progress.reader) == [
        "Since your last look the deck changed: 1 changed (mlready news)."
    ]
    progress.writer().set_setting(SEEN, str(changes[-1].change_id))
    assert unseen_notice(progress.reader) == []
