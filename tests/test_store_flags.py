"""Flags are kept for good, and follow their card through every change of the deck."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlready.errors import StoreError, UsageError
from mlready.store import tables
from mlready.store.flags import (
    MAX_NOTE,
    OpenFlag,
    add_flag,
    flags_of,
    read_flags,
    resolve_flags,
    storable,
)
from scheduler.memory import Rating
from tests.store_fixtures import Desk, cloze, desk, question, topics

__all__ = ["desk"]


@pytest.fixture
def flagged(desk: Desk) -> Desk:
    """A desk with the questions a and b, the second flagged as unclear."""
    desk.ask(question("a"), question("b"))
    desk.sync()
    add_flag(desk.writer, desk.card("sets/b"), "unclear", "Which set?", 5)
    return desk


def places(desk: Desk) -> list[tuple[str, str, int | None]]:
    """Key, file and line of each open flag."""
    return [(flag.card_key, flag.path, flag.line) for flag in read_flags(desk.writer)]


def test_a_flag_names_its_question_and_its_place(flagged: Desk) -> None:
    (flag,) = read_flags(flagged.writer)
    assert (flag.card_key, flag.path, flag.line) == ("sets/b", "questions/sets.yaml", 8)
    assert (flag.reason, flag.note, flag.flagged_at) == ("unclear", "Which set?", 5)
    assert (flag.resolved_at, flag.retired) == (None, False)


def test_the_line_is_that_of_the_question_now(flagged: Desk) -> None:
    flagged.ask(question("first"), question("a"), question("b"))
    flagged.sync()
    assert places(flagged) == [("sets/b", "questions/sets.yaml", 13)]


def test_a_flag_follows_a_rename_and_a_move(flagged: Desk) -> None:
    flagged.ask(question("a"), question("z", "What is it?", "formerly: [sets/b]"))
    flagged.sync()
    assert places(flagged) == [("sets/z", "questions/sets.yaml", 8)]
    flagged.ask(question("a"))
    flagged.ask(question("z", "What is it?", "formerly: [sets/z]"), topic="maps")
    flagged.sync()
    assert places(flagged) == [("maps/z", "questions/maps.yaml", 3)]
    flagged.write("topics/1-basics.yaml", topics("sets", "charts", charts="maps"))
    flagged.remove("questions/maps.yaml")
    flagged.ask(question("z"), topic="charts")
    flagged.sync()
    assert places(flagged) == [("charts/z", "questions/charts.yaml", 3)]


def test_a_flag_of_a_question_that_is_gone_is_kept_and_comes_back_with_it(flagged: Desk) -> None:
    flagged.ask(question("a"), retired="b")
    flagged.sync()
    (flag,) = read_flags(flagged.writer)
    assert (flag.card_key, flag.path, flag.line) == ("sets/b", "questions/sets.yaml", None)
    assert flag.retired
    flagged.ask(question("a"), question("b"))
    flagged.sync()
    assert places(flagged) == [("sets/b", "questions/sets.yaml", 8)]


def test_two_questions_that_become_one_share_their_flags(flagged: Desk) -> None:
    heir = flagged.card("sets/a")
    add_flag(flagged.writer, heir, "wrong", "", 6)
    flagged.rate(heir)
    flagged.rate(flagged.card("sets/b"), Rating.EASY)
    flagged.ask(question("a", "What is it?", "formerly: [sets/b]"))
    flagged.sync()
    assert places(flagged) == [("sets/a", "questions/sets.yaml", 3)] * 2
    notes = [(flag.reason, flag.note) for flag in flags_of(flagged.writer, flagged.card("sets/a"))]
    assert notes == [("unclear", "Which set?"), ("wrong", "")]


def test_a_file_that_is_broken_leaves_its_flags_where_they_were(flagged: Desk) -> None:
    before = places(flagged)
    flagged.write("questions/sets.yaml", "topic: [sets\n")
    flagged.sync()
    assert places(flagged) == before


def test_rebuilding_leaves_flags_alone(flagged: Desk) -> None:
    before = flagged.dump(tables.flags)
    flagged.rebuild()
    assert flagged.dump(tables.flags) == before
    assert tables.flags.info["history"]


def test_a_flag_that_was_dealt_with_is_kept(flagged: Desk) -> None:
    card = flagged.card("sets/b")
    assert flags_of(flagged.writer, card) == [OpenFlag("unclear", "Which set?", 5)]
    assert resolve_flags(flagged.writer, [1], 9) == 1
    assert resolve_flags(flagged.writer, [1, 77], 10) == 0
    assert flags_of(flagged.writer, card) == []
    assert read_flags(flagged.writer) == []
    (flag,) = read_flags(flagged.writer, resolved=True)
    assert flag.resolved_at == 9
    assert resolve_flags(flagged.writer, [1], None) == 1
    assert resolve_flags(flagged.writer, [1], None) == 0
    assert flags_of(flagged.writer, card) == [OpenFlag("unclear", "Which set?", 5)]


def test_a_card_of_several_is_named_with_its_number_even_when_its_hole_is_gone(desk: Desk) -> None:
    desk.ask(cloze("e", "{{c1::x}} and {{c2::y}}"))
    desk.sync()
    add_flag(desk.writer, desk.card("sets/e", 2), "wrong", "", 1)
    assert places(desk) == [("sets/e#2", "questions/sets.yaml", 3)]
    desk.ask(cloze("e", "{{c1::x}} and y"))
    desk.sync()
    assert places(desk) == [("sets/e#2", "questions/sets.yaml", 3)]


def test_flags_come_in_the_order_of_files_and_lines(flagged: Desk) -> None:
    flagged.ask(question("m"), topic="maps")
    flagged.sync()
    for key in ("sets/a", "maps/m", "sets/b"):
        add_flag(flagged.writer, flagged.card(key), "wrong", "", 7)
    assert [flag.card_key for flag in read_flags(flagged.writer)] == [
        "maps/m", "sets/a", "sets/b", "sets/b",
    ]  # fmt: skip


def test_a_note_too_long_and_a_card_that_never_was_are_refused(flagged: Desk) -> None:
    with pytest.raises(UsageError, match="2,001 characters is too long"):
        add_flag(flagged.writer, 1, "wrong", "x" * (MAX_NOTE + 1), 1)
    with pytest.raises(StoreError):
        add_flag(flagged.writer, 999, "wrong", "", 1)
    assert len(read_flags(flagged.writer, resolved=True)) == 1


def test_a_note_is_kept_as_it_was_typed(flagged: Desk) -> None:
    note = "the “range”  is \x1b[31m$b-a$\n\tand 概率; 'quoted' \"twice\""
    add_flag(flagged.writer, flagged.card("sets/a"), "wrong", note, 1)
    (flag,) = flags_of(flagged.writer, flagged.card("sets/a"))
    assert flag.note == note


def test_what_cannot_be_stored_at_all_becomes_a_mark(flagged: Desk) -> None:
    add_flag(flagged.writer, flagged.card("sets/a"), "wrong", "a\0b\ud800c", 1)
    (flag,) = flags_of(flagged.writer, flagged.card("sets/a"))
    assert flag.note == "a�b�c"


@given(st.text(st.characters()))
def test_every_text_can_be_stored_and_keeps_its_length(text: str) -> None:
    assert len(storable(text)) == len(text)
    storable(text).encode("utf-8")
