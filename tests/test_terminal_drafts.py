"""A text being written: nothing typed is lost or moved, and the cursor never splits a character."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mlready.mathtext.widths import width_of
from mlready.terminal.editor.drafts import Draft, edited, is_boundary, lay_out, row_of, written
from mlready.terminal.keyboard import (
    DELETE,
    DOWN,
    FIRST,
    LAST,
    LEFT,
    RIGHT,
    UP,
    WORD_LEFT,
    WORD_RIGHT,
)

MOVES = [LEFT, RIGHT, WORD_LEFT, WORD_RIGHT, FIRST, LAST, UP, DOWN, "\x01", "\x02", "\x05", "\x06"]
DELETIONS = ["\x7f", "\x08", DELETE, "\x0b", "\x15", "\x17"]
ACUTE, JOINER, SKIN, ENCLOSING = "\u0301", "\u200d", "\U0001f3fd", "\u20dd"
PIECES = ["a", "b", " ", "é", "∑", "語", ACUTE, JOINER, SKIN, ENCLOSING, "👩", "\n", "$", "\\"]
TEXTS = st.lists(st.sampled_from(PIECES), max_size=30).map("".join)


def draft_at(marked: str) -> Draft:
    """A draft from its text, with | for the cursor."""
    return Draft(marked.replace("|", ""), marked.index("|"))


def marked(draft: Draft) -> str:
    """The text with | for the cursor."""
    return f"{draft.text[: draft.cursor]}|{draft.text[draft.cursor :]}"


@st.composite
def drafts(draw: st.DrawFn) -> Draft:
    """Drafts with the cursor wherever it may stand."""
    text = draw(TEXTS)
    places = [at for at in range(len(text) + 1) if is_boundary(text, at)]
    return Draft(text, draw(st.sampled_from(places)))


@pytest.mark.parametrize(
    ("before", "key", "after"),
    [
        ("ab|c", "d", "abd|c"),
        ("ab|c", "\x7f", "a|c"),
        ("|abc", "\x7f", "|abc"),
        ("ab|c", DELETE, "ab|"),
        ("abc|", DELETE, "abc|"),
        ("the sum  of|", WORD_LEFT, "the sum  |of"),
        ("the sum  |of", WORD_LEFT, "the |sum  of"),
        ("the| sum  of", WORD_RIGHT, "the sum|  of"),
        (r"\fra|c{a}{b}", WORD_RIGHT, r"\frac|{a}{b}"),
        ("one\ntw|o", FIRST, "one\n|two"),
        ("one\n|two", "\x01", "one\n|two"),
        ("o|ne\ntwo", "\x05", "one|\ntwo"),
        ("one t|wo\nthree", "\x0b", "one t|\nthree"),
        ("one|\nthree", "\x0b", "one|three"),
        ("one\nt|wo", "\x15", "one\n|wo"),
        ("one\n|two", "\x15", "one|two"),
        ("the  sum $x$  |y", "\x17", "the  sum |y"),
        (f"e{ACUTE}|", LEFT, f"|e{ACUTE}"),
        (f"|e{ACUTE}x", RIGHT, f"e{ACUTE}|x"),
        (f"ae{ACUTE}|", "\x7f", "a|"),
        (f"a|{ACUTE}".replace("|", "") + "|", "\x7f", "|"),
        (f"|{ACUTE}", "a", f"a{ACUTE}|"),  # what was typed has joined what follows
        (f"👩{JOINER}👩{SKIN}|", LEFT, f"|👩{JOINER}👩{SKIN}"),
        ("a|b", "\x00", "a|b"),
        ("a|b", "unknown", "a|b"),
        ("a|b", "\t", "a|b"),
        ("a|b", "pasted: x\ty\x1b[2J", "ax y�[2J|b"),
        ("a|b", "pasted: x\r\ny", "ax y|b"),
        ("a|b", "\r", "a |b"),
    ],
)
def test_keys_edit_a_line(before: str, key: str, after: str) -> None:
    assert marked(edited(draft_at(before), key)) == after


@pytest.mark.parametrize(
    ("before", "key", "after"),
    [
        ("a|b", "\r", "a\n|b"),
        ("a|b", "\n", "a\n|b"),
        ("a|b", "pasted: x\r\ny\rz\tw", "ax\ny\nz    w|b"),
        ("first\nse|cond", UP, "fi|rst\nsecond"),
        ("fi|rst\nsecond", DOWN, "first\nse|cond"),
        ("first|\nab\nthird", DOWN, "first\nab|\nthird"),
        ("語語語|\nabcdefg", DOWN, "語語語\nabcdef|g"),
        ("fi|rst", UP, "fi|rst"),
        ("one two th|ree four", UP, "on|e two three four"),  # rows of ten columns
        ("one two| three four", DOWN, "one two three f|our"),
        ("one two th|ree four", DOWN, "one two th|ree four"),
    ],
)
def test_keys_edit_many_lines(before: str, key: str, after: str) -> None:
    assert marked(edited(draft_at(before), key, width=10, many_lines=True)) == after


def test_what_was_removed_last_can_be_put_back() -> None:
    draft = edited(draft_at("one two|"), "\x17")
    assert marked(draft) == "one |"
    for key in (FIRST, "x", "\x7f", "\x0b", "\x0b"):
        draft = edited(draft, key)
    assert marked(draft) == "|"
    assert marked(edited(draft, "\x19")) == "one |"


def test_what_does_not_fit_is_counted() -> None:
    draft = edited(draft_at("abcd|"), "pasted: efgh", longest=6)
    assert marked(draft) == "abcdef|"
    assert draft.notice == "Full at 6 characters: 2 did not fit"
    assert edited(draft, LEFT, longest=6).notice == ""
    assert edited(draft, "g", longest=6).text == "abcdef"


@given(drafts(), st.lists(st.sampled_from([*MOVES, *DELETIONS, "\x19", "\r", *PIECES])))
def test_the_cursor_is_always_where_it_may_stand(draft: Draft, keys: list[str]) -> None:
    for key in keys:
        draft = edited(draft, key, width=7, many_lines=True)
        assert is_boundary(draft.text, draft.cursor)


@given(drafts(), st.sampled_from(MOVES), st.integers(1, 12))
def test_moving_changes_no_text(draft: Draft, key: str, width: int) -> None:
    assert edited(draft, key, width=width).text == draft.text


@given(drafts(), st.lists(st.sampled_from(PIECES)))
def test_what_is_typed_stands_where_the_cursor_was(draft: Draft, typed: list[str]) -> None:
    text, at = draft.text, draft.cursor
    for letter in [*typed, f"pasted: {''.join(typed)}"]:
        draft = edited(draft, letter, many_lines=True)
        assert len(draft.text) == len(text) + len(letter.removeprefix("pasted: "))
        added = letter.removeprefix("pasted: ")
        assert draft.text == text[:at] + added + text[at:]
        text, at = draft.text, draft.cursor


@given(drafts(), st.sampled_from(DELETIONS))
def test_deleting_takes_one_piece_at_the_cursor(draft: Draft, key: str) -> None:
    after = edited(draft, key)
    lost = len(draft.text) - len(after.text)
    before = draft.text[: draft.cursor]
    starts = {draft.cursor, len(before) - lost}
    assert after.text in {draft.text[:at] + draft.text[at + lost :] for at in starts if at >= 0}


@given(TEXTS, st.integers(1, 12))
def test_rows_hold_the_whole_text_and_fit(text: str, width: int) -> None:
    rows = lay_out(text, width)
    at = 0
    for row in rows:
        assert row.start - at in {0, 1}
        assert text[at : row.start] in {"", "\n"}
        at = row.end
        shown = text[row.start : row.end]
        assert "\n" not in shown
        kept = shown.removesuffix(" ")
        one = not any(is_boundary(kept, at) for at in range(1, len(kept)))
        assert one or width_of(kept) <= width
        assert is_boundary(text, row.start)
    assert at == len(text)


def test_rows_break_behind_blanks() -> None:
    text = "the sum of all squares_of_everything is 1"
    rows = [text[start:end] for start, end in lay_out(text, 10)]
    assert rows == ["the sum of ", "all ", "squares_of", "_everythin", "g is 1"]


@given(drafts(), st.integers(1, 12))
def test_the_cursor_is_in_the_row_it_is_said_to_be_in(draft: Draft, width: int) -> None:
    rows = lay_out(draft.text, width)
    row = rows[row_of(rows, draft.cursor)]
    assert row.start <= draft.cursor <= row.end


@settings(deadline=None)
@given(st.text(), st.booleans())
def test_nothing_a_terminal_obeys_is_written(text: str, many_lines: bool) -> None:
    kept = written(text, many_lines=many_lines)
    assert not any(letter < " " or "\x7f" <= letter < "\xa0" for letter in kept.replace("\n", ""))
    assert many_lines or "\n" not in kept
