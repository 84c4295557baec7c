"""Pictures of formulas: only where a terminal said it can, never in place of the text."""

from __future__ import annotations

import os
import re
import sys
from importlib.util import find_spec
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pytest

from mlready.terminal.display import Display, Screen
from mlready.terminal.documents.document_view import DocumentView, clean
from mlready.terminal.keyboard import TerminalKeys
from mlready.terminal.typeset import graphics
from mlready.terminal.typeset.graphics import Answers, Cell, read_answers
from mlready.terminal.typeset.pictures import Pictures, ask
from mlready.terminal.typeset.typesetting import Picture, lay_out, make_picture, typeset
from mlready.terminal.window import Window
from tests.pty_fixtures import open_terminal
from tests.study_fixtures import FixedDisplay, Place, ScriptedKeys, place
from tests.terminal_answers import ITERM, KITTY, TMUX, XTERM

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from mlready.content.document import Document
    from tests.pty_fixtures import Terminal

__all__ = ["open_terminal", "place"]

needs_typesetter = pytest.mark.skipif(
    find_spec("mathra") is None or find_spec("resvg_py") is None,
    reason="needs the extra `images`: mathra and resvg-py",
)
needs_terminal = pytest.mark.skipif(os.name == "nt", reason="needs a pseudo-terminal")
FORMULA = r"\Pr(X \ge t) \le \frac{\mathbb E X}{t}"
SVG = '<svg viewBox="0 -800 4000 1000" width="4em"><title>said</title><path d="M0 0"/></svg>'
NO_TERMINAL = 30_000  # a descriptor of nothing


# --- a formula on its canvas ------------------------------------------------------------------


def test_a_formula_takes_whole_characters() -> None:
    laid = lay_out(SVG, 80, Cell(10, 20), (1, 2, 3), None)
    assert laid
    columns, rows, canvas = laid
    assert (columns, rows) == (9, 2)  # 4 em by 1, and a little air
    assert 'width="90" height="40"' in canvas
    assert 'color="#010203"' in canvas
    assert "said" not in canvas
    assert "<rect" not in canvas


def test_a_wide_formula_gets_smaller_but_not_too_small_to_read() -> None:
    cell = Cell(10, 20)
    laid = lay_out(SVG, 6, cell, (0, 0, 0), None)
    assert laid
    assert laid[0] == 6
    assert lay_out(SVG, 4, cell, (0, 0, 0), None) is None


def test_without_its_colours_a_formula_brings_its_own_paper() -> None:
    laid = lay_out(SVG, 80, Cell(10, 20), (0, 0, 0), (255, 255, 255))
    assert laid
    assert '<rect width="100%" height="100%" fill="#ffffff"/>' in laid[2]


@pytest.mark.parametrize(
    "svg",
    [
        None,
        "",
        "<svg>",
        SVG.replace("4000 1000", "0 1000"),
        SVG.replace("4000 1000", "4000 90000"),
        SVG.replace("<path", '<image href="file:///etc/passwd"/><path'),
        SVG.replace("<path", '<use href="https://example.org/#a"/><path'),
    ],
)
def test_no_picture_of_what_is_no_formula(svg: str | None) -> None:
    assert lay_out(svg, 80, Cell(10, 20), (0, 0, 0), None) is None


@needs_typesetter
@pytest.mark.parametrize("protocol", ["kitty", "iterm", "sixel"])
def test_a_formula_becomes_a_picture(protocol: graphics.Protocol) -> None:
    answers = Answers(protocol, ink=(200, 200, 200), paper=(0, 0, 0))
    picture = make_picture(FORMULA, 76, Cell(9, 18), answers)
    assert picture
    assert 8 <= picture.columns <= 30
    assert 2 <= picture.rows <= 4
    assert len(picture.drawn) > 500


@needs_typesetter
@pytest.mark.parametrize(
    "tex", [r"\nosuchcommand", r"\frac{a}", "{" * 900, "x" * 3000, r"\sqrt" * 400, "", "\x1b[2J"]
)
def test_what_cannot_be_typeset_has_no_picture(tex: str) -> None:
    assert make_picture(tex, 76, Cell(9, 18), Answers("sixel")) is None


@needs_typesetter
def test_a_picture_is_strict_about_tex() -> None:
    """A half-understood formula would teach a wrong one."""
    assert typeset(r"\frac12") is not None
    assert typeset(r"\frac12 \unheardof x") is None


# --- on the screen ----------------------------------------------------------------------------


def pictures_of(protocol: graphics.Protocol = "kitty") -> Pictures:
    """Pictures of a terminal that said how large its letters are."""
    answers = Answers(protocol, cell=Cell(9, 18), ink=(0, 0, 0), paper=(255, 255, 255))
    return Pictures(answers, os.terminal_size((80, 24)), terminal=NO_TERMINAL)


STRIP = ["    \x017.0\x01", "    \x017.1\x01"]


def made() -> Pictures:
    """Pictures of which number 7, two rows high, is drawn by `<drawn>`."""
    pictures = pictures_of()
    pictures._made[7] = Picture(5, 2, "<drawn>")
    return pictures


def test_a_picture_is_drawn_where_its_strip_is() -> None:
    lines, drawn = made().place(["text", *STRIP, "foot"])
    assert lines == ["text", "    ", "    ", "foot"]
    assert drawn == "\x1b7\x1b[2;5H<drawn>\x1b8"


@pytest.mark.parametrize(
    "lines",
    [
        ["text", STRIP[0], "foot"],  # its end is below the window
        [STRIP[1], "text", "foot"],  # its beginning above
        ["text", *STRIP],  # nothing below it: the terminal would scroll
        ["text", STRIP[0], "text", STRIP[1], "foot"],
        ["text", "    \x018.0\x01", "    \x018.1\x01", "foot"],  # of an earlier screen
    ],
)
def test_a_picture_is_not_drawn_without_all_of_its_strip(lines: list[str]) -> None:
    shown, drawn = made().place(lines)
    assert drawn == ""
    assert "\x01" not in "".join(shown)


def test_styles_and_wide_letters_before_a_strip_count_as_they_look() -> None:
    _, drawn = made().place([f"\x1b[1;36m你\x1b[0m {STRIP[0]}", f"你 {STRIP[1]}", "foot"])
    assert "\x1b[1;8H" in drawn


def test_nobody_can_write_a_strip() -> None:
    assert "\x01" not in clean("\x017.0\x01")
    assert "\x01" not in clean("\x017.0\x01", lines=True)


CARD: Document = [
    ["paragraph", [["text", "Markov:"]]],
    ["display_math", FORMULA],
    ["paragraph", [["text", "End."]]],
]


@needs_typesetter
def test_the_text_shows_whatever_becomes_of_the_picture() -> None:
    display = FixedDisplay(80, 24)
    unknown: Document = [["display_math", r"\nosuchcommand{x}"]]
    for document in (CARD, unknown):
        parts = DocumentView(display.look).render(document)
        without = [line.strip() for line in display.render(parts)]
        display.pictures = pictures_of()
        with_pictures, _ = display.pictures.place(
            display.render(DocumentView(display.look).render(document))
        )
        display.pictures = None
        kept = [line.strip() for line in with_pictures if line.strip()]
        assert kept == [line for line in without if line]


@needs_typesetter
def test_a_hidden_hole_stays_hidden_in_its_picture() -> None:
    cloze: Document = [["cloze_math", True, ["x = ", ["cloze", 1, "", r"\frac{a}{b}"]]]]
    asked: list[str] = []

    class Listening(Pictures):
        def strip(self, tex: str, width: int, *, centered: bool) -> Any:
            asked.append(tex)
            return super().strip(tex, width, centered=centered)

    display = FixedDisplay(80, 24)
    display.pictures = Listening(pictures_of().answers, os.terminal_size((80, 24)), NO_TERMINAL)
    display.render(DocumentView(display.look, hole=1, revealed=False).render(cloze))
    assert asked
    assert not any("frac" in tex for tex in asked)


class Screenful(FixedDisplay):
    """A display that keeps what a terminal would get."""

    def fill_window(self, lines: Any) -> None:
        Display.fill_window(self, lines)


@needs_typesetter
def test_a_redraw_takes_pictures_away_first_and_scrolls_them_with_the_text() -> None:
    display = Screenful(60, 12)
    display.pictures = pictures_of()
    document = [*CARD, *([["paragraph", [["text", "More."]]]] * 9)]
    window = Window(display, ScriptedKeys("j", "j", "j", "q"))
    window.show(lambda look: Screen([], DocumentView(look).render(document), []))
    assert window.read() == "q"
    draws = display.written.split(graphics.ERASE["kitty"])[1:]
    assert len(draws) == 4
    rows = [
        int(found[1]) if (found := re.search("\x1b7\x1b\\[([0-9]+);", draw)) else None
        for draw in draws
    ]
    seen = [row for row in rows if row is not None]
    assert len(seen) >= 3
    assert all(below == above - 1 for above, below in pairwise(seen))


def test_sixels_need_to_know_the_size_of_letters_now(monkeypatch: pytest.MonkeyPatch) -> None:
    size = os.terminal_size((80, 24))
    monkeypatch.setattr(os, "get_terminal_size", lambda _terminal: size)
    pictures = pictures_of("sixel")
    assert pictures._cell() == Cell(9, 18)
    size = os.terminal_size((100, 30))
    assert pictures._cell() is None
    assert pictures_of("kitty")._cell() == Cell(9, 18)


# --- asking -----------------------------------------------------------------------------------


@pytest.fixture
def terminal() -> Iterator[tuple[int, int]]:
    """A pseudo-terminal: the end that is ours, and the end of who types."""
    if os.name == "nt":
        pytest.skip("needs a pseudo-terminal")
    import tty  # noqa: PLC0415 - not on Windows

    master, slave = os.openpty()
    tty.setraw(slave)
    yield slave, master
    os.close(master)
    os.close(slave)


def test_keys_among_the_answers_are_kept(terminal: tuple[int, int]) -> None:
    ours, theirs = terminal
    keys = TerminalKeys(ours)
    os.write(theirs, f"1{XTERM}2".encode())
    assert read_answers(keys.listen(graphics.END_OF_ANSWER, 5)).protocol == "sixel"
    assert [keys.read(), keys.read()] == ["1", "2"]


def test_an_answer_that_comes_too_late_is_passed_over(terminal: tuple[int, int]) -> None:
    ours, theirs = terminal
    keys = TerminalKeys(ours)
    cut = XTERM.index("ffff/ffff")
    os.write(theirs, XTERM[:cut].encode())
    assert read_answers(keys.listen(graphics.END_OF_ANSWER, 0)).protocol is None
    os.write(theirs, f"{XTERM[cut:]}{KITTY}{ITERM}3".encode())
    assert keys.read() == "3"


def test_a_terminal_that_is_gone_does_not_answer(terminal: tuple[int, int]) -> None:
    ours, _ = terminal
    assert TerminalKeys(os.open(os.devnull, os.O_RDONLY)).listen(graphics.END_OF_ANSWER, 5) == ""
    assert TerminalKeys(ours).listen(graphics.END_OF_ANSWER, 0) == ""


@pytest.mark.parametrize(
    ("environment", "said"),
    [
        ({"TERM": "tmux-256color"}, "tmux or screen"),
        ({"TERM": "screen.xterm"}, "tmux or screen"),
        ({"TERM": "xterm", "TMUX": "tmux-0/default,1,0"}, "tmux or screen"),
        ({"TERM": "xterm", "STY": "1.pts-0"}, "tmux or screen"),
        ({"TERM": "linux"}, "Linux console"),
    ],
)
@needs_typesetter
def test_who_is_not_even_asked(environment: dict[str, str], said: str) -> None:
    display = FixedDisplay()
    keys = TerminalKeys(-1)
    found = ask(display, keys, environment)
    assert isinstance(found, str)
    assert said in found
    assert found.endswith(": formulas show as text")
    assert display.written == ""


def test_without_the_typesetter_it_is_said_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "mathra", None)
    found = ask(FixedDisplay(), TerminalKeys(-1), {"TERM": "xterm"})
    assert isinstance(found, str)
    assert "mathra" in found
    assert "pip install 'mlready-srs[images]'" in found


def test_lines_have_no_pictures() -> None:
    assert "whole screen" in str(ask(FixedDisplay(plain=True), ScriptedKeys(), {"TERM": "xterm"}))
    assert "whole screen" in str(ask(FixedDisplay(), ScriptedKeys(), {"TERM": "xterm"}))


# --- the whole --------------------------------------------------------------------------------

DECK = """\
topic: sets
questions:
  - id: markov
    kind: statement
    question: Bound a tail.
    answer: |
      $$\\Pr(X \\ge t) \\le \\frac{\\mathbb E X}{t}$$
"""

in_a_terminal = pytest.mark.filterwarnings("ignore:.*multi-threaded.*fork:DeprecationWarning")


def open_review(
    place: Place, open_terminal: Callable[..., Terminal], answer: str, **env: str
) -> Terminal:
    """A review with `--images` in a terminal that gives an answer to the question."""
    (place.deck / "questions" / "sets.yaml").write_text(DECK, encoding="utf-8")
    path = {"PYTHONPATH": os.environ.get("PYTHONPATH", "")}
    terminal = open_terminal("review", "--images", **path, **env)
    if answer:
        wait_for_text(terminal, graphics.QUESTION)
    terminal.child.send(answer)
    return terminal


def wait_for_text(terminal: Terminal, text: str) -> None:
    """Wait until the program has written a text, which need not show on the screen."""
    while text.encode() not in terminal.raw:
        assert terminal._feed(20), terminal.text


@needs_typesetter
@needs_terminal
@in_a_terminal
@pytest.mark.parametrize(
    ("answer", "begins"),
    [(KITTY, "\x1b_Ga=T"), (ITERM, "\x1b]1337;File"), (XTERM, "\x1bP0;1;0q")],
    ids=["kitty", "iterm", "xterm"],
)
def test_a_terminal_that_can_gets_text_and_picture(
    place: Place, open_terminal: Callable[..., Terminal], answer: str, begins: str
) -> None:
    terminal = open_review(place, open_terminal, answer)
    assert "formulas show as text" not in terminal.wait_for("Bound a tail")
    assert begins.encode() not in terminal.raw
    terminal.press(" ")
    wait_for_text(terminal, "𝔼")
    wait_for_text(terminal, begins)
    terminal.press("q")
    wait_for_text(terminal, "\x1b[?1049l")
    assert terminal.finish() == 0
    assert b"\x01" not in terminal.raw
    assert place.ratings() == []


@needs_typesetter
@needs_terminal
@in_a_terminal
@pytest.mark.parametrize("answer", ["\x1b[?1;2c", TMUX], ids=["vt100", "tmux"])
def test_a_terminal_that_cannot_gets_text_and_a_sentence(
    place: Place, open_terminal: Callable[..., Terminal], answer: str
) -> None:
    terminal = open_review(place, open_terminal, answer)
    assert "has not said" in terminal.wait_for("formulas show as text")
    terminal.press(" ")
    assert "𝔼" in terminal.wait_for("Again")
    assert b"\x1b_Ga=T" not in terminal.raw
    assert b"\x1b]1337;File" not in terminal.raw


@needs_typesetter
@needs_terminal
@in_a_terminal
def test_keys_typed_while_it_asks_count_and_late_answers_do_not(
    place: Place, open_terminal: Callable[..., Terminal]
) -> None:
    terminal = open_review(place, open_terminal, " 4")
    terminal.wait_for("When is a map injective|No more cards for now")  # it waits no longer
    terminal.child.send(KITTY + XTERM + ITERM + "q")
    assert terminal.finish() == 0
    assert place.ratings() == [4]


@needs_typesetter
@needs_terminal
@in_a_terminal
def test_tmux_gets_no_question(place: Place, open_terminal: Callable[..., Terminal]) -> None:
    terminal = open_review(place, open_terminal, "", TERM="tmux-256color")
    assert "tmux or screen" in terminal.wait_for("formulas show as text")
    assert b"\x1b[c" not in terminal.raw
