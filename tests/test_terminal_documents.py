"""Documents as terminal text, and that nothing in them is obeyed by a terminal."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mlready.study.news import Change
from mlready.study.outlook import Outlook
from mlready.study.session import Given, Tally
from mlready.terminal import closing_screens, overview_screens, review_screens
from mlready.terminal.display import Look
from mlready.terminal.document_view import DocumentView, clean
from scheduler.memory import Rating
from tests.study_fixtures import FixedDisplay

STYLES = re.compile(r"\x1b\[[0-9;]*m")
OBEYED = re.compile("[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
HOSTILE = "a\x1b]0;title\x07b\x1b[2Jc\x9b31md\u202ee\r\bf\ud800"


def show(document: Any, width: int = 40, **view: Any) -> str:
    """The document's lines, without styles."""
    display = FixedDisplay(width, plain=True)
    return "\n".join(display.render(DocumentView(**view).render(document)))


def paragraph(*inlines: Any) -> list[Any]:
    """A document of one paragraph."""
    return [["paragraph", list(inlines)]]


def test_blocks_stand_apart_and_lists_hang() -> None:
    document = [
        ["heading", 2, [["text", "Title"]]],
        ["bullet_list", [paragraph(["text", "one two three four five six"])]],
        ["ordered_list", 9, [paragraph(["text", "nine"]), paragraph(["text", "ten"])]],
        ["quote", paragraph(["text", "said"])],
        ["code_block", "python", "x = 1\n\ty = 2\n"],
        ["rule"],
    ]
    assert show(document, 20).splitlines() == [
        *("Title", "", "• one two three four", "  five six", "", "9. nine", "10. ten"),
        *("", "│ said", "", "    x = 1", "        y = 2", "", "       * * *"),
    ]


def test_mathematics_shows_as_its_source_and_display_on_lines_of_its_own() -> None:
    document = paragraph(
        ["text", "So "], ["math", "x^2"], ["display_math", " a+b "], ["text", "holds."]
    )
    assert show(document) == "So $x^2$\n    a+b\nholds."


def test_a_long_formula_is_wrapped_and_not_cut() -> None:
    tex = " + ".join(f"x_{{{number}}}" for number in range(30))
    shown = show([["display_math", tex]], 40)
    assert all(len(line) <= 40 for line in shown.splitlines())
    assert shown.split() == tex.split()


def test_links_pictures_tables_and_line_breaks() -> None:
    document = [
        *paragraph(["link", "https://x.org", [["text", "there"]]], ["line_break"], ["code", "c"]),
        *paragraph(["image", "p.svg", "a triangle"], ["image", "q.svg", ""]),
        ["table", ["left", "right"], [[[["text", "a"]], [["text", "b"]]], [[], [["math", "1"]]]]],
    ]
    shown = show(document)
    assert "there <https://x.org>\nc" in shown
    assert "[picture: a triangle][picture: q.svg]" in shown
    assert re.search(r"a +b\n", shown)
    assert "$1$" in shown


HOLES = paragraph(
    ["text", "A "],
    ["cloze", 1, "", [["strong", [["text", "set"]]]]],
    ["text", " has "],
    ["cloze_math", False, ["2^", ["cloze", 2, "how", "n"]]],
    ["text", " subsets."],
)


@pytest.mark.parametrize(
    ("view", "shown"),
    [
        ({"hole": 1, "revealed": False}, "A […] has $2^n$ subsets."),
        ({"hole": 2, "revealed": False}, "A set has $2^[how]$ subsets."),
        ({"hole": 2, "revealed": True}, "A set has $2^n$ subsets."),
        ({"hole": 2, "revealed": True, "styled": False}, "A set has $2^[n]$ subsets."),
        ({}, "A set has $2^n$ subsets."),
    ],
)
def test_a_cloze_asks_for_its_own_hole_alone(view: dict[str, Any], shown: str) -> None:
    assert show(HOLES, **view) == shown


def test_a_displayed_cloze_stands_by_itself() -> None:
    document = paragraph(["text", "So"], ["cloze_math", True, ["x=", ["cloze", 1, "", "2"]]])
    assert show(document, hole=1, revealed=False) == "So\n    x=[…]"


def test_what_a_terminal_would_obey_is_replaced() -> None:
    assert clean("a\nb\tc") == "a b c"
    assert clean("a\nb\tc", lines=True) == "a\nb    c"
    assert clean(HOSTILE) == "a�]0;title�b�[2Jc�31md�e��f�"
    assert not OBEYED.search(clean(HOSTILE))


texts = st.text(st.characters() | st.sampled_from("\x1b\x07\x9b\u202e\n\r\t[]0;m"), max_size=20)
inlines = st.recursive(
    st.one_of(
        st.tuples(st.sampled_from(["text", "code", "math", "display_math"]), texts),
        st.tuples(st.just("image"), texts, texts),
        st.just(["line_break"]),
        st.tuples(
            st.just("cloze_math"),
            st.booleans(),
            st.lists(texts | st.tuples(st.just("cloze"), st.integers(1, 2), texts, texts)),
        ),
    ),
    lambda inner: st.one_of(
        st.tuples(st.sampled_from(["emphasis", "strong"]), st.lists(inner, max_size=3)),
        st.tuples(st.just("link"), texts, st.lists(inner, max_size=3)),
        st.tuples(st.just("cloze"), st.integers(1, 2), texts, st.lists(inner, max_size=3)),
    ),
    max_leaves=6,
)
paragraphs = st.tuples(st.just("paragraph"), st.lists(inlines, max_size=4))
blocks = st.recursive(
    st.one_of(
        paragraphs,
        st.tuples(st.just("heading"), st.just(1), st.lists(inlines, max_size=2)),
        st.tuples(st.just("code_block"), texts, texts),
        st.tuples(st.just("display_math"), texts),
        st.just(["rule"]),
        st.tuples(
            st.just("table"),
            st.just(["", "right"]),
            st.lists(
                st.lists(st.lists(inlines, max_size=2), min_size=2, max_size=2),
                min_size=1,
                max_size=2,
            ),
        ),
    ),
    lambda inner: st.one_of(
        st.tuples(st.just("quote"), st.lists(inner, max_size=2)),
        st.tuples(st.just("bullet_list"), st.lists(st.lists(inner, max_size=2), max_size=2)),
        st.tuples(
            st.just("ordered_list"), st.integers(0, 99), st.lists(st.lists(inner, max_size=2))
        ),
    ),
    max_leaves=4,
)


@settings(deadline=None)
@given(
    st.lists(blocks, max_size=3), st.integers(20, 100), st.booleans(), st.sampled_from([None, 1])
)
def test_no_document_reaches_the_terminal_raw(
    document: Any, width: int, revealed: bool, hole: int | None
) -> None:
    display = FixedDisplay(width, styled=True)
    for line in display.render(DocumentView(hole=hole, revealed=revealed).render(document)):
        assert not OBEYED.search(STYLES.sub("", line))
        line.encode()


def test_no_screen_shows_a_deck_s_words_raw() -> None:
    look = Look(60)
    head = review_screens.Header(f"1 {HOSTILE}", HOSTILE, 1, 2, 3, 4)
    change = Change(1, 0, "changed", HOSTILE, HOSTILE, HOSTILE, f"{HOSTILE}\n2")
    tally = Tally([Given(1, Rating.GOOD, 5.0, was_new=True, learned=True)])
    ahead = Outlook(
        cards=1,
        suspended=0,
        locked=0,
        left=0,
        wait_ms=None,
        new_spent=False,
        minutes_spent=False,
        new=0,
        learning=0,
        review=0,
        seconds=0.0,
        next_day=None,
        next_count=0,
    )
    parts = [
        *review_screens.header(head, look),
        *review_screens.header(head, Look(60, plain=True)),
        *review_screens.notice(HOSTILE),
        *overview_screens.news([change, change._replace(old_text="")], look),
        *overview_screens.news([change], Look(90)),
        *closing_screens.summary(tally, {HOSTILE: 1}, [HOSTILE], 2, ahead),
    ]
    for line in FixedDisplay(64, styled=True).render(parts):
        assert not OBEYED.search(STYLES.sub("", line))
