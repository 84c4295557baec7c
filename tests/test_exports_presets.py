"""Deck options and descriptions, as they arrive in the real Anki."""

from dataclasses import replace
from typing import Any

import pytest

from exports.records import ExportDeck, ExportProgress
from tests.anki_fixtures import col, counts, make_deck, make_note, put, queue

__all__ = ["col"]

PARAMETERS = (*(0.1 + number / 100 for number in range(20)), 0.15)
PROGRESS = ExportProgress(
    first_day=738_000,
    first_day_at=1_600_000_000,
    utc_offset=60,
    rollover_hour=4,
    desired_retention=0.87,
    parameters=PARAMETERS,
    learning_steps=(90, 900),
    relearning_steps=(1200,),
    maximum_interval=400,
    new_per_day=7,
    reviews_per_day=55,
    leech_threshold=5,
)
ALL = {"with_deck_configs": True, "with_scheduling": True}


def options(col: Any, deck: str) -> Any:
    return col.decks.config_dict_for_deck_id(col.decks.id_for_name(deck))


def decks(col: Any) -> list[str]:
    names = [entry.name for entry in col.decks.all_names_and_ids()]
    return [name for name in names if name != "Default"]


@pytest.fixture
def deck() -> ExportDeck:
    return make_deck(*(make_note(f"t/{n}", phase=3 - n % 3) for n in range(9)))


def test_options_arrive_on_parent_and_children(col: Any, deck: ExportDeck) -> None:
    put(col, deck, with_deck_configs=True)
    assert decks(col) == ["Ready", "Ready::1 Foundations", "Ready::2 Core", "Ready::3 Advanced"]
    ours = options(col, "Ready")
    assert all(options(col, name) == ours for name in decks(col))
    assert (ours["name"], ours["desiredRetention"]) == ("Ready", pytest.approx(0.9))
    assert (ours["new"]["perDay"], ours["rev"]["perDay"]) == (20, 200)
    # Lowest position first, whatever deck it is in; not sorted after that.
    assert (ours["newGatherPriority"], ours["newSortOrder"]) == (1, 1)
    arrived = {part: ours[part] for part in ("new", "rev", "lapse")}
    default = col.decks.config_dict_for_deck_id(1)
    assert arrived == {part: default[part] for part in arrived}
    assert col.fix_integrity()[1]


def test_with_them_the_order_of_the_deck_holds_across_phases(col: Any, deck: ExportDeck) -> None:
    put(col, deck, with_deck_configs=True)
    assert queue(col) == [f"t/{n}" for n in range(9)]


def test_by_default_no_options_are_touched(col: Any, deck: ExportDeck) -> None:
    before = col.decks.all_config()
    put(col, deck)
    assert col.decks.all_config() == before
    assert {col.decks.by_name(name)["conf"] for name in decks(col)} == {1}


def test_the_learners_changes_of_options_stay(col: Any, deck: ExportDeck) -> None:
    put(col, deck, with_deck_configs=True)
    own = options(col, "Ready")
    own["new"]["perDay"] = 3
    col.decks.update_config(own)
    assert put(col, deck, with_deck_configs=True) == counts(duplicate=9)
    assert options(col, "Ready")["new"]["perDay"] == 3
    assert len(col.decks.all_config()) == 2


def test_notes_that_are_no_more_are_new_to_nobody(col: Any, deck: ExportDeck) -> None:
    put(col, deck)
    col.remove_notes(col.find_notes(""))
    kept = [note for note in deck.notes if note.key != "t/0"]
    gone = {"t/0": make_note("t/0", phase=3)}
    put(col, replace(make_deck(*kept), retired=gone), with_deck_configs=True)
    assert decks(col)[-1] == "Ready::Retired"
    assert options(col, "Ready::Retired")["new"]["perDay"] == 0
    assert queue(col) == [note.key for note in kept]


def test_the_learners_numbers_go_along_with_progress(col: Any, deck: ExportDeck) -> None:
    put(col, replace(deck, progress=PROGRESS), **ALL)
    ours = options(col, "Ready")
    assert ours["fsrsParams6"] == pytest.approx(PARAMETERS)
    assert ours["desiredRetention"] == pytest.approx(0.87)
    assert (ours["new"]["perDay"], ours["rev"]["perDay"]) == (7, 55)
    assert (ours["new"]["delays"], ours["lapse"]["delays"]) == ([1.5, 15.0], [20.0])
    assert (ours["rev"]["maxIvl"], ours["lapse"]["leechFails"]) == (400, 5)
    assert col.decks.by_name("Ready")["newToday"][1] == 0
    assert queue(col)[:7] == [f"t/{n}" for n in range(7)]


def test_descriptions_say_how_to_study(col: Any, deck: ExportDeck) -> None:
    put(col, replace(deck, phases=("A & B", "Core", "{{Last}}")))
    top, first, *_, last = (col.decks.by_name(name)["desc"] for name in decks(col))
    assert top.startswith("<p>How &amp; why</p><p>Study this deck as a whole")
    assert "1 A &amp; B, 2 Core, 3 &#123;&#123;Last" in top
    assert "tag:mlready::topic::" in top
    assert first.startswith("<p>Phase 1 of 3: A &amp; B.</p>")
    assert "rest on those of the phases before" in last
