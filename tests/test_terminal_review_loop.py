"""The review loop with scripted keys: what each key does to screen, session and store."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from datetime import UTC
from pathlib import Path

import pytest

from mlready.errors import MlreadyError
from mlready.store.reading import read_memory
from mlready.study.naming import find_cards
from mlready.terminal.keyboard import END, INTERRUPT
from mlready.terminal.review import editing
from mlready.terminal.review.loop import ReviewLoop
from scheduler.memory import Rating
from tests.path_fixtures import make_due_alone, rate_past
from tests.study_fixtures import (
    DAY,
    NOW,
    FixedDisplay,
    Place,
    ScriptedKeys,
    place,
    used_place,
)

__all__ = ["place", "used_place"]
Step = str | Callable[[], object]
Edit = Callable[[str, str], None]


class Sitting:
    """A loop, its display, and a record of screens."""

    def __init__(self, place: Place) -> None:
        self.place = place
        self.display = FixedDisplay(90, 40)
        self.progress = place.open()
        self.kept: list[str] = []
        self.writing = False

    def keep(self) -> None:
        """Keep the screen as it is now."""
        self.kept.append(self.display.screen)

    def press(self, *steps: Step) -> str:
        """Press keys until there are none; the last screen."""
        self.loop = ReviewLoop(
            self.progress, self.display, ScriptedKeys(*steps), UTC, [], writing=self.writing
        )
        self.loop.run()
        return self.display.written if self.display.plain else self.display.screen

    def card(self, name: str) -> int:
        """The id of a name's first card."""
        return find_cards(self.progress.reader, name)[0].card_id


@pytest.fixture
def sitting(used_place: Place) -> Sitting:
    """A sitting with the deck TRAIL, of which nothing was rated."""
    return Sitting(used_place)


def test_nothing_but_the_right_keys_does_anything(sitting: Sitting) -> None:
    screen = sitting.press("1", "4", "x", "é", "\x1b")
    assert "show the answer" in screen
    screen = sitting.press(" ", "x", "5", "0")
    assert "Must mention" in screen
    assert sitting.place.ratings() == []


@pytest.mark.parametrize(("key", "rating"), [("1", 1), ("2", 2), ("3", 3), ("4", 4), (" ", 3)])
def test_ratings_are_written_at_once(sitting: Sitting, key: str, rating: int) -> None:
    sitting.press(" ", key, sitting.keep, lambda: sitting.kept.append(str(sitting.place.ratings())))
    assert sitting.kept[1] == f"[{rating}]"


def test_undo_takes_back_one_after_the_other(sitting: Sitting) -> None:
    screen = sitting.press(" ", "4", " ", "4", "u", sitting.keep, "u", sitting.keep, "u")
    assert "Undone" in sitting.kept[0]
    assert "subsets" in sitting.kept[0]
    assert "When is there no set" in sitting.kept[1]
    assert "Nothing to undo today" in screen
    assert "When is there no set" in screen
    assert sitting.place.ratings() == []
    assert sitting.loop.session.tally.reviews == 0


def test_the_bar_goes_on_where_the_last_sitting_stopped(sitting: Sitting) -> None:
    def filled(screen: str) -> int:
        return screen.count("━")

    bars = [filled(sitting.press())]
    bars.append(filled(sitting.press(" ", "4")))
    bars.append(filled(sitting.press()))
    bars.append(filled(sitting.press("u")))
    assert bars[0] == bars[3] == 0
    assert bars[1] == bars[2] > 0


def test_suspending_and_burying_bring_the_next_card(sitting: Sitting) -> None:
    screen = sitting.press("s", sitting.keep, "b")
    assert "Suspended sets/russell" in sitting.kept[0]
    assert "2 new" in sitting.kept[0]
    assert "Buried sets/counting until tomorrow" in screen
    assert "1 new" in screen
    assert "Name the axioms." in screen
    assert sitting.place.ratings() == []


def test_undo_goes_back_over_ratings_to_what_was_taken_out(sitting: Sitting) -> None:
    screen = sitting.press("s", " ", "3", "s", " ", "4", *"uuuuu")
    assert "Nothing to undo today" in screen
    assert sitting.place.ratings() == []
    marks = sitting.progress.reader.rows("SELECT suspended, buried_day FROM marks")
    assert all(not suspended and buried is None for suspended, buried in marks)


def test_undo_brings_back_what_was_taken_out_before_it_takes_back_ratings(
    sitting: Sitting,
) -> None:
    screen = sitting.press(" ", "4", "s", "b", "u", sitting.keep, "u", sitting.keep, "u")
    assert "Undone: it is back" in sitting.kept[0]
    assert "of which [how many] is empty" in sitting.kept[0]
    assert "Undone: it is back" in sitting.kept[1]
    assert "has […] subsets" in sitting.kept[1]
    assert "Undone: rate it again" in screen
    assert sitting.place.ratings() == []
    marks = sitting.progress.reader.rows("SELECT suspended, buried_day FROM marks")
    assert all(not suspended and buried is None for suspended, buried in marks)


def test_asides_come_and_go(sitting: Sitting) -> None:
    screen = sitting.press(" ", "i", sitting.keep, "x", "?", sitting.keep, " ")
    assert "questions/sets.yaml:3" in sitting.kept[0]
    assert "rate it: Again, Hard, Good, Easy" in sitting.kept[1]
    assert "Must mention" in screen


def test_one_looks_around_and_comes_back_to_the_card(sitting: Sitting) -> None:
    keep = sitting.keep
    steps: list[Step] = [" ", "x", "/", "m", "a", "p", keep, "\x1b", "\x1b", keep, "t", keep, "q"]
    screen = sitting.press(*steps)
    searching, back, topic = sitting.kept
    assert "maps/injective" in searching
    assert "1 of 2 said: space rates Again" in back
    assert "All else is made of them." in topic
    assert screen == back
    assert sitting.place.ratings() == []


def test_a_flag_shows_on_the_card_at_once(sitting: Sitting) -> None:
    screen = sitting.press("f", "u", *"why? 4", "\r")
    assert "flagged: unclear" in screen
    assert "Flagged as unclear" in screen
    assert "flagged: unclear" in sitting.press()
    assert sitting.progress.reader.rows("SELECT note FROM flags") == [("why? 4",)]


def test_what_is_opened_elsewhere_is_said_below_the_card(
    sitting: Sitting, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BROWSER", "w3m")
    screen = sitting.press("v", sitting.keep, "o")
    assert "The page is" in sitting.kept[0]
    assert "No address is known for Paul Halmos (1960), Naive Set Theory, Section 2" in screen
    assert "show the answer" in screen


@pytest.mark.parametrize("key", ["q", INTERRUPT, "\x04", END])
@pytest.mark.parametrize("before", [[], [" "], ["?"], ["i"]])
def test_one_quits_anywhere(sitting: Sitting, key: str, before: list[str]) -> None:
    quits = [key] if key != "q" or before not in (["?"], ["i"]) else ["x", key]
    sitting.press(*before, *quits, lambda: pytest.fail("it went on"))


@pytest.mark.parametrize("before", ["t", "/", "f", "fw", " t"])
def test_ctrl_c_quits_from_other_screens_too(sitting: Sitting, before: str) -> None:
    sitting.press(*before, INTERRUPT, lambda: pytest.fail("it went on"))


def test_a_topic_that_unlocks_is_announced(sitting: Sitting) -> None:
    screen = sitting.press(" ", "4")
    assert "Unlocked: Maps between sets" in screen


def test_the_night_may_pass_while_a_card_is_shown(
    sitting: Sitting, monkeypatch: pytest.MonkeyPatch
) -> None:
    def sleep() -> None:
        monkeypatch.setenv("MLREADY_NOW", "2026-11-24T09:00:00+00:00")

    sitting.press(" ", sleep, "3", " ", "3", "u", "u")
    reader = sitting.progress.reader
    days = {day for (day,) in reader.rows("SELECT study_day FROM revlog WHERE undoes IS NULL")}
    assert len(days) == 1
    assert sitting.loop.session.day.day == days.pop()
    assert sitting.place.ratings() == []  # both belong to the new day, and were undone in it


def test_a_card_rated_in_another_window_is_not_rated_twice(sitting: Sitting) -> None:
    other = Sitting(sitting.place)
    screen = sitting.press(" ", lambda: other.press(" ", "4"), "3")
    assert "rated in another window" in screen
    assert sitting.place.ratings() == [4]


def test_a_card_that_another_window_retired_is_passed_over(sitting: Sitting) -> None:
    def retire() -> None:
        file = sitting.place.deck / "questions" / "sets.yaml"
        text = file.read_text()
        at, end = text.index("  - id: counting"), text.index("  - id: axioms")
        file.write_text(text[:at] + text[end:])
        sitting.place.open()

    screen = sitting.press(" ", retire, "4")
    assert "Name the axioms." in screen


def test_a_store_that_is_in_use_loses_nothing_and_can_be_tried_again(
    used_place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mlready.store.engine.PRAGMAS", ("PRAGMA busy_timeout=50",))
    sitting = Sitting(used_place)
    lock = sqlite3.connect(sitting.place.home / "trail.sqlite3", isolation_level=None)

    def hold() -> None:
        sitting.progress.writer()
        lock.execute("BEGIN IMMEDIATE")

    def let_go() -> None:
        sitting.keep()
        lock.execute("ROLLBACK")
        lock.close()

    sitting.press(" ", hold, "4", let_go, "4")
    assert "is in use by another program" in " ".join(sitting.kept[0].split())
    assert "When is there no set" in sitting.kept[0]
    assert sitting.place.ratings() == [4]


def test_an_undo_after_the_last_card_can_be_tried_again(
    used_place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mlready.store.engine.PRAGMAS", ("PRAGMA busy_timeout=50",))
    sitting = Sitting(used_place)
    lock = sqlite3.connect(sitting.place.home / "trail.sqlite3", isolation_level=None)

    def let_go() -> None:
        sitting.keep()
        lock.execute("ROLLBACK")
        lock.close()

    rated = [" ", "4"] * 5
    sitting.press(*rated, lambda: lock.execute("BEGIN IMMEDIATE"), "u", let_go, "u")
    assert "is in use by another program" in " ".join(sitting.kept[0].split())
    assert sitting.place.ratings() == [4] * 4


@pytest.mark.parametrize("lines", [7, 8, 10, 12])
def test_what_fills_a_hole_is_in_sight_in_a_low_window(sitting: Sitting, lines: int) -> None:
    sitting.display = FixedDisplay(30, lines)
    long = "Something that takes several lines. " * 4
    sitting.press(
        *("a", lambda: sitting.loop.notices.append(long), "4"), sitting.keep, "a", sitting.keep
    )
    question, filled = sitting.kept
    assert "[2ⁿ]" not in question
    assert "[2ⁿ]" in filled


# --- step by step -----------------------------------------------------------------------

PROOF = """\
topic: sets
questions:
  - id: proof
    kind: derivation
    question: Prove it.
    answer: |
      First this.

      $$\\begin{aligned} a &= b \\\\ &= c \\end{aligned}$$

      At last that.
    must_mention: [this, that, the other]
  - id: list
    kind: definition
    question: List them.
    answer: |
      1. one
      2. two
      3. three
"""


@pytest.fixture
def proving(sitting: Sitting) -> Sitting:
    """A sitting in which a derivation of four steps and three points comes first."""
    (sitting.place.deck / "questions" / "sets.yaml").write_text(PROOF)
    sitting.progress.sync(NOW)
    return sitting


def test_a_derivation_shows_its_next_line_at_each_key(proving: Sitting) -> None:
    keep = proving.keep
    proving.press(keep, " ", keep, "\r", keep, " ", keep, " ", keep, " ", keep)
    question, first, row, rows, whole, after = proving.kept
    assert "[space] first of 4 steps   [a] all" in question
    assert "First this." in first
    assert "next step (3 left)" in first
    assert all("= c" not in screen and "Must mention" not in screen for screen in (first, row))
    assert "next step (2 left)" in row
    assert "c" in rows.partition("First this.")[2].replace("[space] next", "")
    assert "At last" not in rows
    assert "At last that." in whole
    assert "Must mention" in whole
    assert "List them." in after
    assert proving.place.ratings() == [3]


def test_nothing_is_rated_before_all_steps_are_shown(proving: Sitting) -> None:
    screen = proving.press(*"4 1234", proving.keep)
    assert proving.place.ratings() == []
    assert "Not rated yet: 3 steps of the answer to go, a shows the rest" in screen
    proving.press(*" 4 4 4 4")
    assert proving.place.ratings() == [4]


def test_all_of_a_derivation_shows_at_once_if_wanted(proving: Sitting) -> None:
    screen = proving.press("a")
    assert "At last that." in screen
    proving.press(" ", "a", "2")
    assert proving.place.ratings() == [2]


def test_any_answer_can_be_shown_step_by_step(proving: Sitting) -> None:
    proving.press(
        *"a3n", proving.keep, "n", proving.keep, " ", proving.keep, "n", "a", proving.keep
    )
    one, two, rest, unrated = proving.kept
    assert "1. one" in one
    assert "two" not in one
    assert "[n] next step (1 left)" in two
    assert "3. three" in rest
    assert "[3] Good" in unrated
    assert proving.place.ratings() == [3]


def test_an_edit_never_shows_a_step_too_many(proving: Sitting, editor: Edit) -> None:
    editor("      At last that.\n", "")
    screen = proving.press(" ", " ", " ", "e")
    assert "next step (1 left)" in screen
    editor("this, that, the other", "this")
    assert "▸ [ ] this" in proving.press("a", "x", "e")


# --- an answer of one's own ------------------------------------------------------------------


@pytest.fixture
def writing(proving: Sitting) -> Sitting:
    """The same sitting, with each answer written first."""
    proving.writing = True
    return proving


def test_what_one_writes_stands_beside_the_answer(writing: Sitting) -> None:
    writing.press(
        writing.keep, " ", *"mine 4", writing.keep, "\x04", writing.keep, "a", writing.keep
    )
    question, written, first, whole = writing.kept
    assert "[space] write your answer" in question
    assert "mine 4" in written
    assert "First this." not in written
    assert "mine 4" in first
    assert "First this." in first
    assert "next step (3 left)" in first
    assert "mine 4" in whole
    assert "At last that." in whole
    assert writing.place.ratings() == []


def test_escape_leaves_the_question_as_it_was(writing: Sitting) -> None:
    writing.press(" ", "\x1b", writing.keep, "a", writing.keep)
    question, whole = writing.kept
    assert "Nothing written: space shows the answer" in question
    assert "First this." not in question
    assert "At last that." in whole


def test_what_one_wrote_comes_back_when_its_rating_is_undone_and_only_then(
    writing: Sitting,
) -> None:
    keep = writing.keep
    writing.press(" ", *"mine", "\x04", "a", "1", "u", " ", keep, "\x04", "a", "1", "b", " ", keep)
    undone, relearned = writing.kept
    assert "mine" in undone
    assert "Prove it." in relearned
    assert "mine" not in relearned
    assert writing.place.ratings() == [1]


# --- what must be mentioned ---------------------------------------------------------------


def test_what_was_said_suggests_a_rating_that_the_space_bar_gives(proving: Sitting) -> None:
    keep = proving.keep
    proving.press("a", keep, "x", keep, "x", keep, "x", keep)
    nothing, one, two, three = proving.kept
    assert "▸ [ ] this" in nothing
    assert "said:" not in nothing
    assert "▸[" not in nothing
    assert "[x] this" in one
    assert "▸ [ ] that" in one
    assert "1 of 3 said: space rates Again" in one
    assert "2 of 3 said: space rates Hard" in two
    assert "▸[2] Hard" in two
    assert "3 of 3 said: space rates Good" in three
    assert "▸[3] Good" in three
    proving.press("a", "x", "m", "x", " ")
    assert proving.place.ratings() == [2]


@pytest.mark.parametrize(
    ("keys", "rating"),
    [
        ("a ", 3),
        ("amm ", 3),
        ("a\t\tm ", 1),
        ("ax4", 4),
        ("axxx1", 1),
        ("axmmmx ", 3),
        ("\txa ", 3),
    ],
)
def test_a_suggestion_is_never_forced(proving: Sitting, keys: str, rating: int) -> None:
    proving.press(*keys)
    assert proving.place.ratings() == [rating]


def test_keys_that_tick_do_nothing_where_nothing_must_be_mentioned(proving: Sitting) -> None:
    screen = proving.press(*"a3a", "x", "m", "\t")
    assert "3. three" in screen
    assert "[3] Good" in screen
    assert "said" not in screen


def test_lines_tell_what_a_key_changed_and_no_more(proving: Sitting) -> None:
    proving.display = FixedDisplay(90, 40, plain=True)
    written: list[str] = []

    def cut() -> None:
        written.append(proving.display.written)
        proving.display.written = ""

    steps: list[Step] = [cut, " ", cut, " ", cut, "a", cut, "x", cut, "m", cut, "o", cut, "?", "x"]
    proving.press(*steps, cut)
    question, first, row, whole, said, missed, told, back = written[:8]
    assert "Prove it." in question
    assert "Prove it." not in first + row + whole + said + missed + told
    assert "First this." in first
    assert "First this." not in row + whole
    assert "1. this" in whole
    assert said.startswith("Point 1 of 3: said\n1 of 3 said: space rates Again\n")
    assert missed.startswith("Point 2 of 3: missed\n")
    assert "[3] Good" in whole
    assert "[3] Good" not in said + missed
    assert told.startswith("This card names no source\n")
    assert "Prove it." in back
    assert proving.display.shown == []


# --- a card that keeps lapsing ---------------------------------------------------------


@pytest.fixture
def lapsing(used_place: Place) -> Sitting:
    """A sitting in which just `limits/unique` is due, which was forgotten twice.

    Beneath it, `sets/axioms` was never learned and `maps/injective` forgotten three times.
    """
    sitting = Sitting(used_place)
    make_due_alone(sitting.progress)
    return sitting


def shown_first(screens: list[str]) -> list[str]:
    """Which question each screen shows."""
    texts = {"Name the axioms": "sets", "injective?": "maps", "a limit is": "limits"}
    return [name for screen in screens for text, name in texts.items() if text in screen]


def test_the_weakest_foundation_of_a_lapsing_card_is_named_and_offered(lapsing: Sitting) -> None:
    lapsing.press(lapsing.keep, " ", lapsing.keep, "1", lapsing.keep, " ", lapsing.keep)
    assert all("weak first" not in screen for screen in lapsing.kept[:2])
    text = " ".join(lapsing.kept[2].split())
    assert "limits/unique keeps lapsing. It rests on Sets, which is weak: sets/axioms," in text
    assert "never learned. Press w to review 2 weak cards first." in text
    assert "[w] weak first" in lapsing.kept[2]
    assert "[w] weak first" in lapsing.kept[3]


def test_a_card_keeps_lapsing_once_it_was_forgotten_three_times(sitting: Sitting) -> None:
    again, easy = Rating.AGAIN, Rating.EASY
    card = rate_past(sitting.progress, "maps/injective", (90, easy), (60, again), (59, easy))
    others = [row[0] for row in sitting.progress.reader.rows("SELECT card_id FROM live_cards")]
    sitting.progress.writer().mark([each for each in others if each != card], suspended=True)
    sitting.press(" ", "1", sitting.keep, " ", "1", sitting.keep)
    assert read_memory(sitting.progress.reader, card).lapses == 2
    # To fail while it is relearned is no lapse.
    assert ["keeps lapsing" in screen for screen in sitting.kept] == [False, False]


def test_the_notice_is_not_said_again_while_the_card_is_relearned(lapsing: Sitting) -> None:
    lapsing.progress.writer().set_known(["sets", "maps"], NOW, known=True)
    easy = [(1, Rating.EASY), (0, Rating.EASY)]
    rate_past(lapsing.progress, "maps/injective", *easy, *easy)
    lapsing.press(" ", "1", lapsing.keep, " ", "1", lapsing.keep, " ", "1", lapsing.keep)
    said = ["limits/unique keeps lapsing" in screen for screen in lapsing.kept]
    assert shown_first(lapsing.kept) == ["limits"] * 3
    assert said == [True, False, False]


def test_it_is_said_which_card_is_to_be_reviewed_first(lapsing: Sitting) -> None:
    lapsing.press(" ", "1", "w", lapsing.keep, " ", "3", lapsing.keep, " ", "3", lapsing.keep)
    assert shown_first(lapsing.kept) == ["sets", "maps", "limits"]
    words = [f"{n} of 2 to review first; then back" in lapsing.kept[n - 1] for n in (1, 2)]
    assert words == [True, True]
    assert "to review first" not in lapsing.kept[2]


def test_a_weak_card_forgotten_a_moment_ago_is_not_offered(lapsing: Sitting) -> None:
    lapsing.progress.writer().set_known(["sets"], NOW, known=True)
    rate_past(lapsing.progress, "maps/injective", (0, Rating.AGAIN))
    text = " ".join(lapsing.press(" ", "1").split())
    assert "maps/injective, being relearned, forgotten 4 times." in text
    assert "weak first" not in text


def test_what_is_reviewed_first_comes_before_the_card_itself(lapsing: Sitting) -> None:
    keep = lapsing.keep
    lapsing.press(" ", "1", "w", keep, " ", "3", keep, " ", "3", keep)
    assert shown_first(lapsing.kept) == ["sets", "maps", "limits"]
    assert "1 new  1 learning  1 review" in lapsing.kept[0]
    assert "weak first" not in lapsing.kept[0]
    assert lapsing.place.ratings()[-3:] == [1, 3, 3]


def test_a_new_plan_and_a_new_day_keep_what_is_to_be_reviewed_first(
    lapsing: Sitting, monkeypatch: pytest.MonkeyPatch
) -> None:
    def pass_time(moment: str) -> Callable[[], None]:
        return lambda: monkeypatch.setenv("MLREADY_NOW", moment)

    steps: list[Step] = [" ", "1", "w", pass_time("2026-11-23T10:11:00+00:00"), " ", "2"]
    steps += [lapsing.keep, pass_time("2026-11-24T09:00:00+00:00"), "x", lapsing.keep, " ", "3"]
    lapsing.press(*steps, lapsing.keep)
    assert shown_first(lapsing.kept) == ["maps", "maps", "limits"]
    assert lapsing.loop.session.day.day == DAY + 1


def test_undo_takes_back_what_was_reviewed_first_and_what_led_there(lapsing: Sitting) -> None:
    keep = lapsing.keep
    steps: list[Step] = [" ", "1", "w", " ", "3", "u", keep, " ", "3", keep, "u", "u", keep]
    lapsing.press(*steps, " ", "3", keep)
    assert shown_first(lapsing.kept[:3]) == ["sets", "maps", "limits"]
    assert "1 learning  1 review" in lapsing.kept[0]
    assert "Undone: rate it again" in lapsing.kept[2]
    # With Good, there is nothing to look beneath for.
    assert "No more cards for now." in lapsing.kept[3]
    assert lapsing.place.ratings()[-1] == 3
    assert lapsing.loop.state.weak.first is None


def test_what_is_suspended_or_buried_no_longer_comes_first(lapsing: Sitting) -> None:
    lapsing.press(" ", "1", "w", "s", lapsing.keep, "b", lapsing.keep, "u", lapsing.keep)
    assert shown_first(lapsing.kept) == ["maps", "limits", "maps"]


def test_w_does_nothing_without_an_offer(lapsing: Sitting) -> None:
    assert "No card has been found" in lapsing.press("w")
    screen = lapsing.press(" ", "1", "w", " ", "3", "w")
    assert "No card has been found" in screen
    assert "injective?" in screen


def test_the_card_s_own_screen_offers_it_too(lapsing: Sitting) -> None:
    card = rate_past(lapsing.progress, "limits/unique", (10, Rating.AGAIN), (10, Rating.GOOD))
    keep = lapsing.keep
    lapsing.press("i", keep, "x", keep, "w", keep, " ", "4", " ", "4", keep)
    assert "It keeps lapsing. The weakest of what it rests on:" in lapsing.kept[0]
    assert "Press w to review them first." in lapsing.kept[0]
    assert "[w] weak first" in lapsing.kept[1]
    assert shown_first(lapsing.kept[1:]) == ["limits", "sets", "limits"]
    assert read_memory(lapsing.progress.reader, card).lapses == 3


def test_a_leech_is_suspended_and_what_lies_beneath_is_offered_after_the_last_card(
    lapsing: Sitting,
) -> None:
    lapsing.progress.writer().set_setting("leech_threshold", "3")
    lapsing.press(" ", "1", lapsing.keep, "w", lapsing.keep, " ", "4", " ", "4", lapsing.keep)
    assert "was forgotten 3 times and is suspended" in " ".join(lapsing.kept[0].split())
    assert "No more cards for now." in lapsing.kept[0]
    assert "[w] weak first" in lapsing.kept[0]
    assert shown_first(lapsing.kept[1:2]) == ["sets"]
    assert "No more cards for now." in lapsing.kept[2]


def test_a_suspended_foundation_is_named_with_how_to_bring_it_back(lapsing: Sitting) -> None:
    lapsing.progress.writer().set_known(["sets"], NOW, known=True)
    lapsing.progress.writer().mark([lapsing.card("maps/injective")], suspended=True)
    text = " ".join(lapsing.press(" ", "1").split())
    assert "forgotten 3 times, suspended. mlready unsuspend maps/injective brings it" in text
    assert "weak first" not in text


def test_a_card_on_firm_ground_is_to_be_rewritten(sitting: Sitting) -> None:
    sitting.progress.writer().set_setting("new_per_day", "0")
    sitting.progress.writer().set_known(["sets", "maps"], NOW, known=True)
    lapses = [(20, Rating.AGAIN), (20, Rating.GOOD), (10, Rating.AGAIN), (10, Rating.GOOD)]
    rate_past(sitting.progress, "limits/unique", (60, Rating.EASY), *lapses)
    text = " ".join(sitting.press(" ", "1").split())
    assert "limits/unique keeps lapsing and all it rests on is firm: rewrite the card" in text


# --- editing -------------------------------------------------------------------------


@pytest.fixture
def editor(monkeypatch: pytest.MonkeyPatch) -> Callable[[str, str], None]:
    """Let the editor replace one text by another."""

    def choose(old: str, new: str) -> None:
        def edit(path: Path, line: int) -> None:
            assert line > 1
            path.write_text(path.read_text().replace(old, new))

        monkeypatch.setattr(editing, "open_editor", edit)

    return choose


def test_an_edit_shows_at_once_and_keeps_progress(
    sitting: Sitting, editor: Callable[[str, str], None]
) -> None:
    card = sitting.card("sets/russell")
    editor("When is there no set", "When is there not a set")
    screen = sitting.press(" ", "3", "b", "b", " ", "e")
    assert "Reloaded, with all progress kept" in screen
    assert "When is there not a set" in screen
    assert "Must mention" in screen  # the answer stays in sight
    assert "learning" in screen
    assert sitting.card("sets/russell") == card
    assert read_memory(sitting.progress.reader, card).reps == 1


def test_an_edit_with_a_mistake_leaves_the_card_as_it_was(
    sitting: Sitting, editor: Callable[[str, str], None]
) -> None:
    editor("kind: failure-mode", "kind: failure")
    screen = sitting.press("e")
    assert "questions/sets.yaml:4:" in screen
    assert "The card stays as it was" in screen
    assert "When is there no set" in screen
    assert "The card stays as it was" in sitting.press("e")  # however often one looks
    editor("kind: failure\n", "kind: failure-mode\n")
    assert "Read again: no card has changed" in sitting.press("e")
    assert "Nothing was changed" in sitting.press("e")


def test_an_edit_makes_what_was_said_above_the_card_old(
    sitting: Sitting, editor: Callable[[str, str], None]
) -> None:
    editor("When is there no set", "When is there not a set")
    screen = sitting.press("s", "u", sitting.keep, "e")
    assert "Undone: it is back" in sitting.kept[0]
    assert "Undone" not in screen
    assert "Reloaded" in screen


def test_what_an_editor_saved_before_it_failed_counts(
    sitting: Sitting, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = sitting.place.root / "editor"
    program.write_text('#!/bin/sh\nsed -i "s/When is there no set/When is no set/" "$2"\nexit 3\n')
    program.chmod(0o755)
    monkeypatch.setenv("EDITOR", str(program))
    screen = sitting.press("e")
    assert "When is no set" in screen
    assert "Reloaded" in screen
    assert "ended with 3" in " ".join(sitting.press("e").split())  # and changed nothing


def test_a_question_edited_away_makes_room_for_the_next(
    sitting: Sitting, editor: Callable[[str, str], None]
) -> None:
    editor("  - id: russell", "  - id: paradox")
    screen = sitting.press("e")
    assert "sets/russell is gone from the deck; its history is kept" in screen


def test_an_editor_that_fails_is_a_sentence(
    sitting: Sitting, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EDITOR", "/nowhere/editor --wait")
    assert "/nowhere/editor could not be started" in sitting.press("e")
    monkeypatch.setenv("EDITOR", "false")
    assert "The editor false ended with 1" in sitting.press("e")
    monkeypatch.setenv("EDITOR", "an 'open quote")
    assert "cannot be understood" in sitting.press("e")
    monkeypatch.delenv("EDITOR")
    monkeypatch.setenv("PATH", "")
    assert "No editor was found" in sitting.press("e")


@pytest.mark.parametrize(
    ("editor_name", "arguments"),
    [
        ("vim", ["+7", "a.yaml"]),
        ("/usr/bin/nano", ["+7", "a.yaml"]),
        ("code", ["--wait", "--goto", "a.yaml:7"]),
        ("hx", ["a.yaml:7"]),
        ("notepad", ["a.yaml"]),
    ],
)
def test_each_editor_is_told_the_line_in_its_way(
    tmp_path: Path, editor_name: str, arguments: list[str]
) -> None:
    file = tmp_path / "a.yaml"
    found = editing._arguments(editor_name, file, 7)
    assert [word.replace(f"{tmp_path}/", "") for word in found] == arguments


def test_an_installed_deck_is_copied_before_it_is_edited(tmp_path: Path) -> None:
    package = Path(editing.__file__).resolve().parents[1]
    with pytest.raises(MlreadyError, match="belongs to the installation") as refused:
        editing.refuse_installed(package / "decks" / "any")
    assert "mlready new" in refused.value.hint
    editing.refuse_installed(tmp_path)
