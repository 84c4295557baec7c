"""What must always hold, whatever is written."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mlready.content import markdown
from mlready.content.cloze import find_holes, mask_holes, read_hole, split_math
from mlready.content.compiling import compile_folder
from mlready.content.deck import (
    DeckInfo,
    Name,
    Question,
    Reference,
    Topic,
    Unit,
    unit_from_outline,
)
from mlready.content.document import cloze_numbers, image_files, is_empty, walk
from mlready.content.folder import DeckFolder
from mlready.content.markdown import MAX_DEPTH, MAX_FINDINGS, parse_markdown
from mlready.content.plain_markdown import split_blocks, split_inlines
from mlready.content.problems import Location, Problem, did_you_mean, format_problem, quoted
from mlready.content.yaml_source import parse_yaml, resolve_plain

PIECES = (
    *("$", "$$", "{{c1::", "{{c2::", "::", "}}", "{", "}", "\\", "\\$", "\\(", "`", "```", "*"),
    *("**", "_", "[", "]", "(", ")", "![", "](a.png)", "<a>", "<https://b>", ">", "-", "1."),
    *("#", "|", "---", "\\frac", "\\left(", "\\right)", "\\begin{a}", "\\end{a}", "%"),
    *("&amp;", "a", "b", "é", "中", "😀"),
)
hostile = st.lists(st.sampled_from([*PIECES, " ", "\n", "\n\n", "    ", "\t"])).map("".join)
texts = hostile | st.text() | st.text(st.characters())

names = st.builds(Name, st.text(), st.integers(1), st.integers(1))
some = st.lists(names, max_size=3).map(tuple)
questions = st.builds(
    Question,
    path=st.just("questions/a.yaml"),
    topic=st.text(),
    id=names,
    kind=st.text(),
    level=st.text(),
    is_cloze=st.booleans(),
    ordinals=st.lists(st.integers(1, 99)).map(tuple),
    source=st.none() | names,
    source_at=st.text(),
    claim=st.none() | names,
    requires=some,
    formerly=some,
    images=some,
    digest=st.text(),
    body=st.none(),
)
topics = st.builds(
    Topic,
    path=st.just("topics/1-a.yaml"),
    id=names,
    title=st.text(),
    phase=st.integers(0, 99),
    prerequisites=some,
    why=st.text(),
    area=st.none() | names,
    formerly=some,
)
infos = st.builds(
    DeckInfo,
    id=st.text(),
    title=st.text(),
    description=st.text(),
    phases=st.lists(st.text()).map(tuple),
    areas=st.lists(st.text()).map(tuple),
)
problems = st.builds(
    Problem,
    st.builds(Location, st.text(), st.integers(1), st.integers(1)),
    st.text(),
    st.text(),
    st.sampled_from(["error", "warning"]),
)
units = st.builds(
    Unit,
    path=st.just("questions/a.yaml"),
    info=st.none() | infos,
    references=st.lists(
        st.builds(Reference, st.text(), st.text(), st.text(), st.integers(), st.text())
    ).map(tuple),
    topics=st.lists(topics, max_size=2).map(tuple),
    topic=st.none() | names,
    questions=st.lists(questions, max_size=2).map(tuple),
    retired=some,
    problems=st.lists(problems, max_size=2),
)


@settings(max_examples=50, deadline=None)
@given(units)
def test_an_outline_says_all_but_bodies_and_lines(unit: Unit) -> None:
    assert unit_from_outline(unit.path, unit.outline()) == replace(unit, lines=[])


def test_the_outlines_of_the_shipped_deck(shipped: DeckFolder) -> None:
    for path, unit in compile_folder(shipped)[1].items():
        bare = tuple(question._replace(body=None) for question in unit.questions)
        assert unit_from_outline(path, unit.outline()) == replace(unit, questions=bare, lines=[])


@settings(max_examples=300, deadline=None)
@given(texts, st.booleans())
def test_markdown_never_raises(text: str, inline: bool) -> None:
    document, findings = parse_markdown(text, inline=inline)
    assert len(findings) <= MAX_FINDINGS
    assert all(0 <= finding.offset <= len(text) for finding in findings)
    assert json.loads(json.dumps(document)) == json.loads(json.dumps(list(document)))
    assert len(list(walk(document))) >= len(image_files(document))
    assert is_empty(document) in {True, False}
    assert all(1 <= number <= 99 for number in cloze_numbers(document))
    assert depth(document) <= 4 * MAX_DEPTH


def depth(value: object) -> int:
    if not isinstance(value, list | tuple):
        return 0
    return 1 + max(map(depth, value), default=0)


# Scraps that mean something to Markdown beside each other, and scraps that never do.
scraps = st.sampled_from(
    [
        *(
            "a",
            "word ",
            "1",
            "1.",
            "2)",
            " ",
            "  ",
            "\n",
            "\n\n",
            "$",
            "$$",
            "$$\n",
            "\n$$\n",
            "$x$",
        ),
        *("$a\nb$", "\\", "\\$", "*", "**", "_", "`", "[", "]", "(", ")", "<", ">", "&", "&amp;"),
        *("!", "|", "-", "---", "=", "#", "+", "~", "{", "}", "}}", ":", "\t", '"', "http://a.b"),
        *(
            "\xa0",
            "\u3000",
            ".",
            "- a",
            "- b $x$\n",
            "*em*",
            "**st ro**",
            "`c`",
            " *a b*,",
            "(*x*)",
        ),
        *("\n- ", "é", "{{c1::", "$\\left($", "![p](p.svg)"),
    ]
)
marked_up = st.lists(scraps, max_size=14).map("".join)


@settings(max_examples=1500, deadline=None)
@given(marked_up | st.text(), st.booleans())
def test_the_fast_path_agrees_with_the_parser(text: str, inline: bool) -> None:
    """What needs no parser becomes what the parser would have made of it."""
    document, findings = parse_markdown(text, inline=inline)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(markdown, "split_blocks", lambda _: None)
        patch.setattr(markdown, "split_inlines", lambda _: None)
        slow, same = parse_markdown(text, inline=inline)
    assert document == slow
    assert [found.message for found in findings] == [found.message for found in same]


def test_the_fast_path_is_taken() -> None:
    text = "Let $x > 0$ and *then*:\n\n$$\nx^2\n$$\n\n- one `a`\n- and **two**"
    blocks = split_blocks(text)
    assert blocks is not None
    assert [block.kind for block in blocks] == ["paragraph", "display_math", "bullet_list"]
    assert split_inlines(blocks[0].content) is not None
    assert split_blocks("1. one") is None
    assert split_inlines("[link](https://a.b)") is None


@settings(max_examples=200, deadline=None)
@given(hostile)
def test_holes(tex: str) -> None:
    masked = mask_holes(tex)
    assert len(masked) == len(tex)
    for start, hole in find_holes(tex):
        assert read_hole(tex, start) == hole
        assert tex[hole.end - 2 : hole.end] == "}}"
        assert masked[start] == "{"
        assert masked[hole.end - 1] == "}"
        assert hole.content + hole.hint in tex.replace("::", "")[: 10**6] or "::" in tex
    kept = [part for part in split_math(tex) if isinstance(part, str)]
    assert all(part in tex for part in kept)


@settings(max_examples=200, deadline=None)
@given(st.binary() | texts.map(lambda text: text.encode("utf-8", "surrogatepass")))
def test_yaml_never_raises(data: bytes) -> None:
    document = parse_yaml("x.yaml", data)
    for problem in document.problems:
        assert 1 <= problem.location.line <= (len(document.lines) or problem.location.line)
        assert problem.location.column >= 1
        assert format_problem(problem, {"x.yaml": document.lines}).count("\n") <= 3


@given(st.text(st.sampled_from("0123456789+-.eE_:xo~nulTrue "), max_size=30))
def test_every_plain_value_has_a_meaning(text: str) -> None:
    value = resolve_plain(text)
    assert isinstance(value, str | int | float | bool | None)
    assert not isinstance(value, str) or value == text


@given(st.text(), st.lists(st.text()))
def test_words_in_messages(word: str, known: list[str]) -> None:
    assert quoted(word).isprintable()
    assert len(quoted(word)) <= 62
    assert did_you_mean(word, known).isprintable()


@settings(max_examples=20, deadline=None)
@given(st.randoms(use_true_random=False))
def test_the_order_of_files_does_not_matter(shipped: DeckFolder, random: st.DrawFn) -> None:
    paths = list(shipped.files)[:12] + [p for p in shipped.files if p.startswith("topics/")]
    files = {path: shipped.files[path] for path in paths}
    random.shuffle(paths)  # type: ignore[attr-defined]
    shuffled = {path: shipped.files[path] for path in paths}
    decks = [
        compile_folder(DeckFolder(Path("deck"), files=each, claims=shipped.claims))[0]
        for each in (files, shuffled)
    ]
    assert decks[0] == decks[1]
    assert list(decks[0].topics) == list(decks[1].topics)
    assert list(decks[0].questions) == list(decks[1].questions)
