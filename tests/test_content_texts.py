"""Texts: mathematics, holes, dollars and pictures, each mistake at its line and column."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

import pytest

from mlready.content.units import read_unit

if TYPE_CHECKING:
    from mlready.content.deck import Unit

# Line 6 is the first of the text, which begins in column 7.
FRAME = """\
topic: sets
questions:
  - id: one
    kind: example
    {before}
{text}
    source: {{ref: a, at: b}}
"""


def read(key: str, text: str) -> Unit:
    other = "" if key == "cloze" else "answer: b" if key == "question" else "question: a"
    block = f"    {key}: |\n" + textwrap.indent(text, "      ")
    shape = FRAME.format(before=other or "# a cloze", text=block)
    return read_unit("questions/sets.yaml", shape.encode())


def found(key: str, text: str) -> list[str]:
    """Places count from the first character of the text."""
    return [
        f"{p.location.line - 6}:{p.location.column - 6} {p.message}"
        for p in read(key, text).problems
    ]


ANSWERS = {
    # mathematics
    "$a$ and $b}$": ["1:11 } without {"],
    "one\n\nand $\\frac{a}{b$ two": ["3:14 { is never closed"],
    "$$\na\n\\left( b\n$$": ["3:1 \\left is never closed"],
    "- one\n- $x$ $$\n  a_{i\n  $$": ["3:5 { is never closed"],
    "> $a}$": ["1:5 } without {"],
    "| a | b |\n|---|---|\n| $x$ | $y}$ |": ["3:11 } without {"],
    "**$a}$**": ["1:5 } without {"],
    "$x}$ then $x}$": ["1:3 } without {", "1:13 } without {"],
    "a} and $a}$": ["1:10 } without {"],
    "$50%$": ["1:4 % begins a comment in TeX"],
    "${}$": ["1:2 empty mathematics"],
    # dollars
    "it costs $5": ["1:10 a $ without its partner"],
    "it costs \\$5, `$6`": [],
    "$5 and $6 ": ["1:1 a $ without its partner"],
    "a $ b\n\na $ b": ["1:3 a $ without its partner", "3:3 a $ without its partner"],
    "&lt; $x": ["1:6 a $ without its partner"],
    "$$\na": ["1:1 a $ without its partner"],
    "[a $](https://b)": ["1:4 a $ without its partner"],
    # holes in what is no cloze, and what looks like one
    "{{c1::a}}": ["0:7 a hole in a text that is no cloze"],
    "`{{c1::a}}` \\{{c1::a}} {{a}}": [],
    # emptiness
    "> ": ["0:7 the answer is empty"],
    "<!-- -->": [],
    "```\n\n```": ["0:7 the answer is empty"],
    # links and pictures
    "[a](b.html)": ['1:3 a link to "b.html"'],
    "see [this](javascript:alert(1))": [],
    "[a](HTTPS://b) <mailto:a@b.c>": [],
    "![a](../b.png)": ['1:6 "../b.png" is outside the deck\'s media folder'],
    "![a](/etc/b.png)": ['1:6 "/etc/b.png" is outside the deck\'s media folder'],
    "![a](https://b.c/d.png)": ['1:6 "https://b.c/d.png" is outside the deck\'s media folder'],
    "![a](.png)": ['1:6 ".png" is outside the deck\'s media folder'],
    "see\n\n![a](b.txt)": ['3:6 "b.txt" is no picture'],
    "![a](b.PNG)": [],
    # depth
    ">" * 14 + " a": [],
    ">" * 15 + " a": ["1:1 nested too deeply"],
    ">" * 40 + " a": ["1:1 nested too deeply", "0:7 the answer is empty"],
}


@pytest.mark.parametrize("text", ANSWERS)
def test_answers(text: str) -> None:
    assert found("answer", text) == ANSWERS[text]


WITHOUT = "0:6 a cloze without a hole"

CLOZES = {
    "{{c1::a}}": [],
    "{{c1::a::hint}} {{c12::b}}": [],
    "{{c1::$\\frac{a}{b^{2}}$}}": [],
    "$x = {{c1::\\frac{a}{b^{2}}}}$": [],
    "$\\frac{L}{ {{c2::2k}} }$": [],
    "**bold {{c1::*a*}}**": [],
    "no hole": [WITHOUT],
    "`{{c1::a}}`": [WITHOUT],
    "{{c0::a}}": ["1:1 the number of a hole is 1 to 99"],
    "{{c1::a}} {{c100::a}}": ["1:11 the number of a hole is 1 to 99"],
    "{{c1::a}} {{c2::b": ["1:11 a hole that is never closed"],
    "{{c1::a}}\n\n{{c2::b\n\n}}": ["3:1 a hole that is never closed"],
    "{{c1::a}} {{c2::b}": ["1:11 a hole that is never closed"],
    "{{c1::a {b}} {{c2::c}}": ["1:1 a hole that is never closed"],
    "{{c1::}} a": ["1:1 a hole with nothing in it"],
    "a {{c1::::hint}}": ["1:3 a hole with nothing in it"],
    "x {{c1:: }} {{c2::b}}": ["1:3 a hole with nothing in it"],
    "a {{c1::b {{c2::c}} d}}": ["1:3 a hole within a hole"],
    "a {{c1::b **{{c2::c}}**}}": ["1:3 a hole within a hole"],
    "a {{c1::b $x{{c2::c}}$}}": ["1:3 a hole within a hole"],
    # in mathematics
    "$a {{c1::b}$": ["1:4 a hole that is never closed", WITHOUT],
    "${{c1::a}b}$": ["1:2 a hole that is never closed", WITHOUT],
    "$a {{c1::}} b$": ["1:4 a hole with nothing in it"],
    "$a {{c1::b {{c2::c}} }}$": ["1:12 a hole within a hole"],
    "$\\left( {{c1::a \\right)}}$": ["1:17 \\right where { is still open"],
    "${{c1::a::hint}} b}$": ["1:19 } without {"],
    "$$\n{{c1::a}}\n\\frac{b\n$$": ["3:6 { is never closed"],
    "{{c1::a $b}} c$": [
        "1:11 } without {",
        "1:1 a $ or ` that is closed outside its hole",
        "1:16 a $ without its partner",
    ],
    "{{c1::a `b}} c`": [],
}


@pytest.mark.parametrize("text", CLOZES)
def test_clozes(text: str) -> None:
    assert found("cloze", text) == CLOZES[text]


HOLES = {
    "{{c1::a}}": [["cloze", 1, "", [["text", "a"]]]],
    "{{c2::a::b::c}}": [["cloze", 2, "b::c", [["text", "a"]]]],
    "{{c1::\\frac{a}{b^{2}}}}": [["cloze", 1, "", [["text", "\\frac{a}{b^{2}}"]]]],
    "{{c1::{a::b}::h}}": [["cloze", 1, "h", [["text", "{a::b}"]]]],
    "${{c1::\\frac{a}{b}::h}}x$": [["cloze_math", False, [["cloze", 1, "h", "\\frac{a}{b}"], "x"]]],
    "{{c1::$a$ *b*}}": [
        ["cloze", 1, "", [["math", "a"], ["text", " "], ["emphasis", [["text", "b"]]]]]
    ],
    "$\\{ {{c1::a\\}}} \\}$": [["cloze_math", False, ["\\{ ", ["cloze", 1, "", "a\\}"], " \\}"]]],
}


@pytest.mark.parametrize("text", HOLES)
def test_what_a_hole_hides(text: str) -> None:
    unit = read("cloze", text)
    body = unit.questions[0].body
    assert body is not None
    assert [list(block) for block in body.prompt] == [["paragraph", HOLES[text]]]
    assert unit.problems == []


def test_each_number_is_a_card() -> None:
    unit = read("cloze", "{{c3::a}} ${{c1::b}}$ {{c3::c}}")
    assert unit.questions[0].ordinals == (1, 3)
    assert read("question", "a").questions[0].ordinals == (1,)


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        ("question: a", '3:9 "one" has no answer'),
        ("answer: a", '3:9 "one" has no question'),
        ("kinds: b", '3:9 "one" has no question'),
        ("question: a\n    cloze: '{{c1::b}}'", '6:12 "one" has a question and a cloze'),
        ("question: ''\n    answer: b", "5:15 question is empty"),
        ("question: '>'\n    answer: b", "5:15 the question is empty"),
        ("cloze: 'a'", "5:12 a cloze without a hole"),
        ('cloze: "{{c1::a}} {{c100::b}}"', "5:23 the number of a hole is 1 to 99"),
        ("question: '{{c1::a}}'\n    answer: b", "5:15 a hole in a text that is no cloze"),
        ("cloze: '{{c1::a}}'\n    must_mention: ['{{c1::b}}']", "6:20 a hole in a text that"),
        ("cloze: '{{c1::a}}'\n    must_mention: ['a $b}$', c]", "6:25 } without {"),
        ("cloze: '{{c1::a}}'\n    must_mention: [a, '![b](../c.png)']", "6:29"),
    ],
)
def test_sides(lines: str, message: str) -> None:
    text = f"topic: sets\nquestions:\n  - id: one\n    kind: example\n    {lines}\n"
    unit = read_unit("questions/a.yaml", text.encode())
    errors = [p for p in unit.problems if p.is_error]
    places = [f"{p.location.line}:{p.location.column} {p.message}" for p in errors]
    assert any(place.startswith(message) for place in places), places


def test_what_is_nested_is_not_lost_silently() -> None:
    assert "nested too deeply" in str(found("answer", "- " * 12 + "a"))


def test_a_text_is_no_chapter() -> None:
    assert found("answer", "a b " * 5_001) == ["0:7 a text of more than 20,000 characters"]


def test_a_text_shows_few_pictures() -> None:
    many = " ".join(f"![a](p{n}.png)" for n in range(21))
    assert found("answer", many) == ["0:7 more than 20 pictures in a text"]
    same = "![a](p.png) " * 21
    assert [name.text for name in read("answer", same).questions[0].images] == ["p.png"]


def test_why_holds_no_picture_and_no_hole() -> None:
    text = "topics:\n- {id: a, title: b, prerequisites: [], why: '![a](b.png) {{c1::x}} $y'}\n"
    problems = read_unit("topics/1-a.yaml", text.encode()).problems
    assert [(p.location.column, p.message) for p in problems] == [
        (68, "a $ without its partner"),
        (45, "a hole in a text that is no cloze"),
        (45, "a picture in why"),
    ]


def test_escapes_show_where_they_stand() -> None:
    text = (
        'topic: a\nquestions:\n- {id: a, kind: example, question: "\\u00e9\\\\ $x}$", answer: b}\n'
    )
    problems = [p for p in read_unit("questions/a.yaml", text.encode()).problems if p.is_error]
    assert [(p.location.line, p.location.column) for p in problems] == [(3, 48)]
