"""YAML: every way a file cannot be read has a place, and plain values are those of YAML 1.2."""

from __future__ import annotations

import pytest

from mlready.content.limits import MAX_BYTES
from mlready.content.yaml_source import (
    MAX_NODES,
    MAX_PROBLEMS,
    Mapping,
    Scalar,
    parse_yaml,
    resolve_plain,
)


def read(data: str | bytes) -> list[str]:
    document = parse_yaml("x.yaml", data.encode() if isinstance(data, str) else data)
    return [f"{p.location.line}:{p.location.column} {p.message}" for p in document.problems]


CASES = {
    "a: [1\nb: 2": "2:2 YAML syntax: while parsing a flow sequence did not find expected",
    "a: b: c": "1:5 YAML syntax: mapping values are not allowed in this context",
    'a: "\\d"': "1:5 YAML syntax: while parsing a quoted scalar found unknown escape character",
    "a:\n\t- b": "2:1 YAML syntax: while scanning for the next token found character",
    'é: "ab': "1:7 YAML syntax: while scanning a quoted scalar found unexpected end of stream",
    "a: 1\nb: 2\na: 3": '3:1 the key "a" appears twice (first on line 1)',
    "a: {b: 1, 'b': 2}": '1:11 the key "b" appears twice (first on line 1)',
    "a: &x 1": "1:4 anchors (&name) are not used in decks",
    "a: &x [1]": "1:4 anchors (&name) are not used in decks",
    "- *x": "1:3 aliases (*name) are not used in decks",
    "a: !!python/object:os.system 1": "1:4 tags (!name) are not used in decks",
    "a: ! 1": "1:4 tags (!name) are not used in decks",
    "a: 1\n---\nb: 2": "2:1 a second document in one file",
    "---\n---\n": "2:1 a second document in one file",
    "? [a]\n: b": "1:3 a list or mapping cannot be a key",
    "{a: 1}: b": "1:1 a list or mapping cannot be a key",
    "[" * 13: "1:13 nested more than 12 deep",
    "a: b\x00": "1:5 a character that YAML does not allow",
    "é\na: \x1b[31m": "2:4 a character that YAML does not allow",
    'a: "ok \\x1b[31m"': "1:8 a control character (U+001B) in a text",
    'a: "\\e"': "1:5 a control character (U+001B) in a text",
    'a: "one\n\n  two \\0"': "3:7 a control character (U+0000) in a text",
    'a: "\\r"': "1:5 a control character (U+000D) in a text",
    '"\\x9b": 1': "1:2 a control character (U+009B) in a text",
    'a: "\\L"': "1:5 a control character (U+2028) in a text",
}


@pytest.mark.parametrize("text", CASES)
def test_what_cannot_be_read_has_a_place(text: str) -> None:
    found = read(text)
    assert len(found) == 1
    assert found[0].startswith(CASES[text])


def test_tabs_and_newlines_are_no_control_characters() -> None:
    assert read('a: "one\\ttwo\\nthree"') == []


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"\xff\xfea\x00", "1:1 the file is not UTF-8 text"),
        ("é: ".encode() + b"\xe9", "1:4 the file is not UTF-8 text"),
        (b"\xef\xbb\xbfa: 1\n\xc3", "2:1 the file is not UTF-8 text"),
        (b"\x89PNG\r\n\x1a\n", "1:1 the file is not UTF-8 text"),
        (b" " * (MAX_BYTES + 1), "1:1 the file is larger than 8 MiB"),
        (b"- \n" * (MAX_NODES + 1), f"{MAX_NODES}:2 more than 300,000 values in one file"),
    ],
)
def test_bytes_that_are_no_deck(data: bytes, message: str) -> None:
    document = parse_yaml("x.yaml", data)
    assert document.root is None
    assert read(data) == [message]


@pytest.mark.parametrize("data", [b"\xef\xbb\xbfa: b\n", b"a: b\r\n", b"a: b\r", b"--- \na: b\n"])
def test_byte_order_mark_and_line_ends_do_not_matter(data: bytes) -> None:
    root = parse_yaml("x.yaml", data).root
    assert isinstance(root, Mapping)
    assert isinstance(root.items["a"], Scalar)
    assert root.items["a"].value == "b"


def test_crlf_counts_as_one_line() -> None:
    assert read("a: 1\r\nb: 2\r\na: 3") == ['3:1 the key "a" appears twice (first on line 1)']


def test_only_so_many_problems_are_told() -> None:
    assert len(read("a: 1\n" * 10 * MAX_PROBLEMS)) == MAX_PROBLEMS


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("no", "no"),
        ("yes", "yes"),
        ("on", "on"),
        ("Off", "Off"),
        ("y", "y"),
        ("true", True),
        ("False", False),
        ("tRUE", "tRUE"),
        ("012", 12),
        ("0o14", "0o14"),
        ("-7", -7),
        ("1_000", "1_000"),
        ("12:30:45", "12:30:45"),
        ("2020-01-01", "2020-01-01"),
        ("1.50", 1.5),
        ("1e3", 1000.0),
        (".5", 0.5),
        (".", "."),
        ("1.2.3", "1.2.3"),
        ("~", None),
        ("null", None),
        ("", None),
        ("١٢", "١٢"),
    ],
)
def test_plain_values_are_those_of_yaml_1_2(text: str, value: object) -> None:
    found = resolve_plain(text)
    assert found == value
    assert type(found) is type(value)


def test_quoted_values_are_texts() -> None:
    root = parse_yaml("x.yaml", b"['12', \"true\", null, '']").root
    assert [item.value for item in root.items] == ["12", "true", None, ""]  # type: ignore[union-attr]


def test_a_key_is_a_name_whatever_it_looks_like() -> None:
    root = parse_yaml("x.yaml", b"1: a\ntrue: b\n~: c\n").root
    assert isinstance(root, Mapping)
    assert list(root.items) == ["1", "true", "~"]


PLACES = {
    "literal": "a: |\n  é one\n\n  two @ x\n",
    "literal, indented by the author": "a: |2\n    code\n  @\n",
    "literal, kept": "a: |+\n\n  @\n\n",
    "literal in a list": "- - |\n    one\n      @\n",
    "folded": "a: >\n  one\n  two\n\n    three @\n",
    "plain": "a:   é @\n",
    "plain on two lines": "a: one\n  two @\n",
    "single quotes": "a: 'it''s @'\n",
    "single quotes on lines": "a: 'it''s\n\n   so @'\n",
    "double quotes": 'a: "one \\u00e9\\" \\t\\\\ @"\n',
    "double quotes on lines": 'a: "one \\n\n  two\\\n   three @"\n',
    "windows": "a: |\r\n  one\r\n  @\r\n",
}


@pytest.mark.parametrize("name", PLACES)
def test_each_character_of_a_text_is_found_in_the_file(name: str) -> None:
    text = PLACES[name]
    document = parse_yaml("x.yaml", text.encode())
    node = document.root
    while not isinstance(node, Scalar):
        assert node is not None
        node = node.items["a"] if isinstance(node, Mapping) else node.items[0]
    found = document.locate_offset(node, str(node.value).index("@"))
    before = text[: text.index("@")]
    line, column = before.count("\n") + 1, len(before) - before.rfind("\n")
    assert (found.line, found.column) == (line, column)


@pytest.mark.parametrize(
    ("line", "place"),
    [
        (r'question: "If $x \neq 0$, then?"', r"1:18 \neq"),
        (r'question: "$a \times b$ and $\alpha$"', r"1:15 \times"),
    ],
)
def test_an_escape_in_double_quoted_mathematics(line: str, place: str) -> None:
    problems = parse_yaml("a.yaml", line.encode()).problems
    at, command = place.split()
    assert [str(p.location) for p in problems] == [f"a.yaml:{at}"]
    assert command in problems[0].message
    assert "single quotes" in problems[0].hint


@pytest.mark.parametrize(
    "line", [r'"one\ntwo $x$"', r'"$a$\n$b$"', r'"$\\neq$"', r"'$\neq$'", r'"a \times b"']
)
def test_escapes_that_are_meant(line: str) -> None:
    assert parse_yaml("a.yaml", f"question: {line}".encode()).problems == []
