"""Helpers of the inner tree, and the tree that Markdown becomes."""

from __future__ import annotations

import json
from typing import Any

import pytest

from mlready.content.document import (
    children_of,
    cloze_numbers,
    image_files,
    is_empty,
    walk,
)
from mlready.content.markdown import parse_markdown


def tree(text: str) -> Any:
    document, findings = parse_markdown(text)
    assert findings == []
    return document


TREES: dict[str, list[Any]] = {
    "a": [["paragraph", [["text", "a"]]]],
    "a _b_ c": [["paragraph", [["text", "a "], ["emphasis", [["text", "b"]]], ["text", " c"]]]],
    "snake_case_name": [["paragraph", [["text", "snake_case_name"]]]],
    "    code": [["code_block", "", "code\n"]],
    "# a": [["heading", 1, [["text", "a"]]]],
    "a\nb  \nc": [["paragraph", [["text", "a b"], ["line_break"], ["text", "c"]]]],
    "**a** `b` \\$ &amp; <i>": [
        [
            "paragraph",
            [
                ["strong", [["text", "a"]]],
                ["text", " "],
                ["code", "b"],
                ["text", " $ & <i>"],
            ],
        ]
    ],
    "```py\na\n```": [["code_block", "py", "a\n"]],
    "> a": [["quote", [["paragraph", [["text", "a"]]]]]],
    "- a\n- b": [
        ["bullet_list", [[["paragraph", [["text", "a"]]]], [["paragraph", [["text", "b"]]]]]]
    ],
    "3. a": [["ordered_list", 3, [[["paragraph", [["text", "a"]]]]]]],
    "---": [["rule"]],
    "$a$ $$b$$": [["paragraph", [["math", "a"], ["text", " "], ["display_math", "b"]]]],
    "$$\na\n$$": [["display_math", "\na\n"]],
    "$$a$$": [["display_math", "a"]],
    "[a](https://b)": [["paragraph", [["link", "https://b", [["text", "a"]]]]]],
    "![*a* b](c.png)": [["paragraph", [["image", "c.png", "*a* b"]]]],
    "| a | b |\n|:-:|--:|\n| $c$ | d |": [
        [
            "table",
            ["center", "right"],
            [
                [[["text", "a"]], [["text", "b"]]],
                [[["math", "c"]], [["text", "d"]]],
            ],
        ]
    ],
}


@pytest.mark.parametrize("text", TREES)
def test_markdown_becomes(text: str) -> None:
    document = tree(text)
    assert document == TREES[text]
    assert json.loads(json.dumps(document)) == document


def test_must_mention_is_one_line() -> None:
    document, findings = parse_markdown("# a *b*\n", inline=True)
    assert document == [["paragraph", [["text", "# a "], ["emphasis", [["text", "b"]]]]]]
    assert findings == []


EVERYTHING = r"""
# Title

Words *in* **all**, `code`, $x$,
![a dog](dog.png) and [a *link*](https://a.b).

- one
- > two {{c2::$y$ ![a cat](cat.png)}}

| h |
|---|
| $z {{c1::w::hint}}$ {{c2::v}} |

$$
q
$$

```
block
```
"""


def test_everything_is_walked_in_reading_order() -> None:
    document = tree(EVERYTHING)
    assert cloze_numbers(document) == (1, 2)
    assert image_files(document) == ["dog.png", "cat.png"]
    assert [node[0] for node in walk(document)][:4] == [
        "heading",
        "text",
        "paragraph",
        "text",
    ]
    assert not is_empty(document)


@pytest.mark.parametrize(
    "text", ["", "> ", "- ", "---", "```\n```", "[](https://a)", "$ $".replace(" ", "{}")]
)
def test_empty(text: str) -> None:
    document, _ = parse_markdown(text)
    assert is_empty(document) or "{}" in text


@pytest.mark.parametrize("text", ["a", "$x$", "`a`", "![](a.png)", "- - a", "| a |\n|-|"])
def test_not_empty(text: str) -> None:
    assert not is_empty(tree(text))


def test_a_leaf_has_no_children() -> None:
    for leaf in (["text", "a"], ["rule"], ["math", "x"], ["image", "a", "b"], ["unknown"]):
        assert children_of(leaf) == []
