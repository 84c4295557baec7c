"""Search, topics and flags in a review: what each key leads to, in every kind of window."""

from __future__ import annotations

import os
from datetime import UTC
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text

from mlready.store.flags import add_flag, flags_of, read_flags, resolve_flags
from mlready.store.reading import read_card
from mlready.study.day import read_day
from mlready.study.naming import find_cards
from mlready.terminal.browsing import walking
from mlready.terminal.browsing.browsing import browse_topic, search
from mlready.terminal.browsing.listings import choose, marks_of, range_in_sight
from mlready.terminal.keyboard import (
    DOWN,
    END,
    ESCAPE,
    INTERRUPT,
    LAST,
    LEFT,
    SHIFT_TAB,
    SUSPEND,
    UP,
)
from mlready.terminal.review.flagging import flag_card
from mlready.terminal.window import Window
from mlready.terminal.wording import flags_in_words
from tests.study_fixtures import (
    NOW,
    FixedDisplay,
    Place,
    ScriptedKeys,
    check_golden,
    place,
    plain_look,
    used_place,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    Step = str | Callable[[], object]

__all__ = ["place", "used_place"]
ENTER, TAB, BACKSPACE = "\r", "\t", "\x7f"


class Visit:
    """A learner who looks around, and what was seen."""

    def __init__(self, place: Place, columns: int = 80, lines: int = 40) -> None:
        self.progress = place.open()
        self.reader = self.progress.reader
        self.day = read_day(self.reader, NOW, UTC)
        self.display = FixedDisplay(columns, lines)
        self.kept: list[str] = []

    def keep(self) -> None:
        """Keep the screen as it is now."""
        self.kept.append(self.display.screen)

    def resize(self, columns: int, lines: int) -> Callable[[], None]:
        """Another size of the window, from then on."""

        def change() -> None:
            self.display.window = os.terminal_size((columns, lines))

        return change

    def window(self, *steps: Step) -> Window:
        """A window with keys to come."""
        return Window(self.display, ScriptedKeys(*steps))

    def search(self, *steps: Step) -> str:
        """Search with keys; the last screen."""
        search(self.window(*steps), self.reader, self.day)
        return self.display.screen

    def browse(self, topic: str, *steps: Step) -> str:
        """Walk from a topic with keys; the last screen."""
        browse_topic(self.window(*steps), self.reader, self.day, topic)
        return self.display.screen

    def flag(self, key: str, *steps: Step) -> str:
        """Flag a card; what was said."""
        card = read_card(self.reader, self.card(key))
        assert card is not None
        return flag_card(self.window(*steps), self.progress, card, NOW)

    def card(self, key: str) -> int:
        """The id of a name's first card."""
        return find_cards(self.reader, key)[0].card_id


@pytest.fixture
def visit(used_place: Place) -> Visit:
    """A visit to the deck TRAIL."""
    return Visit(used_place)


def chosen(screen: str) -> str:
    """The line that is marked as chosen."""
    (line,) = [line for line in screen.splitlines() if line.lstrip().startswith(">")][-1:]
    return line.strip()


# --- search ----------------------------------------------------------------------------


def test_results_narrow_as_one_types(visit: Visit) -> None:
    visit.search(visit.keep, "m", visit.keep, "a", "p", visit.keep, "z", visit.keep, BACKSPACE)
    nothing, few, fewer, none = visit.kept
    assert "Every word must occur" in nothing
    assert "questions" in few
    assert "2 topics and questions" in fewer
    assert "Topic: Maps between sets  maps" in fewer
    assert "Nothing has all these words" in none
    assert visit.display.screen == fewer


def test_arrows_and_tabs_choose_and_enter_opens(visit: Visit) -> None:
    visit.search(*"set", DOWN, TAB, visit.keep, UP, SHIFT_TAB, SHIFT_TAB, visit.keep, ENTER)
    assert "sets/" in chosen(visit.kept[0])
    assert "Topic: Sets" in chosen(visit.kept[1])
    assert "All else is made of them." in visit.display.screen


def test_one_can_go_back_to_the_search_and_open_another_result(visit: Visit) -> None:
    visit.search(*"russell", ENTER, visit.keep, "b", visit.keep, DOWN, ENTER, visit.keep)
    card, again, other = visit.kept
    assert "When is there no set" in card
    assert "2 topics and questions" in again
    assert "Name the axioms" in other


@pytest.mark.parametrize("leave", [ESCAPE, END, "\x04"])
def test_a_search_is_left(visit: Visit, leave: str) -> None:
    visit.search("x", leave, "never read")


def test_leaving_a_result_leaves_the_search_too(visit: Visit) -> None:
    window = visit.window(*"maps", ENTER, "q", "left")
    search(window, visit.reader, visit.day)
    assert window.keys.read() == "left"


def test_keys_of_text_are_text(visit: Visit) -> None:
    assert "> jkqb?123 |" in visit.search(*"jkqb?123 ")


def test_what_is_searched_for_has_an_end(visit: Visit) -> None:
    assert "Full at 200 characters" in visit.search(*"m" * 201)


def test_a_quit_within_reaches_the_review(visit: Visit) -> None:
    with pytest.raises(KeyboardInterrupt):
        visit.search(*"ma", INTERRUPT)
    with pytest.raises(KeyboardInterrupt):
        visit.search(*"maps", ENTER, INTERRUPT)
    with pytest.raises(KeyboardInterrupt):
        visit.browse("sets", "\x04")


def test_what_was_added_meanwhile_is_not_found_yet(visit: Visit, used_place: Place) -> None:
    file = used_place.deck / "questions" / "maps.yaml"
    more = "  - {id: new, kind: definition, question: What is zeal?, answer: This.}\n"

    def add() -> None:
        file.write_text(file.read_text(encoding="utf-8") + more, encoding="utf-8")
        visit.progress.sync(NOW + 1)

    add()
    assert "Nothing has all these words" in visit.search(*"zeal")


# --- topics ----------------------------------------------------------------------------


def test_a_topic_shows_what_it_rests_on_what_rests_on_it_and_its_cards(visit: Visit) -> None:
    screen = visit.browse("maps")
    for words in (
        "Maps between sets  maps",
        "phase 1, locked",
        "They carry structure.",
        "first learn Sets",
        ">1 ○ Sets  sets",
        " 2 · Limits  limits",
        " 3 maps/injective  new",
    ):
        assert words in screen


def test_titles_with_commas_are_told_apart(used_place: Place) -> None:
    folder = used_place.deck / "topics"
    for name, old, new in (
        ("1-ground.yaml", "title: Sets", 'title: "Sets, and what is in"'),
        ("2-heights.yaml", "[maps]", "[sets, maps]"),
    ):
        text = (folder / name).read_text(encoding="utf-8").replace(old, new)
        (folder / name).write_text(text, encoding="utf-8")
    screen = Visit(used_place).browse("limits")
    assert "first learn Sets, and what is in; Maps between sets" in screen


def test_one_walks_to_prerequisites_dependents_and_cards_and_back(visit: Visit) -> None:
    keep = visit.keep
    visit.browse("maps", ENTER, keep, "b", DOWN, ENTER, keep, LEFT, "3", keep, BACKSPACE, keep)
    sets, limits, card, maps = visit.kept
    assert "All else is made of them." in sets
    assert "Analysis begins here." in limits
    assert "When is a map injective?" in card
    assert chosen(maps) == ">3 maps/injective  new"


@pytest.mark.parametrize("leave", [ESCAPE, "q", END])
def test_a_walk_is_left_from_anywhere(visit: Visit, leave: str) -> None:
    window = visit.window(ENTER, ENTER, leave, "left")
    browse_topic(window, visit.reader, visit.day, "maps")
    assert window.keys.read() == "left"


def test_going_back_from_where_it_began_ends_the_walk(visit: Visit) -> None:
    window = visit.window(ENTER, "b", "b", "left")
    browse_topic(window, visit.reader, visit.day, "maps")
    assert window.keys.read() == "left"


def test_the_ends_of_the_list_hold(visit: Visit) -> None:
    visit.browse("maps", UP, visit.keep, LAST, visit.keep, "j", visit.keep, "9", "x", visit.keep)
    assert [chosen(screen)[:2] for screen in visit.kept] == [">1", ">3", ">3", ">3"]


def test_a_topic_with_nothing_to_open_takes_no_key_amiss(visit: Visit) -> None:
    screen = visit.browse("measures", "b")
    assert "no questions yet" in screen
    assert "[enter] open" in screen  # its prerequisite can be opened


# --- cards -----------------------------------------------------------------------------


def test_the_answer_waits_for_the_space_bar_and_nothing_is_rated(
    visit: Visit, used_place: Place
) -> None:
    visit.browse("sets", "3", visit.keep, "3", visit.keep, " ", visit.keep, "4", "1", visit.keep)
    asked, rated, answered, rated_again = visit.kept
    assert "self-reference" not in asked
    assert "[space] answer" in asked
    assert rated == asked
    assert "self-reference" in answered
    assert rated_again == answered
    assert used_place.ratings() == []


def test_a_card_of_today_says_so_and_another_does_not(visit: Visit) -> None:
    visit.browse("sets", "3", visit.keep, "b")
    visit.browse("limits", "2", visit.keep)
    assert "When is there no set" in visit.kept[0]
    assert "It comes up today" in visit.kept[0]
    assert "Show that a limit is unique" in visit.kept[1]
    assert "It comes up today" not in visit.kept[1]


def test_a_stop_shows_the_card_again_as_it_was(
    visit: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(walking, "stop_for_now", lambda: None)
    visit.browse("maps", "3", visit.keep, SUSPEND, visit.keep, " ", visit.keep, SUSPEND, visit.keep)
    asked, again, answered, answered_again = visit.kept
    assert asked == again
    assert answered == answered_again


def test_a_card_leads_to_its_topic(visit: Visit) -> None:
    assert "They carry structure." in visit.search(*"injective", ENTER, "t")


def test_a_flagged_card_says_so_while_it_is_read(visit: Visit) -> None:
    flag = add_flag(visit.progress.writer(), visit.card("maps/injective"), "unclear", "", NOW)
    assert "new · flagged: unclear" in visit.search(*"injective", ENTER)
    resolve_flags(visit.progress.writer(), [flag], NOW)
    assert "flagged" not in visit.search(*"injective", ENTER)


def test_a_card_that_is_gone_meanwhile_is_a_sentence(visit: Visit, used_place: Place) -> None:
    def remove() -> None:
        file = used_place.deck / "questions" / "maps.yaml"
        file.write_text("topic: maps\nquestions: []\nretired: [injective]\n", encoding="utf-8")
        visit.progress.sync(NOW + 1)

    visit.browse("maps", remove, "3", visit.keep, " ", "b", visit.keep)
    assert "The deck has it no more" in visit.kept[0]
    assert "They carry structure." in visit.kept[1]


# --- windows ---------------------------------------------------------------------------


@pytest.mark.parametrize("size", [(60, 24), (40, 10), (20, 5), (100, 30)])
def test_the_chosen_entry_is_in_sight_in_any_window(
    used_place: Place, size: tuple[int, int]
) -> None:
    visit = Visit(used_place, *size)
    for count in range(6):
        visit.browse("sets", *[DOWN] * count)
        assert f">{count + 1}" in visit.display.screen
        assert len(visit.display.shown[-1]) <= size[1]
        visit.search("s", *[DOWN] * count)
        assert chosen(visit.display.screen) != "> s|"


@pytest.mark.parametrize("size", [(60, 10), (60, 7), (40, 8), (20, 5)])
def test_what_is_searched_for_stays_in_sight(used_place: Place, size: tuple[int, int]) -> None:
    visit = Visit(used_place, *size)
    for words in ("se", "sets", "maps"):
        visit.search(*words)
        assert f"> {words}|" in visit.display.screen


def test_a_low_window_shows_a_topic_from_its_beginning(used_place: Place) -> None:
    screen = Visit(used_place, 60, 16).browse("maps")
    assert "They carry structure." in screen
    assert chosen(screen).startswith(">1")
    assert "↓ more" in screen
    assert "↑ more" not in screen


def test_a_window_that_is_resized_keeps_the_chosen_entry_in_sight(visit: Visit) -> None:
    keep = visit.keep
    visit.browse(
        "sets", LAST, visit.resize(50, 8), "resized", keep, visit.resize(90, 50), "resized", keep
    )
    small, large = visit.kept
    assert chosen(small) == chosen(large)
    assert "↑ more" in small
    assert "more" not in large


@pytest.mark.parametrize("columns", [60, 100])
def test_the_screens_look_as_they_should(used_place: Place, columns: int) -> None:
    visit = Visit(used_place, columns, 30)
    add_flag(visit.progress.writer(), visit.card("sets/russell"), "unclear", "Which x?", NOW)
    keep = visit.keep
    visit.search(keep, *"set", DOWN, keep)
    visit.browse("maps", DOWN, keep, "1", "3", keep, " ", keep)
    visit.flag("sets/russell", keep, "w", *"It is $R$.", keep, ENTER)
    check_golden(f"screen_browsing_{columns}.txt", ("\n" + "=" * columns + "\n").join(visit.kept))


@given(
    heights=st.lists(st.integers(1, 4), min_size=1, max_size=40),
    place=st.integers(0, 39),
    room=st.integers(1, 30),
    from_above=st.booleans(),
)
def test_what_is_cut_to_fit_has_the_chosen_part_and_fills_the_room(
    heights: list[int], place: int, room: int, from_above: bool
) -> None:
    chosen = place % len(heights)
    shown = range_in_sight(heights, chosen, room, from_above=from_above)
    used = sum(heights[number] for number in shown)
    assert chosen in shown
    assert used <= max(room, heights[chosen])
    around = [heights[n] for n in (shown.start - 1, shown.stop) if 0 <= n < len(heights)]
    assert all(used + height > room for height in around)


def test_nine_entries_have_digits_and_the_next_key_brings_the_next_nine() -> None:
    look = plain_look(60)
    assert marks_of(11, 0, look)[:3] == [">1 ", " 2 ", " 3 "]
    assert marks_of(11, 0, look)[8:] == [" 9 ", "   ", "   "]
    assert marks_of(11, 10, look)[8:] == ["   ", " 1 ", ">2 "]
    assert [choose("n", at, 11, plain=True) for at in (0, 4, 9)] == [9, 9, 0]


# --- lines only ------------------------------------------------------------------------


@pytest.fixture
def lines(used_place: Place) -> Visit:
    """A visit where nothing is drawn anew."""
    visit = Visit(used_place)
    visit.display.plain = True
    return visit


def test_a_search_in_lines_asks_lists_and_opens(lines: Visit) -> None:
    search(lines.window(*"russ", ENTER, "1", " ", "b", "q"), lines.reader, lines.day)
    told = lines.display.written
    assert "2 topics and questions" in told
    assert " 1 sets/russell  When is there no set" in told
    assert "1 to 9: open, /: search again, q: leave" in told
    assert "self-reference" in told
    assert "\x1b" not in told
    assert ">1" not in told


def test_one_can_search_again_in_lines(lines: Visit) -> None:
    keys = [*"zebra", ENTER, "/", *"limit", ENTER, ESCAPE]
    search(lines.window(*keys), lines.reader, lines.day)
    told = lines.display.written
    assert told.index("Nothing has all these words") < told.index("Topic: Limits")


def test_a_topic_in_lines_is_walked_by_digits(lines: Visit) -> None:
    browse_topic(lines.window("2", "1", "b", "q"), lines.reader, lines.day, "maps")
    told = lines.display.written
    assert [told.count(why) for why in ("They carry structure.", "Analysis begins here.")] == [2, 2]
    assert "1 to 9: open, b: back, q: leave" in told


def test_an_answer_in_lines_comes_without_its_question_again(lines: Visit) -> None:
    browse_topic(lines.window("3", " ", "q"), lines.reader, lines.day, "sets")
    told = lines.display.written
    assert told.count("When is there no set of all x") == 1
    assert told.index("When is there no set of all x") < told.index("self-reference")


def test_standings_are_words_in_lines(lines: Visit) -> None:
    browse_topic(lines.window("q"), lines.reader, lines.day, "maps")
    told = lines.display.written
    assert " 1 Sets, unlocked  sets" in told
    assert " 2 Limits, locked  limits" in told
    assert "○" not in told


def test_what_does_nothing_prints_nothing(lines: Visit) -> None:
    browse_topic(lines.window("x", "8", UP, "j", ENTER, "q"), lines.reader, lines.day, "maps")
    assert lines.display.written.count("They carry structure.") == 1


# --- flags -----------------------------------------------------------------------------


def test_a_card_is_flagged_with_a_note(visit: Visit) -> None:
    said = visit.flag("sets/russell", "u", *"Which $x$?", ENTER)
    assert said == "Flagged as unclear; `mlready flags` lists it"
    (flag,) = flags_of(visit.reader, visit.card("sets/russell"))
    assert (flag.reason, flag.note, flag.flagged_at) == ("unclear", "Which $x$?", NOW)


def test_a_note_may_be_empty_and_a_flag_can_be_added_to_another(visit: Visit) -> None:
    visit.flag("sets/russell", "u", *"First.", ENTER)
    assert visit.flag("sets/russell", visit.keep, "w", ENTER)
    assert "unclear: First." in visit.kept[0]
    flags = flags_of(visit.reader, visit.card("sets/russell"))
    assert [(flag.reason, flag.note) for flag in flags] == [("unclear", "First."), ("wrong", "")]
    assert flags_in_words(flags) == "flagged: unclear, wrong"
    assert flags_in_words([]) == ""


@pytest.mark.parametrize(
    "keys",
    [
        [ESCAPE],
        ["q"],
        [END],
        ["1", "x", ESCAPE],
        ["w", ESCAPE],
        ["w", "a", ESCAPE, ESCAPE],
        ["u", "a", END],
    ],
)
def test_giving_up_flags_nothing(visit: Visit, keys: list[str]) -> None:
    assert visit.flag("sets/russell", *keys) == ""
    assert read_flags(visit.reader, resolved=True) == []


def test_a_quit_while_flagging_reaches_the_review(visit: Visit) -> None:
    with pytest.raises(KeyboardInterrupt):
        visit.flag("sets/russell", INTERRUPT)


def test_a_note_that_cannot_be_written_down_is_not_lost(visit: Visit) -> None:
    def lock(statement: str) -> Callable[[], None]:
        def execute() -> None:
            with visit.progress.writer().engine.begin() as connection:
                connection.execute(text(statement))

        return execute

    away, back = (
        lock(f"ALTER TABLE {a} RENAME TO {b}") for a, b in (("flags", "f"), ("f", "flags"))
    )
    said = visit.flag("sets/russell", "w", *"A note", away, ENTER, visit.keep, back, "!", ENTER)
    assert "A note" in visit.kept[0]
    assert said.startswith("Flagged")
    (flag,) = flags_of(visit.reader, visit.card("sets/russell"))
    assert flag.note == "A note!"


def test_flags_are_made_in_lines_too(lines: Visit) -> None:
    assert lines.flag("sets/russell", "w", *"odd", ENTER)
    told = lines.display.written
    assert "w: wrong, u: unclear" in told
    assert "\x1b" not in told
