"""Documents as Markdown: written and read again they are the same, and read well in between."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from exports.markdown import render, render_line
from mlready.content.compiling import compile_folder
from mlready.content.document import walk
from mlready.content.markdown import parse_markdown

if TYPE_CHECKING:
    from mlready.content.folder import DeckFolder


def read(text: str, *, inline: bool = False) -> Any:
    document, findings = parse_markdown(text, inline=inline)
    assert findings == [], text
    return document


def paragraph(*inlines: Any) -> list[Any]:
    return [["paragraph", list(inlines)]]


# --- as people write it --------------------------------------------------------------

AS_WRITTEN = [
    "Words *in emphasis*, **strong ones**, `code`, $x^2$ and [a link](https://a.b/c_d?e=f&g).",
    "Both **_at once_** and *nested __within__ it*, and with*in* a word.",
    "snake_case_name, f(x) = 2 * x, a < b & c > d, AT&T, [0, 1), {1, 2}, 1.5, #3, ok!",
    r"\*not emphasis\*, \$5, a\_, \`x\`, \\, a\<b, \&amp;, [x\](y), \{{c1::no hole}}",
    "A break\\\nin a line.",
    "![A plot of *x*](loss-curve.svg)",
    "The {{c1::first}}, the {{c2::*second*::hint}} and $x^{{c3::2}}$.",
    "- one\n- two\n  - three\n  - four\n- five",
    "3. three\n4. four",
    "- one\n\n  more of it\n\n- two",
    "- one\n\n* another list",
    "1. one\n\n1) another list",
    "> quoted\n>\n> > twice quoted",
    "```python\nif a:\n\n    b  # `c`\n```",
    "````\n```\n````",
    "$$\nx = {{c1::y}}\n$$",
    "Before $$z$$ after.",
    "| a | b |\n| --- | --: |\n| `c\\|d` | e |",
    "# One\n\n###### Six\n\n___\n\nEnd.",
    "Two\\\nlines\n===",
]


@pytest.mark.parametrize("text", AS_WRITTEN)
def test_what_people_write_is_written_just_so(text: str) -> None:
    assert render(read(text)) == text


@pytest.mark.parametrize(
    "text",
    ["- a", "+ a", "1. a", "12) a", "# a", "> a", "---", "- - -", "===", "| a", "~~~", ":-", "[a"],
)
def test_words_at_the_beginning_of_a_line_open_nothing(text: str) -> None:
    for document in (paragraph(["text", text]), paragraph(["line_break"], ["text", text])):
        assert read(render(document)) == document
        assert read(render_line(document), inline=True) != []


def test_a_formula_in_a_list_keeps_its_lines() -> None:
    for text in ("- $$\n  a\n  $$", "> 1. $$\n>    a\n>    $$", "- > $$\n  > a\n  > $$"):
        document = read(text)
        assert render(document) == text
        assert read(render(document)) == document


LINK_L = ["link", "https://a.b", [["text", "l [1]"]]]
DELICATE: list[list[Any]] = [
    [["cloze", 1, "hint", [["text", "a:"]]]],
    [["cloze", 1, "", [["text", "a::b{c"]]]],
    [["cloze", 12, "", [["text", "{{c2::a}}"]]], ["text", "{{c1::b}}"]],
    [["text", "Look!"], LINK_L],
    [["text", "[a"], ["code", "]: b"]],
    [["text", "a"], ["emphasis", [["text", "(b)"]]], ["text", "c"]],
    [["emphasis", [["text", " a "]]], ["text", " b "]],
    [["emphasis", [["text", "a"]]], ["strong", [["text", "b"]]], ["emphasis", [["text", "c"]]]],
    [["strong", [["emphasis", [["text", "a"]]], ["text", "b"]]]],
    [["code", "`"], ["text", "`"], ["code", " a "], ["text", " "], ["code", " "]],
    [["text", "a\nb"], ["line_break"], ["text", " c"]],
    [["math", "a"], ["math", "b"], ["display_math", "c"], ["text", "$"]],
]


@pytest.mark.parametrize("inner", DELICATE)
def test_neighbours_do_not_change_each_other(inner: list[Any]) -> None:
    assert read(render(paragraph(*inner))) == paragraph(*inner)


def test_what_looks_like_one_formula_stays_two() -> None:
    document = paragraph(["display_math", "a"], ["text", ","], ["display_math", "b"])
    assert read(render(document)) == document


def test_a_dollar_at_the_beginning_and_a_backslash_at_the_end() -> None:
    document = paragraph(["math", "a"], ["text", " b\\"])
    assert read(render(document)) == document


def test_a_line_is_a_line() -> None:
    document = paragraph(["text", "a"], ["line_break"], ["math", "b\nc"], ["text", "|"])
    assert render_line(document) == "a $b c$|"
    table = [["table", [""], [[document[0][1]]]]]
    assert render(table) == "| a $b c$\\| |\n| --- |"


def test_addresses_that_are_not_plain() -> None:
    document = paragraph(["link", "https://a.b/(c)&amp;d e", [["text", "f"]]])
    assert render(document) == "[f](<https://a.b/(c)\\&amp;d e>)"


def test_the_shipped_deck_survives(shipped: DeckFolder) -> None:
    deck, _ = compile_folder(shipped)
    bodies = [question.body for question in deck.questions.values() if question.body]
    assert bodies
    for body in bodies:
        for document in (body.prompt, body.answer):
            assert read(render(document)) == document
        for point in body.must_mention:
            assert read(render_line(point), inline=True) == point


# --- whatever can be written ---------------------------------------------------------

WORDS = st.text(
    st.sampled_from("abc1 .,:;!?()[]{}<>*_`$&#|~^+-=/\\'\"@%é→中\u00a0")
    | st.characters(blacklist_categories=["Cc", "Cs"]),
    min_size=1,
    max_size=12,
) | st.sampled_from(["{{c1::a}}", "](", "a::b", "&lt;", "1. ", "- ", "***", "$$", "```", "<a@b>"])
TEX = st.sampled_from(
    ["x", "a|b", r"\|x\|", r"\frac{a}{b^{2}}", r"\{ i : i<n \}", "a\nb", r"a_{i}*b_{j}*", r"\$"]
)
PLAIN = st.text(st.sampled_from("ab c*_`<&|[$"), min_size=1, max_size=8)
FILES = st.sampled_from(["a.png", "loss-curve_2.svg"])
LINKS = st.sampled_from(["https://a.b", "http://a.b/(c)_d*e?f=g&h=i#j", "mailto:a@b.c"])
HINTS = st.sampled_from(["", "hint", "two words", "$x$", "a|b"])
LANGUAGES = st.sampled_from(["", "python", "c++"])


def join_words(inlines: list[Any]) -> list[Any]:
    """Inlines as reading gives them: neighbouring words are one, as is code that touches."""
    joined: list[Any] = []
    for node in inlines:
        if joined and node[0] == joined[-1][0] == "text":
            joined[-1] = ["text", joined[-1][1] + node[1]]
        elif joined and node[0] == joined[-1][0] == "code":
            continue
        else:
            joined.append(node)
    return joined


def inlines_of(node: st.SearchStrategy[Any], most: int = 4) -> st.SearchStrategy[Any]:
    return st.lists(node, min_size=1, max_size=most).map(join_words)


TEXT = WORDS.map(lambda words: ["text", words])
MATH = st.tuples(st.sampled_from(["math", "display_math"]), TEX).map(list)
CODE_IN_HOLE = ["code", "a|b"]
IN_HOLE = st.one_of(TEXT, MATH, st.sampled_from([CODE_IN_HOLE, ["strong", [["text", "a}"]]]]))
HOLE = st.tuples(st.just("cloze"), st.integers(1, 12), HINTS, inlines_of(IN_HOLE, 3)).map(list)
MATH_HINTS = st.sampled_from(["", "hint", "a|b"])
MATH_HOLE = st.tuples(st.just("cloze"), st.integers(1, 12), MATH_HINTS, TEX).map(list)
CLOZE_MATH = st.tuples(
    st.just("cloze_math"), st.booleans(), st.tuples(st.just("y ="), MATH_HOLE).map(list)
).map(list)
LEAF = st.one_of(
    TEXT,
    TEXT,
    PLAIN.map(lambda code: ["code", code]),
    MATH,
    CLOZE_MATH,
    HOLE,
    st.tuples(st.just("image"), FILES, st.sampled_from(["", "a *b* | c"])).map(list),
)
MARKED = st.sampled_from(["emphasis", "strong"])
ONCE = st.tuples(MARKED, inlines_of(LEAF, 3)).map(list)
LINK = st.tuples(st.just("link"), LINKS, inlines_of(st.one_of(TEXT, MATH, ONCE), 2)).map(list)
TWICE = st.tuples(
    MARKED, st.tuples(TEXT, st.one_of(LINK, ONCE), TEXT).map(list).map(join_words)
).map(list)
ANY_INLINES = inlines_of(st.one_of(LEAF, LEAF, ONCE, LINK, TWICE))


@st.composite
def inlines(draw: st.DrawFn, *, is_flat: bool = False) -> Any:
    """Inlines; flat ones have no formula of several lines."""
    drawn = draw(ANY_INLINES)
    assume(not is_flat or "\\n" not in repr(drawn))
    return drawn


BROKEN = st.tuples(inlines(), inlines()).map(lambda two: [*two[0], ["line_break"], *two[1]])
FLAT = inlines(is_flat=True)


def is_paragraph(inner: list[Any]) -> bool:
    """Whether inlines are not just a displayed formula, which is a block."""
    return len(inner) > 1 or inner[0][0] not in {"display_math", "cloze_math"}


@st.composite
def tables(draw: st.DrawFn) -> Any:
    width = draw(st.integers(1, 3))
    aligns = draw(
        st.lists(st.sampled_from(["", "left", "right", "center"]), min_size=width, max_size=width)
    )
    cells: st.SearchStrategy[Any] = st.lists(FLAT | st.just([]), min_size=width, max_size=width)
    return ["table", aligns, draw(st.lists(cells, min_size=1, max_size=3))]


CODE_LINES = st.lists(st.text(st.sampled_from("ab `~#>-\t"), max_size=6), max_size=4)
CODE = CODE_LINES.map(lambda lines: "".join(f"{line}\n" for line in lines))
LEAF_BLOCK = st.one_of(
    st.one_of(inlines(), BROKEN).filter(is_paragraph).map(lambda inner: ["paragraph", inner]),
    st.tuples(st.just("heading"), st.integers(1, 6), FLAT).map(list),
    st.tuples(st.just("code_block"), LANGUAGES, CODE).map(list),
    TEX.map(lambda tex: ["display_math", f"\n{tex}\n"]),
    MATH_HOLE.map(lambda hole: ["cloze_math", True, ["a\n", hole]]),
    tables(),
    st.just(["rule"]),
)


def containers(blocks: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    many = st.lists(blocks, min_size=1, max_size=3)
    items = st.lists(many, min_size=1, max_size=3)
    starts = st.sampled_from([0, 1, 9, 999_999_999])
    return st.one_of(
        many.map(lambda inner: ["quote", inner]),
        items.map(lambda inner: ["bullet_list", inner]),
        st.tuples(st.just("ordered_list"), starts, items).map(list),
    )


DOCUMENTS = st.lists(st.recursive(LEAF_BLOCK, containers, max_leaves=6), max_size=4)


@settings(max_examples=150, deadline=None)
@given(DOCUMENTS)
def test_any_document_is_read_again_as_it_was(document: Any) -> None:
    assert read(render(document)) == document


@settings(max_examples=100, deadline=None)
@given(FLAT)
def test_any_line_is_read_again_as_it_was(inner: Any) -> None:
    document = paragraph(*inner)
    assert read(render_line(document), inline=True) == document


INDENTS = ["", "  ", "    ", "> ", ">", "- ", "* ", "1. ", "2) ", "- - ", "> - ", "1. - ", "\t"]
BODIES = [
    "a", "b c", "", "$$", "$$x$$", "z $$", "```", "~~~", "| a | b |", "|---|--:|",
    "| `x\\|y` | $a\\|b$ |", "# h", "---", "===", "$a$", "`c`", "{{c1::x::h}}", "x\\", "*em*",
    "**s*t*s**", "  t  ", "[l](https://a.b)", "${{c1::x}}$", "-", "1.", "&nbsp;", "\tq",
]  # fmt: skip
LINES = st.tuples(st.sampled_from(INDENTS), st.sampled_from(BODIES)).map("".join)


@settings(max_examples=150, deadline=None)
@given(st.lists(LINES, min_size=1, max_size=9))
def test_what_a_text_means_is_kept(lines: list[str]) -> None:
    document, findings = parse_markdown("\n".join(lines) + "\n")
    assume(not findings)
    # A formula that runs on in a quote without `>` may have any line in it.
    formulas = [node for node in walk(document) if node[0] in {"display_math", "cloze_math"}]
    assume(not any("\\n" in repr(node) for node in formulas))
    assert read(render(document)) == document
