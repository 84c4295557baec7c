"""Documents as terminal text, and that nothing in them is obeyed by a terminal."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len

from mlready.content.document import walk
from mlready.content.markdown import parse_markdown
from mlready.mathtext.widths import END_OF_MARK, MARK, width_of
from mlready.store.presets import FORMS
from mlready.study.news import Change
from mlready.study.outlook import Outlook
from mlready.study.session import Given, Tally
from mlready.terminal.display import Look
from mlready.terminal.documents.document_view import DocumentView, clean
from mlready.terminal.reports import overview_screens
from mlready.terminal.review import closing_screens
from mlready.terminal.review import screens as review_screens
from scheduler.memory import Rating
from tests.study_fixtures import FixedDisplay, check_golden

if TYPE_CHECKING:
    from mlready.mathtext.rendering import Form

STYLES = re.compile(r"\x1b\[[0-9;]*m")
OBEYED = re.compile("[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
HOSTILE = "a\x1b]0;title\x07b\x1b[2Jc\x9b31md\u202ee\r\bf\ud800"


def show(document: Any, width: int = 40, mathematics: Form = "unicode", **view: Any) -> str:
    """The document's lines, without styles but as if there were some."""
    look = Look(width, mathematics=mathematics)._replace(
        **{name: view.pop(name) for name in ("plain", "styled") if name in view}
    )
    display = FixedDisplay(width, plain=True)
    return "\n".join(display.render(DocumentView(look, **view).render(document)))


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


def test_source_shows_where_it_is_asked_for_and_display_on_lines_of_its_own() -> None:
    document = paragraph(
        ["text", "So "],
        ["math", "x^2"],
        ["display_math", "\na +\n  b "],
        ["text", "holds."],
    )
    assert show(document, mathematics="tex") == "So $x^2$\n    a +\n      b\nholds."


def test_a_displayed_formula_stands_in_the_middle_of_the_room_there_is() -> None:
    document = [
        *paragraph(["text", "So"], ["display_math", "a=b"]),
        ["quote", [["display_math", "a=b"]]],
    ]
    lines = show(document, 21).splitlines()
    assert lines == ["So", " " * 8 + "a = b", "", "│" + " " * 8 + "a = b"]
    assert show(document, 21, plain=True).splitlines()[1] == "    a = b"


def test_a_tall_formula_has_room_around_it() -> None:
    tall, flat = ["display_math", r"\frac{a}{b}"], ["display_math", "a"]
    document = paragraph(["text", "So"], tall, tall, ["text", "and"], flat, ["text", "hold."])
    height = len(show([tall]).splitlines())
    lines = show(document).splitlines()
    blanks = [number for number, line in enumerate(lines) if not line]
    assert blanks == [1, 2 + height, 3 + 2 * height]
    assert show(document, plain=True).count("\n\n") == 0


@pytest.mark.parametrize("form", FORMS)
def test_a_long_formula_is_broken_and_not_cut(form: Form) -> None:
    tex = " + ".join(f"x_{{{number}}}" for number in range(30))
    shown = show([["display_math", tex]], 40, mathematics=form)
    assert all(len(line) <= 40 for line in shown.splitlines())
    whole = show([["display_math", tex]], 1000, mathematics=form)
    assert sorted(shown.split()) == sorted(whole.split())
    assert form == "ascii" or shown.split() == whole.split()  # which has subscripts below


def test_line_by_line_rows_of_equations_have_a_line_each() -> None:
    """So that the next step of a derivation does not repeat those before it."""
    rows = [r"a &= \frac{b}{c}", r"&\le d", r"&= \frac{e}{2}"]
    array = r"\begin{aligned} %s\end{aligned}"
    derived = [[["display_math", array % r" \\[2pt] ".join(rows[:n])]] for n in (1, 2, 3)]
    for form in FORMS:
        one, two, all_of_it = (
            show(each, 60, mathematics=form, plain=True).splitlines() for each in derived
        )
        if form == "tex":
            end = [one.pop()]
            assert end == [two.pop()] == [all_of_it.pop()]
        assert [*one, two[-1]] == two
        assert [*two, all_of_it[-1]] == all_of_it


def test_links_pictures_tables_and_line_breaks() -> None:
    document = [
        *paragraph(["link", "https://x.org", [["text", "there"]]], ["line_break"], ["code", "c"]),
        *paragraph(["image", "p.svg", "a triangle"], ["image", "q.svg", ""]),
        ["table", ["left", "right"], [[[["text", "a"]], [["text", "b"]]], [[], [["math", "1"]]]]],
    ]
    shown = show(document, mathematics="tex")
    assert "there <https://x.org>\nc" in shown
    assert "[picture: a triangle][picture: q.svg]" in shown
    assert re.search(r"a +b\n", shown)
    assert "$1$" in shown
    assert "- a: ; b: 1" in show(document, plain=True)


def test_columns_leave_formulas_whole() -> None:
    inline = [[["math", tex]] for tex in ("a + b = c", "d + e = f + g")]
    words = [["text", "as long as it takes to fill a line"]]
    table = [["table", [""] * 3, [[*inline, words], [*inline[::-1], words]]]]
    shown = show(table, 44)
    assert "a + b = c" in shown
    assert "d + e = f + g" in shown
    assert shown.count("\n") > 5
    assert all(len(line) <= 44 for line in shown.splitlines())


def test_a_table_too_wide_for_its_place_becomes_a_list() -> None:
    names = [[["text", name]] for name in ("loss", "calibrated", "consistent")]
    table = [["table", [""] * 3, [names, [[["text", word]] for word in ("hinge", "no", "yes")]]]]
    assert re.search("loss +calibrated +consistent\n", show(table, 40))
    assert show(table, 24).splitlines() == [
        "- loss: hinge;",
        "  calibrated: no;",
        "  consistent: yes",
    ]


def test_a_marker_stands_on_the_line_of_its_formula() -> None:
    tall = paragraph(["math", r"\frac{a+b}{\sqrt{c}}"], ["text", " is"])
    lines = show([["ordered_list", 1, [tall]]]).splitlines()
    (marked,) = [number for number, line in enumerate(lines) if line.startswith("1. ")]
    assert lines[marked].endswith(" is")
    assert marked == (1 if len(lines) > 1 else 0)


def test_what_hangs_too_deep_goes_below_its_marker() -> None:
    document = paragraph(["text", "foundations"])
    for _ in range(8):
        document = [["bullet_list", [document]]]
    lines = show(document, 20).splitlines()
    assert "foundations" in "".join(line.strip() for line in lines)
    assert max(map(len, lines)) <= 20


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
        ({"hole": 1, "revealed": True, "styled": False}, "A [set] has $2^n$ subsets."),
        ({}, "A set has $2^n$ subsets."),
    ],
)
def test_a_cloze_asks_for_its_own_hole_alone(view: dict[str, Any], shown: str) -> None:
    assert show(HOLES, mathematics="tex", **view) == shown


def test_a_displayed_cloze_stands_by_itself() -> None:
    document = paragraph(["text", "So"], ["cloze_math", True, ["x=", ["cloze", 1, "", "2"]]])
    hidden: dict[str, Any] = {"hole": 1, "revealed": False}
    assert show(document, mathematics="tex", **hidden) == "So\n    x=[…]"
    assert show(document, 22, **hidden).splitlines()[1] == "       x = […]"
    assert show(document, 22, mathematics="ascii", **hidden).splitlines()[1] == "      x = [...]"


def styled_pieces(document: Any, **view: Any) -> list[tuple[str, str]]:
    """What is shown in the styles of holes and of formulas, piece by piece."""
    console = FixedDisplay(60, styled=True).console
    (part,) = DocumentView(Look(60), **view).render(document)
    styles = {str(console.get_style(name)): name for name in ("hole", "math")}
    pieces = [(each.text, styles.get(str(each.style), "")) for each in console.render(part)]
    return [piece for piece in pieces if piece[1]]


@pytest.mark.parametrize(
    ("tex", "shown"),
    [
        (r"\sum_i x_i", "L = [∑ᵢ xᵢ]"),
        (r"-x", "L = [−x]"),
        (r"\le x", "L = [≤ x]"),
        ("x", "L = [x]"),
    ],
)
@pytest.mark.parametrize("look", [{"styled": False}, {"plain": True}])
def test_brackets_stand_close_to_what_fills_a_hole(
    tex: str, shown: str, look: dict[str, bool]
) -> None:
    document = paragraph(["cloze_math", False, ["L = ", ["cloze", 1, "", tex]]])
    assert show(document, hole=1, mathematics="linear", **look) == shown


def test_what_fills_a_hole_in_a_formula_can_be_told_apart() -> None:
    document = paragraph(["cloze_math", False, ["a=b+", ["cloze", 1, "", "c"], "=d"]])
    pieces = [(text.strip(), style) for text, style in styled_pieces(document, hole=1)]
    assert pieces == [("a = b +", "math"), ("c", "hole"), ("= d", "math")]
    assert ("[…]", "hole") in styled_pieces(document, hole=1, revealed=False)
    long = [["cloze_math", True, ["a=", ["cloze", 1, "", "+".join(["bcdefgh"] * 9)], "=d"]]]
    filled = [text for text, style in styled_pieces(long, hole=1) if style == "hole"]
    assert "".join("".join(filled).split()) == "+".join(["bcdefgh"] * 9)
    assert styled_pieces(document, hole=2) == [("a = b + c = d", "math")]


@pytest.mark.parametrize("hint", ["a_b", "50 %", "{x}", "n^2 & m", r"a\b", "$n$"])
def test_a_hint_in_a_formula_shows_as_it_was_written(hint: str) -> None:
    document = paragraph(["cloze_math", False, ["x=", ["cloze", 1, hint, "y"]]])
    shown = show(document, hole=1, revealed=False)
    assert shown == f"x = [{hint}]".replace("\\", "∖")


# A hole whose marks cannot be set, as LaTeX has it in one cell and in the next.
ACROSS = [r"\begin{aligned} a ", ["cloze", 1, "", r"&= b \\ c"], r" &= d \end{aligned}"]


@pytest.mark.parametrize("parts", [ACROSS, [r"\alpha", ["cloze", 1, "", "b"], "c"]])
def test_a_hole_never_spoils_its_formula(parts: list[Any]) -> None:
    whole = "".join(part if isinstance(part, str) else f" {part[3]}" for part in parts)
    filled = show([["cloze_math", True, parts]], hole=1)
    assert filled == show([["display_math", whole]])


def test_what_a_terminal_would_obey_is_replaced() -> None:
    assert clean("a\nb\tc") == "a b c"
    assert clean("a\nb\tc", lines=True) == "a\nb    c"
    assert clean(HOSTILE) == "a�]0;title�b�[2Jc�31md�e��f�"
    assert not OBEYED.search(clean(HOSTILE))


texts = st.text(
    st.characters() | st.sampled_from(f"\x1b\x07\x9b\u202e\n\r\t[]0;m{MARK}{END_OF_MARK}"),
    max_size=20,
)
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
    st.lists(blocks, max_size=3),
    st.integers(20, 100),
    st.booleans(),
    st.sampled_from([None, 1]),
    st.sampled_from(FORMS),
)
def test_no_document_reaches_the_terminal_raw(
    document: Any, width: int, revealed: bool, hole: int | None, form: Form
) -> None:
    display = FixedDisplay(width, styled=True)
    view = DocumentView(display.look._replace(mathematics=form), hole=hole, revealed=revealed)
    for line in display.render(view.render(document)):
        shown = STYLES.sub("", line)
        assert not OBEYED.search(shown)
        assert MARK not in shown
        assert END_OF_MARK not in shown
        # Characters of which nobody knows how wide they are may be in it.
        assert min(width_of(shown.rstrip()), cell_len(shown.rstrip())) <= width
        line.encode()
    assert display.render(view.render(document)) == display.render(view.render(document))


CARD = r"""
Let $X_1,\dots,X_n$ be independent with $a_i \le X_i \le b_i$ almost surely, and let
$\bar X = \frac{1}{n}\sum_{i=1}^n X_i$ be their **mean**. Then for every $t>0$

$$\Pr\left(\bar X - \mathbb{E}[\bar X] \ge t\right) \le
\exp\left(-\frac{2n^2t^2}{\sum_{i=1}^n (b_i-a_i)^2}\right).$$

The risk of $\hat\theta_n = \arg\min_{\theta\in\Theta} \frac1n\sum_{i=1}^n \ell(\theta; x_i)$ is
$R(\hat\theta_n) - R(\theta^\star) \le 2\sup_{\theta\in\Theta} |R(\theta) - R_n(\theta)|$:

1. $\frac{\partial L}{\partial w} = \delta^{(l)} (a^{(l-1)})^\top$, where $\delta = W^\top\delta$;
2. so $$\mathrm{softmax}\left(\frac{QK^\top}{\sqrt{d_k}}\right)V$$ follows.

> Quoted: $$\int_0^1 f(x)\,dx = \frac12$$

| loss | gradient |
|---|---:|
| square | $2(y-\hat y)$ |
| logistic | $-\frac{y}{1+e^{yf}}$ |
"""


@pytest.mark.parametrize("width", [60, 100])
def test_a_card_full_of_formulas(width: int) -> None:
    document, findings = parse_markdown(CARD)
    assert not findings
    shown = []
    forms: list[tuple[str, Form, bool]] = [
        ("on a screen", "unicode", False),
        ("in ASCII", "ascii", False),
        ("in lines", "unicode", True),
        ("aloud", "speech", True),
    ]
    for title, form, plain in forms:
        display = FixedDisplay(width, plain=plain)
        display.ascii = form == "ascii"
        view = DocumentView(display.look._replace(mathematics=form))
        shown += [f"=== {title}", *display.render(view.render(document)), ""]
    check_golden(f"document_{width}.txt", "\n".join(shown))


words = st.text("abcdefgh", min_size=1, max_size=6)
formulas = st.sampled_from([r"\frac{a}{b}", r"\sum_{i=1}^n x_i", "x^2 + y^2 = z^2", "x"])
prose = st.lists(
    st.tuples(st.just("text"), words.map("{} ".format))
    | st.tuples(st.just("strong"), st.tuples(st.tuples(st.just("text"), words.map("{} ".format))))
    | st.just(["line_break"])
    | st.tuples(st.just("math"), formulas)
    | st.tuples(st.just("display_math"), formulas),
    max_size=12,
)
nested = st.recursive(
    st.tuples(st.just("paragraph"), prose) | st.tuples(st.just("heading"), st.just(1), prose),
    lambda inner: st.one_of(
        st.tuples(st.just("quote"), st.lists(inner, max_size=2)),
        st.tuples(st.just("bullet_list"), st.lists(st.lists(inner, max_size=2), max_size=2)),
        st.tuples(
            st.just("ordered_list"), st.integers(0, 99), st.lists(st.lists(inner, max_size=2))
        ),
    ),
    max_leaves=5,
)


@settings(deadline=None)
@given(st.lists(nested, max_size=3), st.integers(20, 100), st.sampled_from(FORMS), st.booleans())
def test_every_word_of_a_document_shows_in_its_order(
    document: Any, width: int, form: Form, plain: bool
) -> None:
    written = [node[1].strip() for node in walk(document) if node[0] == "text"]
    # In capitals, to tell them from the letters of formulas.
    shouted = json.loads(json.dumps(document))
    for node in walk(shouted):
        if isinstance(node, list) and node[0] == "text":
            node[1] = node[1].upper()
    view = DocumentView(Look(width, plain, mathematics=form))
    lines = FixedDisplay(width, plain=True).render(view.render(shouted))
    assert re.findall("[A-Z]+", " ".join(lines)) == [word.upper() for word in written]
    assert all(width_of(line) <= width for line in lines)


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
