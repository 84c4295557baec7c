"""Hostile decks take no more than seconds: no step is quadratic in what an author can write."""

from __future__ import annotations

from time import process_time

import pytest

from mlready.content.limits import MAX_BYTES
from mlready.content.markdown import parse_markdown
from mlready.content.units import MAX_TEXT, read_unit

TEXTS = [
    "[",
    "![",
    "[a](",
    "*a ",
    "a**b",
    "$a ",
    "$a$ ",
    "$",
    "$}$ ",
    "${$ ",
    "`a",
    ">",
    "> \n",
    "- ",
    "- a\n",
    "<",
    "&",
    "\\",
    "{{c1::",
    "{{c1::a}}",
    "{{c1::{{c2::a}}}}",
    "**{{c1::a**}}",
    "![a](../b.png)",
    "![a](b.png)",
    "[a]: b\n",
    "| a ",
    "a | b\n-|-\n",
    "$5\n\n",
]
WHOLE = {
    "braces": "$" + "{" * 9_990 + "}" * 9_990 + "$",
    "open braces": "$" + "{" * 19_990 + "$",
    "holes in a formula": "$" + "{{c1::" * 3_300 + "$",
    "nested holes": "{{c1::" * 2_400 + "}}" * 2_400,
    "nested holes in a formula": "$" + "{{c1::" * 2_400 + "}}" * 2_400 + "$",
    "brackets": "[" * 9_999 + "a" + "]" * 9_999,
    "backticks": " ".join("`" * n for n in range(1, 190)),
    "a wide table": "|" * 5_000 + "\n" + "|-" * 5_000 + "\n" + "a\n" * 2_400,
    "a long table": "|a" * 100 + "\n" + "|-" * 100 + "\n" + "a\n" * 9_000,
    "nested lists": "".join(" " * n + "- a\n" for n in range(190)),
    "environments": "$" + r"\begin{a}" * 2_200 + "$",
    "one long environment": r"$\begin{" + "a" * 19_980 + "}$",
}


@pytest.mark.parametrize("text", [(t * MAX_TEXT)[:MAX_TEXT] for t in TEXTS] + [*WHOLE.values()])
def test_markdown_at_the_limit(text: str) -> None:
    began = process_time()
    parse_markdown(text)
    data = b"topic: a\nquestions:\n- id: a\n  kind: example\n  answer: b\n  cloze: "
    quoted = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    read_unit("questions/a.yaml", data + f'"{quoted}"\n'.encode())
    assert process_time() - began < 8  # far above what it takes: 0.02 to 2 seconds


HEAD = "topic: a\nquestions:\n"
FILES = {
    "[": "[",
    "{": "{a: ",
    "- ": "- ",
    "empty items": "- \n",
    "flow items": "[a, ",
    "the same key": "a: b\n",
    "blanks": " ",
    "newlines": "\n",
    "digits": "1",
    "letters": "a",
    "bangs": "!",
    "directives": "%a\n",
    "no questions": HEAD + "- 1\n",
    "unknown keys": HEAD + "- {idd: a, kindd: x}\n",
    "warnings": HEAD + "- {id: a, kind: example, question: a, answer: b}\n",
    "unknown topics": HEAD + "- {id: a, kind: example, cloze: '{{c1::b}}', requires: [b]}\n",
}


@pytest.mark.parametrize("name", FILES)
def test_files_at_the_limit(name: str) -> None:
    head, piece = (
        (HEAD, FILES[name].removeprefix(HEAD)) if HEAD in FILES[name] else ("", FILES[name])
    )
    room = MAX_BYTES - len(head)
    data = (head + piece * (room // len(piece))).encode()
    began = process_time()
    unit = read_unit("questions/a.yaml", data)
    assert unit.problems
    assert process_time() - began < 20  # far above what it takes: 0.1 to 3 seconds


def test_many_different_unknown_keys() -> None:
    data = "".join(f"a{number}: b\n" for number in range(140_000)).encode()
    began = process_time()
    assert len(read_unit("deck.yaml", data).problems) == 101
    assert process_time() - began < 20
