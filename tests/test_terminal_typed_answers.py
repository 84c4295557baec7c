"""Answers written before the true one is shown: formulas found, typeset, and held beside it."""

from __future__ import annotations

import io
import sys
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.text import Text

from mlready.content.document import walk
from mlready.terminal.display import Look, Screen
from mlready.terminal.editor.drafts import Draft
from mlready.terminal.editor.typed_answers import beside, preview, type_answer
from mlready.terminal.editor.typed_text import Formula, formula_at, read_typed
from mlready.terminal.keyboard import ESCAPE, LineKeys
from mlready.terminal.window import Window
from tests.study_fixtures import FixedDisplay, ScriptedKeys, check_golden, plain_look

if TYPE_CHECKING:
    from rich.console import RenderableType

DONE = "\x04"
TYPED = r"""
By **Markov** with $s > 0$ and $\mathbb{E}[X_i] = 0$
for each $i$, as $\$5$ say,
$$\mathbb{P}(S_n \ge t) \le e^{-st} \prod_{i=1}^n \mathbb{E}\, e^{s X_i},$$
then minimise over `$s$`.

An unfinished $\frac{a}{b stays as it is.
"""


def asked(_look: Look) -> Screen:
    """A card that is not answered yet."""
    foot = [Text("space shows the answer")]
    return Screen([Text("Head")], [Text("State Hoeffding's inequality.")], foot)


def truth(look: Look) -> list[RenderableType]:
    """An answer."""
    return [Text(""), Text("─" * look.width), Text(""), Text("The sum is near its mean. " * 4)]


def preview_of(marked: str, look: Look = plain_look(60), height: int = 8) -> str:  # noqa: B008
    """What is previewed of a text whose cursor is |."""
    draft = Draft(marked.replace("|", ""), marked.index("|"))
    lines = FixedDisplay().render(preview(draft, look, height))
    return "\n".join(line.rstrip() for line in lines)


@pytest.mark.parametrize(
    ("marked", "found"),
    [
        ("no formula |", None),
        ("a $x^2$ b|", Formula("x^2", 2, False, True)),
        ("a $x^|2$ b", Formula("x^2", 2, False, True)),
        ("a |$x^2$ b", None),
        ("$a$ and $b$|", Formula("b", 8, False, True)),
        ("$a$ |and $b$", Formula("a", 0, False, True)),
        (r"a $\frac{x}{|", Formula(r"\frac{x}{", 2, False, False)),
        ("a $x|", Formula("x", 2, False, False)),
        ("$a$ and $|", Formula("a", 0, False, True)),
        ("$a$ and $$|", Formula("a", 0, False, True)),
        ("$$\nx\n= 1|", Formula("\nx\n= 1", 0, True, False)),
        ("$$\nx\n$$|", Formula("\nx\n", 0, True, True)),
        ("for $ 5 or |", None),
        (r"for \$5 or |", None),
        ("the code `$x$` |", None),
        ("$x\n\nanother paragraph|", None),
        ("$x\n\nwith $y$|", Formula("y", 9, False, True)),
    ],
)
def test_the_formula_at_the_cursor_is_found(marked: str, found: Formula | None) -> None:
    assert formula_at(marked.replace("|", ""), marked.index("|")) == found


def test_typed_text_becomes_a_document() -> None:
    first, second = read_typed(TYPED)
    assert [tuple(node) for node in first[1]] == [
        ("text", "By **Markov** with "),
        ("math", "s > 0"),
        ("text", " and "),
        ("math", r"\mathbb{E}[X_i] = 0"),
        ("line_break",),
        ("text", "for each "),
        ("math", "i"),
        ("text", ", as "),
        ("math", r"\$5"),
        ("text", " say,"),
        (
            "display_math",
            r"\mathbb{P}(S_n \ge t) \le e^{-st} \prod_{i=1}^n \mathbb{E}\, e^{s X_i},",
        ),
        ("text", "then minimise over "),
        ("code", "$s$"),
        ("text", "."),
    ]
    assert second == ["paragraph", [["text", r"An unfinished $\frac{a}{b stays as it is."]]]
    assert read_typed(" \n\n ") == []


@settings(deadline=None)
@given(st.text("ab$\\ `\n{}^\ue000", max_size=40))
def test_no_letter_of_what_was_typed_is_lost(text: str) -> None:
    nodes = list(walk(read_typed(text)))
    shown = "".join(node[1] for node in nodes if node[0] not in {"paragraph", "line_break"})
    for letter in "ab{}^":
        assert shown.count(letter) == text.count(letter)
    for at in range(len(text) + 1):
        found = formula_at(text, at)
        assert found is None or 0 <= found.start < at


def test_the_preview_shows_an_unfinished_formula_as_far_as_it_goes() -> None:
    assert preview_of(r"so $$\frac{2t^2}{\sum_i b|").split() == ["2t²", "────", "∑ᵢ", "b"]
    assert preview_of(r"so $x = \alp|").split() == ["x", "=", r"\alp"]


def test_the_preview_says_what_is_wrong_with_a_finished_formula() -> None:
    assert preview_of("$x^|").split() == ["x"]
    assert "needs something" in preview_of("$x^$|")


def test_the_preview_takes_no_more_lines_than_it_has() -> None:
    tall = r"$$\begin{matrix} a \\ b \\ c \\ d \\ e \\ f \end{matrix}|$$"
    shown = preview_of(tall, height=4).splitlines()
    assert [line.strip() for line in shown] == ["", "[a; b; c; d; e; f]"]
    rows = tall.replace("matrix", "gathered")
    shown = preview_of(rows, height=4).splitlines()
    assert [line.strip() for line in shown] == ["", "a", "b", "c", "…"]
    assert preview_of(tall, height=0) == ""
    assert preview_of(tall, plain_look(60)._replace(mathematics="tex")) == ""
    assert preview_of(tall, plain_look(60)._replace(plain=True)) == ""


def type_in(display: FixedDisplay, *script: str, initial: str = "") -> str | None:
    """What is typed as an answer."""
    return type_answer(Window(display, ScriptedKeys(*script)), asked, initial)


@pytest.mark.parametrize("width", [60, 100])
def test_an_answer_is_written_below_the_question(width: int) -> None:
    display = FixedDisplay(width, 24)
    typed = type_in(display, f"pasted: {TYPED.strip()}", *"\x01\x15\x02\x02", DONE)
    check_golden(f"screen_typing_{width}.txt", display.screen)
    assert typed is not None
    assert typed.endswith("An unfinished $\\frac{a}{b stays as it is.")


def test_writing_may_be_skipped_or_left_empty() -> None:
    assert type_in(FixedDisplay(), ESCAPE) is None
    assert type_in(FixedDisplay(), DONE) == ""
    assert type_in(FixedDisplay(), "c", DONE, initial="ab\n") == "ab\nc"


def test_the_field_stays_in_sight_in_a_low_window() -> None:
    for lines in range(4, 12):
        display = FixedDisplay(40, lines)
        type_in(display, f"pasted: {TYPED}", "$", *r"\frac{a}{b}")
        assert display.screen.count("|") == 1, display.screen
        assert len(display.screen.splitlines()) <= lines


def test_an_answer_in_lines_is_asked_for_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("It is $x$\nand $y$.\n\n3\n"))
    display = FixedDisplay(plain=True)
    assert type_answer(Window(display, LineKeys()), asked) == "It is $x$\nand $y$."
    check_golden("screen_typing_plain.txt", display.written)


@pytest.mark.parametrize("width", [56, 92])
def test_yours_stands_beside_the_truth_or_above_it(width: int) -> None:
    display = FixedDisplay(width + 4, 40)
    lines = display.render(beside(TYPED, plain_look(width), truth))
    check_golden(f"screen_yours_{width + 4}.txt", "\n".join(lines))


def test_an_empty_answer_is_said_to_be_empty() -> None:
    lines = FixedDisplay().render(beside(" ", plain_look(60)))
    assert lines[-1].strip() == "(nothing written)"
    plain = plain_look(92)._replace(plain=True)
    assert [str(part) for part in beside("x", plain)][:2] == ["", "Your answer:"]
