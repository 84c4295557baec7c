"""What people see, at 60 and at 100 columns, held against `tests/golden/screen_*.txt`.

UPDATE_GOLDEN=1 writes the files anew; look at the difference before keeping it.
"""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from datetime import UTC
from typing import TYPE_CHECKING, Any

import pytest

from mlready import clock
from mlready.store.presets import FOCUS, GOAL
from mlready.store.reading import read_card, read_memory
from mlready.study.day import read_day
from mlready.study.headway import find_ground, measure_headway
from mlready.study.naming import find_cards, read_card_names
from mlready.study.news import read_changes
from mlready.study.next_steps import look_for_steps
from mlready.study.outlook import Outlook
from mlready.study.overview import survey, topic_standings
from mlready.study.session import Given, Tally
from mlready.study.why import Postponed, Weakness, explain_cards, explain_topic
from mlready.terminal.display import Look
from mlready.terminal.reports import overview_screens, path_screens, why_screens
from mlready.terminal.review import aside_screens, closing_screens
from mlready.terminal.review import screens as review_screens
from mlready.terminal.review.loop import ReviewLoop
from mlready.terminal.review.sitting import review
from scheduler.memory import Rating
from tests.path_fixtures import add_frontier, make_lapsing
from tests.study_fixtures import (
    DAY,
    NOW,
    FixedDisplay,
    Place,
    ScriptedKeys,
    check_golden,
    place,
    used_place,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from mlready.store.opening import Progress

__all__ = ["place", "used_place"]
SIZES = {60: (60, 20), 100: (100, 40)}
AHEAD = Outlook(
    cards=40,
    suspended=1,
    locked=7,
    left=0,
    wait_ms=None,
    new_spent=False,
    minutes_spent=False,
    new=12,
    learning=1,
    review=3,
    seconds=500.0,
    next_day=DAY + 1,
    next_count=3,
)


@pytest.fixture(autouse=True)
def _still_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "seconds", lambda: 0.0)


def show(parts: Any, width: int) -> str:
    """Parts on a display without styles."""
    return "\n".join(FixedDisplay(*SIZES[width]).render(parts))


@pytest.mark.parametrize("width", SIZES)
def test_a_review_from_the_first_card_on(used_place: Place, width: int) -> None:
    display = FixedDisplay(*SIZES[width])
    titles = iter(("question", "answer", "cloze", "cloze filled", "long answer", "read on"))
    shown: list[str] = []

    def keep() -> None:
        shown.append(f"=== {next(titles)}\n{display.screen}\n")

    steps: list[str | Callable[[], object]] = [keep, " ", keep, "4", keep, " ", keep, "4"]
    steps += [" ", keep, "\x03" if width == 100 else " ", keep]
    loop = ReviewLoop(used_place.open(), display, ScriptedKeys(*steps), UTC, ["A new deck."])
    loop.run()
    check_golden(f"screen_review_{width}.txt", "\n".join(shown))


PROOF = """\
topic: sets
questions:
  - id: proof
    kind: derivation
    question: Why has a set with $n$ elements $2^n$ subsets?
    answer: |
      Choose for each element whether it is in the subset.

      $$\\begin{aligned} s_n &= 2 s_{n-1} \\\\ &= 2^n \\end{aligned}$$
    must_mention: [a free choice, for each element, the empty set]
    source: {ref: halmos-1960}
"""


@pytest.mark.parametrize("width", SIZES)
@pytest.mark.parametrize("plain", [True, False])
def test_a_derivation_and_what_it_must_mention(
    used_place: Place, width: int, *, plain: bool
) -> None:
    (used_place.deck / "questions" / "sets.yaml").write_text(PROOF)
    display = FixedDisplay(*SIZES[width], plain=plain)
    shown: list[str] = []

    def keep() -> None:
        shown.append(f"=== {next(titles)}\n{display.written if plain else display.screen}\n")
        display.written = ""

    titles = iter(("question", "step", "row", "too early", "whole", "one said", "two", "source"))
    keys: list[str | Callable[[], object]] = []
    for key in (" ", " ", "4", "a", "x", "x", "o"):
        keys += [keep, key]
    ReviewLoop(used_place.open(), display, ScriptedKeys(*keys, keep), UTC, []).run()
    name = "plain" if plain else "screen"
    check_golden(f"{name}_derivation_{width}.txt", "\n".join(shown))


@pytest.mark.parametrize("width", SIZES)
def test_asides(used_place: Place, width: int) -> None:
    display = FixedDisplay(*SIZES[width])
    shown: list[str] = []
    keys = ScriptedKeys(
        *(" ", "4", "u", "?", lambda: shown.append(display.screen), "x"),
        *(" ", "3", "u", " ", "1", "\x03"),
    )
    progress = used_place.open()
    ReviewLoop(progress, display, keys, UTC, []).run()
    card = find_cards(progress.reader, "sets/russell")[0].card_id
    content, memory = read_card(progress.reader, card), read_memory(progress.reader, card)
    assert content is not None
    history = [(1, NOW, DAY - 9, 3, 12_000, 0, 1), (2, NOW, DAY, 1, 70_000, 2, 3)]
    day = read_day(progress.reader, NOW, UTC)
    info = aside_screens.information(content, memory, history, day)
    check_golden(f"screen_asides_{width}.txt", f"{shown[0]}\n\n{show(info, width)}")


@pytest.mark.parametrize("width", SIZES)
def test_overviews(used_place: Place, width: int) -> None:
    file = used_place.deck / "questions" / "maps.yaml"
    progress = used_place.open()
    file.write_text(file.read_text().replace("different images", "images that differ"))
    progress.sync(NOW)
    reader = progress.reader
    day = read_day(reader, NOW, UTC)
    locked = dict(day.plan(NOW).locked)
    standings = topic_standings(day, locked)
    titles = {topic.id: topic.title for topic in day.topics.values()}
    look = FixedDisplay(*SIZES[width]).look
    screens = [
        overview_screens.status("Trail", survey(reader, day, NOW), look),
        overview_screens.topic(
            day.topics["maps"],
            titles,
            standings,
            day.graph.dependents["maps"],
            locked["maps"],
            [("maps/injective", "new")],
        ),
        overview_screens.topic(day.topics["measures"], titles, standings, [], [], []),
        overview_screens.news(read_changes(reader, 0), look),
    ]
    text = "\n\n".join(show(screen, width) for screen in screens)
    check_golden(f"screen_overviews_{width}.txt", text)


@pytest.mark.parametrize("width", SIZES)
def test_the_path(used_place: Place, width: int) -> None:
    add_frontier(used_place.deck)
    progress = used_place.open()
    screens = look_around(progress, "untouched")
    make_lapsing(progress)
    progress.writer().set_setting(GOAL, "maps")
    progress.writer().set_setting(FOCUS, "climbing")
    progress.writer().set_known(["limits"], NOW, known=True)
    screens |= look_around(progress, "on the way") | look_beneath_limits(progress)
    look = FixedDisplay(*SIZES[width]).look
    day = read_day(progress.reader, NOW, UTC)
    view = survey(progress.reader, day, NOW)
    screens["status"] = overview_screens.status("Trail", view, look, "Maps")
    titles = {topic.id: topic.title for topic in day.topics.values()}
    standings = topic_standings(day, dict(day.plan(NOW).locked))
    passes = day.topics["passes"]
    cards = [("passes/lowest", "new")]
    screens["show"] = overview_screens.topic(passes, titles, standings, [], [], cards)
    for offer in (False, True):
        line = review_screens.reveal_line(Look(width, styled=False), offer=offer)
        screens[f"keys, {'something' if offer else 'nothing'} offered"] = [line]
    shown = [f"=== {title}\n{show(parts, width)}\n" for title, parts in screens.items()]
    check_golden(f"screen_path_{width}.txt", "\n".join(shown))


def look_around(progress: Progress, title: str) -> dict[str, Any]:
    """The screens of `goal`, `focus`, `next` and `why`."""
    day = read_day(progress.reader, NOW, UTC)
    deck = deck_of(progress)
    screens: dict[str, Any] = {}
    if day.goal:
        view = measure_headway(day, find_ground(day, NOW))
        screens["goal"] = path_screens.goal(deck, view)
    counts = {"climbing": 1, "hiking": 1}
    screens["focus"] = path_screens.focus(day.focus, counts, len(day.path.closed))
    screens["next"] = path_screens.next_steps(deck, look_for_steps(day, NOW), most=1)
    for topic in ("sets", "maps", "limits", "peaks"):
        reason = explain_topic(day, NOW, topic)
        screens[f"why {topic}"] = why_screens.topic_reason(deck, reason)
    (found,) = find_cards(progress.reader, "limits/unique")
    (card,) = explain_cards(day, NOW, [found.card_id])
    screens["why limits/unique"] = why_screens.card_reason(deck, card, day.day)
    return {f"{name}, {title}": parts for name, parts in screens.items()}


def look_beneath_limits(progress: Progress) -> dict[str, Any]:
    """What is said of `limits/unique`, which keeps lapsing."""
    day, deck = read_day(progress.reader, NOW, UTC), deck_of(progress)
    (found,) = find_cards(progress.reader, "limits/unique")
    (card,) = explain_cards(day, NOW, [found.card_id])
    assert card.weakness is not None
    postponed = replace(card, postponed=Postponed(DAY - 20, ("peaks/highest",)))
    notice = why_screens.lapse_notice(deck, "limits/unique", card.weakness)
    firm = Weakness((), (), 2)
    return {
        "with a credit": why_screens.card_reason(deck, postponed, day.day),
        "the notice": review_screens.notice(notice),
        "the aside": why_screens.weakness(deck, card.weakness, key="w"),
        "the aside, on firm ground": why_screens.weakness(deck, firm, key="w"),
        "the aside, on no ground": why_screens.weakness(deck, Weakness((), (), 0), key="w"),
    }


def deck_of(progress: Progress) -> path_screens.Deck:
    """Titles and keys."""
    day = read_day(progress.reader, NOW, UTC)
    keys = {card.card_id: card.card_key for card in read_card_names(progress.reader)}
    return path_screens.Deck(day.topics, keys)


@pytest.mark.parametrize("width", SIZES)
def test_closings(width: int) -> None:
    given = [Given(n, Rating(1 + n % 4), 21.0, n < 5, n < 3) for n in range(9)]
    screens = [
        closing_screens.summary(
            Tally(given), {"Maps between sets": 2, "Sets": 1}, ["Limits"], 4, AHEAD
        ),
        closing_screens.summary(Tally(), {}, [], 0, AHEAD),
        *(closing_screens.nothing_to_do(change(**fields)) for fields in REASONS),
    ]
    text = "\n\n".join(show(screen, width) for screen in screens)
    check_golden(f"screen_closings_{width}.txt", text)


REASONS: list[dict[str, Any]] = [
    {"cards": 0, "suspended": 0, "locked": 0},
    {"cards": 5, "suspended": 5},
    {"left": 2, "wait_ms": 30 * 60_000, "locked": 1},
    {"minutes_spent": True},
    {"new_spent": True},
    {"new": 0, "learning": 0, "review": 0, "next_day": DAY + 12},
    {"new": 0, "learning": 0, "review": 0, "next_day": None},
]


def change(**fields: Any) -> Outlook:
    """The usual outlook with other values."""
    return replace(AHEAD, **fields)


def test_a_header_too_wide_for_one_line_takes_two() -> None:
    head = review_screens.Header("1 Ground", "A topic of a rather long name", 3, 12, 3, 45)
    narrow = show(review_screens.header(head, Look(50)), 60)
    assert narrow.splitlines()[1].strip() == "12 new  3 learning  45 review"
    plain = show(review_screens.header(head, Look(50, plain=True)), 60)
    assert "60 left (12 new, 3 learning, 45 review)" in plain


def test_what_cannot_be_learnt_for_now_is_no_failure_of_the_sitting(
    used_place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mlready.store.engine.PRAGMAS", ("PRAGMA busy_timeout=50",))
    display, progress = FixedDisplay(plain=True), used_place.open()
    lock = sqlite3.connect(used_place.home / "trail.sqlite3", isolation_level=None)
    keys = ScriptedKeys(" ", "4", lambda: lock.execute("BEGIN IMMEDIATE"), "q")
    review(progress, display, keys, UTC, [])
    lock.close()
    assert "1 review in 0 s: 1 easy" in display.written
    learnt = display.written.partition("Your ratings are kept, but could not be learnt from")[2]
    assert "in use by another program" in learnt
    assert used_place.ratings() == [4]


@pytest.mark.parametrize("plain", [True, False])
def test_a_sitting_ends_with_its_summary(used_place: Place, plain: bool) -> None:
    display = FixedDisplay(plain=plain)
    keys = ScriptedKeys(*[" ", "4"] * 20)
    review(used_place.open(), display, keys, UTC, ["Hello."])
    assert "Done for today" in display.written
    assert "5 reviews in 0 s: 5 easy" in display.written
    assert "Sets (3)" in display.written
    assert "Unlocked: Maps between sets; Limits" in display.written
    assert ("\x1b[?1049h" in display.written) is not plain
    again = FixedDisplay(plain=plain)
    review(used_place.open(), again, ScriptedKeys(), UTC, ["Hello."])
    assert "Hello." in again.written
    assert "Nothing is due today." in again.written
    assert "\x1b" not in again.written
