"""Syncing: what is reported, and that history follows."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select, update

from exports.anki.lock import Lock, LockedNote, write_lock
from mlready.store import tables
from mlready.store.opening import open_progress
from mlready.store.reading import CARD_REVIEWS, EXPORT_NOTES, read_card
from scheduler.memory import NEW, Rating
from tests.store_fixtures import DAY_MS, DECK, Desk, cloze, desk, question, questions, topics

if TYPE_CHECKING:
    from mlready.store.sync import SyncReport

__all__ = ["desk"]


def report_of(report: SyncReport) -> dict[str, object]:
    """What a report says, without what it leaves empty."""
    names = ("added", "changed", "renamed", "moved", "retired", "revived", "vanished")
    return {name: value for name in names if (value := getattr(report, name))}


def reviews(desk: Desk, card_id: int) -> list[tuple[int, ...]]:
    return [tuple(row[:1]) for row in desk.writer.rows(CARD_REVIEWS, {"card_id": card_id})]


# --- what is reported ----------------------------------------------------------------


def test_the_first_sync_adds_all(desk: Desk) -> None:
    desk.ask(question("a"), question("b"))
    report = desk.sync()
    assert report_of(report) == {"added": ["sets/a", "sets/b"]}
    assert report.is_first
    assert desk.dump(tables.changes) == {"changes": []}  # a new deck is no news


def test_added_changed_retired_and_vanished(desk: Desk) -> None:
    desk.ask(question("a"), question("b"), question("c"))
    desk.sync()
    desk.ask(question("a", "Edited?"), question("d"), retired="b")
    report = desk.sync()
    assert report_of(report) == {
        "added": ["sets/d"],
        "changed": ["sets/a"],
        "retired": ["sets/b", "sets/c"],
        "vanished": ["sets/c"],
    }
    assert not report.is_first
    kinds = [(c["kind"], c["key"]) for c in desk.dump(tables.changes)["changes"]]
    assert sorted(kinds) == [
        ("added", "sets/d"),
        ("changed", "sets/a"),
        ("retired", "sets/b"),
        ("vanished", "sets/c"),
    ]


def test_a_change_keeps_both_texts(desk: Desk) -> None:
    desk.ask(question("a", "Before?"))
    desk.sync()
    desk.ask(question("a", "After?"))
    desk.sync()
    (change,) = desk.dump(tables.changes)["changes"]
    assert change["old_text"].startswith("Before?")
    assert change["new_text"].startswith("After?")


def test_a_text_edit_keeps_cards_memory_and_revlog(desk: Desk) -> None:
    desk.ask(question("a", "Before?"))
    desk.sync()
    card = desk.card("sets/a")
    desk.rate(card)
    history = desk.dump(tables.memories, tables.revlog, tables.cards)
    desk.ask(question("a", "After?"))
    desk.sync()
    assert desk.card("sets/a") == card
    assert desk.dump(tables.memories, tables.revlog, tables.cards) == history
    content = read_card(desk.writer, card)
    assert content is not None
    assert content.prompt == [["paragraph", [["text", "After?"]]]]


def test_order_and_line_follow_without_being_a_change(desk: Desk) -> None:
    desk.ask(question("a"), question("b"))
    desk.ask(question("c"), topic="maps")
    desk.sync()
    desk.ask(question("b"), question("new"), question("a"))
    assert report_of(desk.sync()) == {"added": ["sets/new"]}
    assert list(desk.cards()) == ["sets/b#1", "sets/new#1", "sets/a#1", "maps/c#1"]


def test_requires_is_not_what_a_learner_sees(desk: Desk) -> None:
    desk.ask(question("a"))
    desk.sync()
    desk.ask(question("a", "What is it?", "requires: [maps]"))
    assert desk.sync().is_empty
    assert json.loads(desk.column(tables.contents, "requires")[0]) == ["maps"]


# --- renames and moves ----------------------------------------------------------------


def test_a_rename_by_the_question(desk: Desk) -> None:
    desk.ask(question("a"))
    desk.sync()
    card = desk.card("sets/a")
    desk.rate(card)
    memory = desk.memory(card)
    desk.ask(question("b", "What is it?", "formerly: [sets/a]"))
    assert report_of(desk.sync()) == {"renamed": [("sets/a", "sets/b")]}
    assert desk.cards() == {"sets/b#1": card}
    assert desk.memory(card) == memory
    desk.write("deck.yaml", DECK + "# touched\n")
    assert desk.sync().is_empty  # it is reported once


def test_a_rename_by_the_topic(desk: Desk) -> None:
    desk.ask(question("a"), question("b"))
    desk.sync()
    cards = list(desk.cards().values())
    desk.rate(cards[0])
    desk.remove("questions/sets.yaml")
    desk.write("topics/1-basics.yaml", topics("collections", "maps", collections="sets"))
    desk.ask(question("a"), question("b"), topic="collections")
    report = desk.sync()
    assert report_of(report) == {
        "moved": [("sets/a", "collections/a"), ("sets/b", "collections/b")]
    }
    assert list(desk.cards().values()) == cards
    assert desk.memory(cards[0]).reps == 1


def test_a_move_between_topics(desk: Desk) -> None:
    desk.ask(question("a"), question("stays"))
    desk.sync()
    card = desk.card("sets/a")
    desk.ask(question("stays"))
    desk.ask(question("a", "What is it?", "formerly: [sets/a]"), topic="maps")
    assert report_of(desk.sync()) == {"moved": [("sets/a", "maps/a")]}
    assert desk.card("maps/a") == card


def test_a_chain_of_renames_over_several_syncs(desk: Desk) -> None:
    desk.ask(question("a"))
    desk.sync()
    card = desk.card("sets/a")
    desk.rate(card)
    for before, after in (("a", "b"), ("b", "c"), ("c", "d")):
        desk.ask(question(after, "What is it?", f"formerly: [sets/{before}]"))
        assert report_of(desk.sync()) == {"renamed": [(f"sets/{before}", f"sets/{after}")]}
    assert desk.card("sets/d") == card
    assert desk.memory(card).reps == 1
    assert desk.column(tables.notes, "first_key") == ["sets/a"]


def test_a_chain_of_renames_for_a_learner_who_was_away(desk: Desk) -> None:
    desk.ask(question("a"))
    desk.sync()
    card = desk.card("sets/a")
    desk.ask(question("d", "What is it?", "formerly: [sets/c, sets/b, sets/a]"))
    assert report_of(desk.sync()) == {"renamed": [("sets/a", "sets/d")]}
    assert desk.card("sets/d") == card


def test_rename_and_edit_at_once(desk: Desk) -> None:
    desk.ask(question("a", "Before?"))
    desk.sync()
    card = desk.card("sets/a")
    desk.ask(question("b", "After?", "formerly: [sets/a]"))
    report = desk.sync()
    assert report_of(report) == {"renamed": [("sets/a", "sets/b")], "changed": ["sets/b"]}
    assert desk.card("sets/b") == card


def test_formerly_added_late_merges_both_histories_by_time(desk: Desk) -> None:
    desk.ask(question("a"))
    desk.sync()
    old = desk.card("sets/a")
    first = desk.rate(old)
    desk.pass_time(3)
    second = desk.rate(old, Rating.HARD)
    desk.ask(question("b"))
    assert report_of(desk.sync())["vanished"] == ["sets/a"]
    new = desk.card("sets/b")
    desk.pass_time(2)
    third = desk.rate(new, Rating.EASY)
    desk.ask(question("b", "What is it?", "formerly: [sets/a]"))
    assert report_of(desk.sync()) == {"renamed": [("sets/a", "sets/b")]}
    assert desk.card("sets/b") == new
    assert reviews(desk, new) == [(first,), (second,), (third,)]
    memory = desk.memory(new)
    assert memory.reps == 3
    assert desk.memory(old) == NEW
    desk.rebuild()
    assert desk.memory(new) == memory
    # Undoing goes back through both, as if there had been one card all along.
    assert desk.undo() == (third, new)
    assert desk.memory(new).reps == 2


def test_a_merge_keeps_a_suspension_and_no_mark_is_lost(desk: Desk) -> None:
    desk.ask(question("a"))
    desk.sync()
    old = desk.card("sets/a")
    desk.writer.mark([old], suspended=True)
    desk.ask(question("b"))
    desk.sync()
    desk.ask(question("b", "What is it?", "formerly: [sets/a]"))
    desk.sync()
    marks = {row["card_id"]: row["suspended"] for row in desk.dump(tables.marks)["marks"]}
    assert marks == {old: True, desk.card("sets/b"): True}


def test_a_rename_to_a_key_once_used_keeps_the_cards_in_use(desk: Desk) -> None:
    desk.ask(question("a"), question("b"))
    desk.sync()
    retired, used = desk.card("sets/a"), desk.card("sets/b")
    desk.rate(retired)
    desk.ask(question("b"), retired="a")
    desk.sync()
    desk.rate(used)
    desk.ask(question("a", "What is it?", "formerly: [sets/b]"))
    desk.sync()
    assert desk.card("sets/a") == used
    assert desk.memory(used).reps == 2


def test_merges_in_a_row_leave_one_history(desk: Desk) -> None:
    for name in ("a", "b", "c"):
        desk.ask(question(name))
        desk.sync()
        desk.rate(desk.card(f"sets/{name}"))
    desk.ask(question("c", "What is it?", "formerly: [sets/b]"))
    desk.sync()
    desk.ask(question("c", "What is it?", "formerly: [sets/a, sets/b]"))
    desk.sync()
    assert desk.memory(desk.card("sets/c")).reps == 3
    assert len(desk.column(tables.revlog, "review_id")) == 3


def test_a_merge_takes_over_cards_that_the_heir_never_had(desk: Desk) -> None:
    desk.ask(cloze("a", "{{c1::x}} and {{c2::y}}"))
    desk.sync()
    second = desk.card("sets/a", 2)
    desk.rate(second)
    desk.ask(cloze("b", "{{c1::x}}"))
    desk.sync()
    desk.ask(cloze("b", "{{c1::x}} and {{c2::y}}", "formerly: [sets/a]"))
    desk.sync()
    assert desk.card("sets/b", 2) == second
    assert desk.memory(second).reps == 1


def test_a_key_can_be_used_again_by_another_question(desk: Desk) -> None:
    desk.ask(question("a"))
    desk.sync()
    moved = desk.card("sets/a")
    desk.rate(moved)
    desk.ask(question("b", "What is it?", "formerly: [sets/a]"))
    desk.sync()
    desk.ask(question("b"), question("a", "Something else?"))
    assert report_of(desk.sync()) == {"added": ["sets/a"]}
    assert desk.card("sets/b") == moved
    assert desk.memory(desk.card("sets/a")) == NEW
    # Anki knows a note by its first key: two notes never share one.
    first_keys = [row[2] for row in desk.writer.rows(EXPORT_NOTES)]
    assert sorted(first_keys) == ["sets/a", "sets/a~2"]


# --- clozes -----------------------------------------------------------------------------


def test_cloze_numbers_come_and_go_with_their_cards(desk: Desk) -> None:
    desk.ask(cloze("a", "{{c1::x}} and {{c2::y}}"))
    desk.sync()
    first, second = desk.cards().values()
    desk.rate(second)
    memory = desk.memory(second)
    desk.ask(cloze("a", "{{c1::x}} and y"))
    desk.sync()
    assert desk.cards() == {"sets/a#1": first}
    desk.ask(cloze("a", "{{c1::x}}, {{c2::y}} and {{c3::z}}"))
    desk.sync()
    assert list(desk.cards().values())[:2] == [first, second]
    assert len(desk.cards()) == 3
    assert desk.memory(second) == memory


def test_a_question_becomes_a_cloze(desk: Desk) -> None:
    desk.ask(question("a"))
    desk.sync()
    card = desk.card("sets/a")
    desk.rate(card)
    desk.ask(cloze("a", "{{c1::x}} and {{c2::y}}"))
    assert report_of(desk.sync()) == {"changed": ["sets/a"]}
    assert desk.card("sets/a") == card
    assert desk.memory(card).reps == 1
    assert len(desk.cards()) == 2


# --- retirement ------------------------------------------------------------------------


@pytest.mark.parametrize("edited", [False, True])
def test_a_question_that_comes_back_has_its_history(desk: Desk, edited: bool) -> None:
    desk.ask(question("a"), question("b"))
    desk.sync()
    card = desk.card("sets/a")
    desk.rate(card)
    memory = desk.memory(card)
    desk.ask(question("b"), retired="a")
    desk.sync()
    assert list(desk.cards()) == ["sets/b#1"]
    desk.ask(question("a", "Edited?" if edited else "What is it?"), question("b"))
    assert report_of(desk.sync()) == {"revived": ["sets/a"]}
    assert desk.card("sets/a") == card
    assert desk.memory(card) == memory


def test_a_topic_retired_on_purpose_takes_its_questions(desk: Desk) -> None:
    desk.ask(question("a"))
    desk.ask(question("b"), topic="maps")
    desk.sync()
    desk.remove("questions/maps.yaml")
    desk.write("topics/1-basics.yaml", topics("sets", retired="maps"))
    assert report_of(desk.sync()) == {"retired": ["maps/b"]}


# --- mistakes ---------------------------------------------------------------------------


def test_a_broken_file_keeps_its_last_compiled_cards(desk: Desk) -> None:
    desk.ask(question("a"), question("b"))
    desk.sync()
    cards, contents = desk.cards(), desk.dump(tables.contents)
    desk.write("questions/sets.yaml", "topic: sets\nquestions: [")
    report = desk.sync()
    assert report.is_empty
    assert [p.location.path for p in report.problems if p.is_error] == ["questions/sets.yaml"]
    assert desk.cards() == cards
    assert desk.dump(tables.contents) == contents
    desk.ask(question("a", "Edited?"), question("b"))
    assert report_of(desk.sync()) == {"changed": ["sets/a"]}


@pytest.mark.parametrize("path", ["topics/1-basics.yaml", "references.yaml", "deck.yaml"])
def test_any_file_may_break(desk: Desk, path: str) -> None:
    desk.ask(question("a"))
    desk.sync()
    derived = desk.dump(tables.contents, tables.live_cards, tables.topics, tables.works)
    desk.write(path, "id: small\n[")
    assert desk.sync().is_empty
    assert desk.dump(tables.contents, tables.live_cards, tables.topics, tables.works) == derived


def test_a_file_broken_on_the_first_sync_does_not_stop_others(desk: Desk) -> None:
    desk.ask(question("a"))
    desk.write("questions/maps.yaml", "topic: maps\nquestions: [")
    report = desk.sync()
    assert report_of(report) == {"added": ["sets/a"]}
    assert len([p for p in report.problems if p.is_error]) == 1
    desk.ask(question("b"), topic="maps")
    assert report_of(desk.sync()) == {"added": ["maps/b"]}


def test_an_unknown_topic_concerns_its_file_alone_and_heals(desk: Desk) -> None:
    desk.ask(question("a"))
    desk.ask(question("b"), topic="graphs")
    assert report_of(desk.sync()) == {"added": ["sets/a"]}
    desk.write("topics/1-basics.yaml", topics("sets", "maps", "graphs"))
    assert report_of(desk.sync()) == {"added": ["graphs/b"]}


def test_a_topic_that_goes_and_comes_back(desk: Desk) -> None:
    desk.ask(question("a"))
    desk.ask(question("b"), topic="maps")
    desk.sync()
    cards = desk.cards()
    desk.write("topics/1-basics.yaml", topics("sets"))
    report = desk.sync()
    assert report.is_empty  # nothing is retired because of a mistake
    assert list(desk.cards()) == ["sets/a#1"]
    assert [row[1] for row in desk.writer.rows(EXPORT_NOTES)] == ["sets/a"]
    desk.write("topics/1-basics.yaml", topics("sets", "maps"))
    assert desk.sync().is_empty
    assert desk.cards() == cards


def test_a_file_left_out_comes_back_while_it_is_broken(desk: Desk) -> None:
    desk.ask(question("a"))
    desk.ask(question("b"), topic="maps")
    desk.sync()
    cards = desk.cards()
    desk.write("questions/maps.yaml", "topic: maps\nquestions: [")
    desk.write("topics/1-basics.yaml", topics("sets"))
    desk.sync()
    assert list(desk.cards()) == ["sets/a#1"]
    desk.write("topics/1-basics.yaml", topics("sets", "maps"))
    assert desk.sync().is_empty
    assert desk.cards() == cards
    assert read_card(desk.writer, cards["maps/b#1"]) is not None


def test_a_question_whose_new_home_is_broken_is_not_retired(desk: Desk) -> None:
    desk.ask(question("a"), question("stays"))
    desk.sync()
    card = desk.card("sets/a")
    desk.ask(question("stays"))
    desk.write("questions/maps.yaml", "topic: maps\nquestions: [")
    assert desk.sync().is_empty
    desk.ask(question("a", "What is it?", "formerly: [sets/a]"), topic="maps")
    assert report_of(desk.sync()) == {"moved": [("sets/a", "maps/a")]}
    assert desk.card("maps/a") == card


def test_a_file_that_waits_for_a_broken_one_is_read_when_that_is_mended(desk: Desk) -> None:
    desk.ask(question("a"))
    desk.ask(question("b"), topic="maps")
    desk.sync()
    card = desk.card("sets/a")
    desk.write("questions/sets.yaml", "topic: sets\nquestions: [")
    desk.sync()
    desk.ask(question("a", "What is it?", "formerly: [sets/a]"), topic="maps")
    report = desk.sync()
    assert report.is_empty
    assert {p.location.path for p in report.problems if p.is_error} == {
        "questions/sets.yaml",
        "questions/maps.yaml",
    }
    desk.ask()
    assert report_of(desk.sync())["moved"] == [("sets/a", "maps/a")]
    assert desk.card("maps/a") == card


def test_a_file_renamed_and_then_unlinkable_retires_nothing(desk: Desk) -> None:
    desk.ask(question("a"))
    desk.ask(question("b"), topic="maps")
    desk.sync()
    desk.remove("questions/maps.yaml")
    desk.write("questions/functions.yaml", questions("maps", question("b")))
    assert desk.sync().is_empty
    assert "questions/functions.yaml" in desk.column(tables.notes, "path")
    desk.write("topics/1-basics.yaml", topics("sets"))
    assert desk.sync().is_empty


@pytest.mark.parametrize("role", ["link out of the deck", "folder"])
def test_a_file_that_cannot_be_read_is_broken_and_not_gone(desk: Desk, role: str) -> None:
    desk.ask(question("a"))
    desk.sync()
    cards = desk.cards()
    file = desk.root / "questions/sets.yaml"
    text = file.read_text()
    file.unlink()
    file.symlink_to("/dev/null" if role != "folder" else desk.root / "topics")
    report = desk.sync()
    assert report.is_empty
    assert desk.cards() == cards
    assert any(p.is_error for p in report.problems)
    file.unlink()
    file.write_text(text)
    assert desk.sync().is_empty
    assert desk.cards() == cards


# --- nothing to do --------------------------------------------------------------------


def test_nothing_changed_is_empty_and_writes_nothing(desk: Desk) -> None:
    desk.ask(question("a"))
    desk.sync()
    with desk.writer.engine.connect() as connection:
        before = connection.exec_driver_sql("SELECT total_changes()").scalar()
    assert desk.sync().is_empty
    with desk.writer.engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT total_changes()").scalar() == before


def test_only_changed_files_are_read_again(desk: Desk) -> None:
    desk.ask(question("a"))
    desk.ask(question("b"), topic="maps")
    desk.sync()
    # If the outline says another line than the file, it can be seen which of the two was read.
    sources = tables.sources
    with desk.writer.engine.begin() as connection:
        path = sources.c.path == "questions/sets.yaml"
        outline = connection.execute(select(sources.c.outline).where(path)).scalar_one()
        forged = outline.replace('["a",3,', '["a",33,')
        assert forged != outline
        connection.execute(update(sources).where(path).values(outline=forged))
    desk.ask(question("b", "Edited?"), topic="maps")
    assert desk.sync().changed == ["maps/b"]
    assert desk.column(tables.contents, "line") == [33, 3]


def test_times_of_files_mean_nothing(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MLREADY_STORE", str(desk.root.parent / "progress.sqlite3"))
    desk.ask(question("a", "Before?"))
    file = desk.root / "questions/sets.yaml"
    os.utime(file, (1000, 1000))
    assert open_progress(desk.root, 1000).report is not None
    os.utime(file, (2000, 2000))
    assert open_progress(desk.root, 2000).report is None
    desk.ask(question("a", "Edited"))  # as long as before
    os.utime(file, (2000, 2000))
    progress = open_progress(desk.root, 3000)
    assert progress.report is not None
    assert progress.report.changed == ["sets/a"]


def test_opening_knows_of_mistakes_without_a_sync(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MLREADY_STORE", str(desk.root.parent / "progress.sqlite3"))
    desk.ask(question("a"))
    desk.write("questions/other.yml", "not read")
    desk.write("questions/maps.yaml", "topic: maps\nquestions: [")
    assert open_progress(desk.root, 1000).errors == 2
    again = open_progress(desk.root, 2000)
    assert (again.report, again.errors) == (None, 2)


def test_a_new_picture_mends_what_lacked_it(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MLREADY_STORE", str(desk.root.parent / "progress.sqlite3"))
    desk.ask(question("a", "What is ![a set](set.svg)?"))
    assert open_progress(desk.root, 1000).errors == 1
    desk.write("media/set.svg", "<svg/>")
    progress = open_progress(desk.root, 2000)
    assert progress.errors == 0
    assert progress.report is not None
    assert progress.report.added == ["sets/a"]


# --- what other programs go by --------------------------------------------------------


def test_a_fresh_store_knows_what_a_renamed_question_was_first_called(desk: Desk) -> None:
    desk.ask(question("c", "What is it?", "formerly: [sets/a, sets/b]"), question("d"))
    desk.sync()
    assert desk.column(tables.notes, "first_key") == ["sets/a", "sets/d"]


def test_a_topic_that_is_known_stays_known_under_a_new_name(desk: Desk) -> None:
    desk.ask(question("a"))
    desk.sync()
    desk.writer.set_known(["sets"], 1, known=True)
    topics = desk.root / "topics" / "1-basics.yaml"
    text = topics.read_text(encoding="utf-8")
    assert "id: sets," in text
    text = text.replace("[sets]", "[groups]").replace("id: sets,", "id: groups, formerly: [sets],")
    topics.write_text(text, encoding="utf-8")
    desk.remove("questions/sets.yaml")
    desk.ask(question("a"), topic="groups")
    desk.sync()
    assert desk.column(tables.known_topics, "topic") == ["groups"]


def test_a_change_is_later_than_the_last_one_even_if_the_clock_was_set_back(desk: Desk) -> None:
    desk.ask(question("a"))
    desk.sync()
    before = desk.column(tables.notes, "changed_at")[0]
    desk.now_ms -= 10 * DAY_MS
    desk.ask(question("a", "What else?"))
    desk.sync()
    assert desk.column(tables.notes, "changed_at")[0] == before + 1000


def test_another_picture_under_the_same_name_is_a_change(desk: Desk) -> None:
    desk.ask(question("a", "'![drawn](a.png)'"), question("b"))
    desk.write("media/a.png", "one")
    desk.sync()
    before = desk.column(tables.notes, "changed_at")
    desk.now_ms += DAY_MS
    desk.write("media/a.png", "two!")
    assert desk.sync().is_empty
    assert desk.column(tables.notes, "changed_at") == [desk.now_ms, before[1]]


def test_another_compiler_compiles_everything_anew(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.ask(question("a"))
    desk.sync()
    with desk.writer.engine.begin() as connection:
        connection.execute(tables.contents.update().values(body="[]"))
        connection.execute(tables.sources.update().values(outline="[1, 2]"))
    assert desk.sync().is_empty
    assert desk.column(tables.contents, "body") == ["[]"]
    monkeypatch.setattr("mlready.content.folder.COMPILER_VERSION", 99)
    assert desk.sync().is_empty
    assert "What is it?" in desk.column(tables.contents, "body")[0]


# --- renames that are taken back, and renames on top of each other ---------------------


def test_a_rename_that_is_taken_back_takes_the_history_back(desk: Desk) -> None:
    desk.ask(question("a"))
    desk.sync()
    card = desk.card("sets/a")
    desk.rate(card)
    desk.ask(question("b", "What is it?", "formerly: [sets/a]"))
    desk.sync()
    desk.ask(question("a"))
    assert report_of(desk.sync()) == {"renamed": [("sets/b", "sets/a")]}
    assert desk.cards() == {"sets/a#1": card}


def test_a_store_that_missed_the_name_in_between_follows_all_the_same(desk: Desk) -> None:
    desk.ask(question("a"))
    desk.sync()
    card = desk.card("sets/a")
    desk.rate(card)
    topics = desk.root / "topics" / "1-basics.yaml"
    text = topics.read_text(encoding="utf-8")
    text = text.replace("[sets]", "[groups]").replace("id: sets,", "id: groups, formerly: [sets],")
    topics.write_text(text, encoding="utf-8")
    desk.remove("questions/sets.yaml")
    desk.ask(question("b", "What is it?", "formerly: [groups/a]"), topic="groups")
    desk.sync()
    assert desk.cards() == {"groups/b#1": card}
    assert desk.column(tables.notes, "first_key") == ["sets/a"]


def test_a_topic_that_takes_in_another_does_not_mix_questions_of_one_name(desk: Desk) -> None:
    desk.ask(question("definition", "Define a set."))
    desk.ask(question("definition", "Define a map."), topic="maps")
    desk.sync()
    mine, other = desk.card("maps/definition"), desk.card("sets/definition")
    desk.rate(mine)
    desk.rate(other)
    memory = desk.memory(mine)
    topics = desk.root / "topics" / "1-basics.yaml"
    listed = (
        "topics:\n  - {id: maps, title: Maps, prerequisites: [], why: All., formerly: [sets]}\n"
    )
    topics.write_text(listed, encoding="utf-8")
    desk.remove("questions/sets.yaml")
    assert desk.sync().vanished == ["sets/definition"]
    assert desk.memory(mine) == memory


def test_nothing_new_is_built_on_a_file_that_cannot_be_read(desk: Desk) -> None:
    desk.write("questions/sets.yaml", "topic: sets\nquestions:\n  - id: [\n")
    desk.ask(question("a"), topic="maps")
    desk.sync()
    rows = desk.writer.rows("SELECT topic, unreadable FROM topics ORDER BY topic")
    assert [(topic, bool(unreadable)) for topic, unreadable in rows] == [
        ("maps", False),
        ("sets", True),
    ]


def test_a_fresh_machine_learns_first_keys_from_the_lock(desk: Desk) -> None:
    desk.ask(question("b"), question("a", "Something else?"))
    notes = {
        "sets/a": LockedNote("sets/b", 1, 1000, (), 5, "0123456789abcdef"),
        "sets/a~2": LockedNote("sets/a", 1, 2000, (), 5, "0123456789abcdef"),
    }
    write_lock(desk.root / "anki.lock", Lock(notes))
    desk.sync()
    found = {row[1]: row[2] for row in desk.writer.rows(EXPORT_NOTES)}
    assert found == {"sets/b": "sets/a", "sets/a": "sets/a~2"}


def test_a_question_that_was_renamed_has_the_older_right_to_its_first_key(desk: Desk) -> None:
    desk.ask(question("a"), question("c", "What is it?", "formerly: [sets/b]"))
    write_lock(
        desk.root / "anki.lock",
        Lock({"sets/a": LockedNote("sets/b", 1, 1, (), 5, "0123456789abcdef")}),
    )
    desk.sync()
    found = {row[1]: row[2] for row in desk.writer.rows(EXPORT_NOTES)}
    assert found == {"sets/c": "sets/a", "sets/a": "sets/a~2"}


def test_a_damaged_lock_keeps_nobody_from_reviewing(desk: Desk) -> None:
    desk.ask(question("a"))
    (desk.root / "anki.lock").write_bytes(b"\xff")
    assert report_of(desk.sync()) == {"added": ["sets/a"]}
