"""Documents become HTML that says what the author wrote, and never runs."""

import re
from html.parser import HTMLParser
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from exports.html import render, render_tight

ALLOWED = {
    *("p", "h1", "h2", "h3", "h4", "h5", "h6", "pre", "code", "blockquote", "hr", "br"),
    *("ul", "ol", "li", "table", "tr", "th", "td", "em", "strong", "a", "img", "span"),
}
ALLOWED_ATTRIBUTES = {
    "a": {"href"},
    "img": {"src", "alt"},
    "ol": {"start"},
    "th": {"style"},
    "td": {"style"},
}


class Reader(HTMLParser):
    """What a browser sees: the text, the tags with their attributes."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.text = ""
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.others: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data

    def handle_comment(self, data: str) -> None:
        self.others.append(data)

    def handle_decl(self, decl: str) -> None:
        self.others.append(decl)

    def handle_pi(self, data: str) -> None:
        self.others.append(data)

    def unknown_decl(self, data: str) -> None:
        self.others.append(data)


def paragraph(*inlines: Any) -> list[Any]:
    return [["paragraph", list(inlines)]]


patient = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
nasty = st.sampled_from(
    [
        *("<script>alert(1)</script>", "<img src=x onerror=x>", "</p>", "<!--", "&lt;"),
        *("{{c1::", "}}", "{{", "::", "\\(", "\\)", "\\[", "[sound:x.mp3]", "[latex]"),
        *("javascript:alert(1)", "https://x.org/?a=1&b='\"", '" onload="x', "\\href"),
    ]
)
plain = st.text(st.characters(exclude_categories=["Cs"]))
texts = st.lists(plain | nasty, max_size=4).map("".join)


def nest(children: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    inlines = st.lists(children, max_size=3)
    return st.one_of(
        st.tuples(st.sampled_from(["emphasis", "strong"]), inlines),
        st.tuples(st.just("link"), texts, inlines),
        st.tuples(st.just("cloze"), st.integers(1, 9), texts, inlines),
    )


leaves = st.one_of(
    st.tuples(st.sampled_from(["text", "code", "math", "display_math"]), texts),
    st.tuples(st.just("image"), texts, texts),
    st.just(("line_break",)),
    st.tuples(
        st.just("cloze_math"),
        st.booleans(),
        st.lists(texts | st.tuples(st.just("cloze"), st.integers(1, 9), texts, texts)),
    ),
)
inline_lists = st.lists(st.recursive(leaves, nest, max_leaves=6), max_size=4)


def stack(children: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    blocks = st.lists(children, max_size=3)
    return st.one_of(
        st.tuples(st.just("quote"), blocks),
        st.tuples(st.just("bullet_list"), st.lists(blocks, max_size=3)),
        st.tuples(st.just("ordered_list"), st.integers(0), st.lists(blocks)),
    )


documents = st.lists(
    st.recursive(
        st.one_of(
            st.tuples(st.just("paragraph"), inline_lists),
            st.tuples(st.just("heading"), st.integers(), inline_lists),
            st.tuples(st.just("code_block"), texts, texts),
            st.tuples(
                st.just("table"),
                st.lists(st.sampled_from(["left", "right", "center", ""]) | texts),
                st.lists(st.lists(inline_lists, max_size=2), max_size=2),
            ),
            st.just(("rule",)),
        ),
        stack,
        max_leaves=4,
    ),
    max_size=3,
)


@patient
@given(documents)
def test_nothing_an_author_writes_becomes_live(document: Any) -> None:
    reader = Reader(render(document))
    assert not reader.others
    for tag, attributes in reader.tags:
        assert tag in ALLOWED
        assert set(attributes) <= ALLOWED_ATTRIBUTES.get(tag, set())
        if tag == "a":
            assert re.match("(?i)https?://|mailto:", attributes["href"] or "")
        if tag == "img":
            assert not set(attributes["src"] or "") & set("/\\:&%?#<>\"'")


@patient
@given(texts)
def test_text_comes_back(text: str) -> None:
    html = render(paragraph(["text", text]))
    assert Reader(html).text == text
    # No marker of Anki's or MathJax's is left in the source.
    assert not re.search(r"\{\{|\}\}|\[|\\[(\[]", html)


@patient
@given(texts, texts)
def test_texts_side_by_side_form_no_marker(left: str, right: str) -> None:
    html = render(paragraph(["text", left + "{"], ["text", "{c1::x}"], ["text", right]))
    assert not re.search(r"\{\{|\}\}|\[|\\[(\[]", html)
    assert Reader(html).text == left + "{{c1::x}" + right


@patient
@given(texts)
def test_code_comes_back(code: str) -> None:
    html = render([["code_block", "python", code]])
    assert Reader(html).text == code
    assert not re.search(r"\{\{|\}\}|\[|\\", html)


@patient
@given(texts)
def test_formulas_come_back_as_mathjax_reads_them(tex: str) -> None:
    tex = tex.replace("\\href", "")
    inline, display = (Reader(render([[tag, tex]])) for tag in ("math", "display_math"))
    seen = tex.replace("{{c1", "{ {c1")
    assert (inline.text, display.text) == (rf"\({seen}\)", rf"\[{seen}\]")


@patient
@given(texts, texts)
def test_descriptions_and_addresses_come_back(address: str, description: str) -> None:
    href = "https://example.org/" + address
    document = paragraph(["link", href, []], ["image", "fig-1.svg", description])
    tags = [tag for tag in Reader(render(document)).tags if tag[0] in {"a", "img"}]
    assert tags == [
        ("a", {"href": href}),
        ("img", {"src": "fig-1.svg", "alt": description}),
    ]


@pytest.mark.parametrize(
    "href",
    [
        *("javascript:alert(1)", "java\tscript:x", "data:text/html,x", "//x.org", "/x"),
        *("file:///etc/passwd", "vbscript:x", "x https://x.org", "http:x", ""),
    ],
)
def test_other_links_are_only_text(href: str) -> None:
    assert render([["link", href, [["text", "here"]]]]) == "here"


@pytest.mark.parametrize(
    "name",
    ["https://x.org/a.png", "//x.org/a.png", "a/b.png", "..", "data:x", "_style.css"],
)
def test_pictures_are_files_of_the_deck(name: str) -> None:
    assert render([["image", name, "a <b>"]]) == "a &lt;b&gt;"


@pytest.mark.parametrize(
    ("tex", "seen"),
    [
        (r"\href{javascript:x}{y}", r"\(\mathtt{\backslash href}{javascript:x}{y}\)"),
        (r"\style{background:url(x)}y", r"\(\mathtt{\backslash style}{background:"),
        (r"\\\require{html}", r"\(\\\mathtt{\backslash require}{html}\)"),
        (r"\mmlToken{mi}[href=x]y", r"\(\mathtt{\backslash mmlToken}{mi}[href=x]y\)"),
        # What is no colour, and no typeface, would be the rest of a style.
        (r"\fcolorbox{red;background:url(x)}{white}{y}", r"\(\mathtt{\backslash fcolorbox}{red;"),
        (r"\unicode[a;background:url(x)]{x41}", r"\(\mathtt{\backslash unicode}[a;"),
        # A new row whose first letters happen to spell a command.
        (r"\\href", r"\(\\href\)"),
        (r"\classes", r"\(\classes\)"),
    ],
)
def test_commands_by_which_mathjax_adds_links_are_shown(tex: str, seen: str) -> None:
    assert Reader(render([["math", tex]])).text.startswith(seen)


def hole(*inlines: Any, hint: str | None = "") -> str:
    return render([["cloze", 1, hint, list(inlines)]])


def math(*parts: Any) -> str:
    return render([["cloze_math", False, list(parts)]])


def test_hole_ends_where_its_author_ended_it() -> None:
    assert hole(["text", "a}}b::c"]) == "{{c1::a&#125;&#125;b&#58;&#58;c}}"
    assert hole(["math", "a^{b^{c}}"]) == r"{{c1::\(a^{b^{c} }\)}}"
    assert hole(["text", "x"], hint="h::}}") == "{{c1::x::h&#58;&#58;&#125;&#125;}}"
    assert hole(["text", "x"], hint=None) == "{{c1::x}}"


def test_hole_in_a_formula() -> None:
    nested = ["cloze", 2, "", r"\frac{a}{b^{2}}"]
    assert math("x = {", nested, "}") == r"\(x = {{{c2::\frac{a}{b^{2} } }}}\)"
    upright = r"\(x = {{c1::r::\text{the rate} }}\)"
    assert math("x = ", ["cloze", 1, "the rate", "r"]) == upright
    assert math("x = ", ["cloze", 1, r"\alpha", "r"]) == r"\(x = {{c1::r::\alpha}}\)"


@pytest.mark.parametrize(
    ("before", "around"),
    [
        ("x^", ("{ ", " }")),
        ("x_ ", ("{ ", " }")),
        (r"\sqrt", ("{ ", " }")),
        (r"a \\", ("{}", "")),
        (r"\begin{aligned}", ("{}", "")),
        (r"x^{", ("", "")),
        (r"a + ", ("", "")),
        (r"a \\ b", ("", "")),
    ],
)
def test_bracket_of_a_hidden_hole_is_no_argument(before: str, around: tuple[str, str]) -> None:
    start, end = around
    expected = rf"\({before}{start}{{{{c1::10}}}}{end}\)"
    assert math(before, ["cloze", 1, "", "10"]) == expected


def test_blocks() -> None:
    text = [["text", "x"]]
    document = (
        ("heading", 2, text),
        ("quote", [("paragraph", text)]),
        ("ordered_list", 3, [[("paragraph", text)], [("rule",), ("rule",)]]),
        ("table", ["right", ""], [[text, text], [text, text]]),
        ("display_math", "a < b"),
        ("cloze_math", True, ["a = ", ("cloze", 1, "", "b")]),
    )
    assert render(document) == (
        "<h2>x</h2><blockquote><p>x</p></blockquote>"
        '<ol start="3"><li>x</li><li><hr><hr></li></ol>'
        '<table><tr><th style="text-align: right">x</th><th>x</th></tr>'
        '<tr><td style="text-align: right">x</td><td>x</td></tr></table>'
        r"\[a &lt; b\]\[a = {{c1::b}}\]"
    )


def test_lone_paragraph_needs_no_tags() -> None:
    assert render_tight(paragraph(["text", "x"])) == "x"
    assert render_tight(paragraph() + paragraph()) == "<p></p><p></p>"
