"""What a deck file may hold, said once: read by the checker and by the JSON Schema.

A shape describes one value. `check_shape` compares a node with it and collects every
difference as a problem; `mlready.content.json_schema` turns the same shapes into a schema
for editors.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from mlready.content.problems import Problem, did_you_mean, quoted
from mlready.content.yaml_source import MAX_PROBLEMS, Mapping, Node, Scalar, Sequence

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlready.content.yaml_source import Document

LONGEST_LINE = 1_000  # characters, in what must be on one line


@dataclass(frozen=True, slots=True)
class Text:
    """Text that people read; Markdown unless `plain`."""

    doc: str
    plain: bool = False
    one_line: bool = False


@dataclass(frozen=True, slots=True)
class Word:
    """A text that must match a pattern as a whole; `means` names it in messages."""

    doc: str
    pattern: str
    means: str
    longest: int = 100


@dataclass(frozen=True, slots=True)
class Choice:
    """One of a few words."""

    doc: str
    options: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Whole:
    """A whole number within a range."""

    doc: str
    low: int
    high: int


@dataclass(frozen=True, slots=True)
class ListOf:
    """A list whose items all have one shape."""

    doc: str
    item: Shape
    least: int = 0


@dataclass(frozen=True, slots=True)
class MapOf:
    """A mapping from names the author chooses to values of one shape."""

    doc: str
    key: Word
    value: Shape


@dataclass(frozen=True, slots=True)
class Record:
    """A mapping with known keys, of which `required` must be there."""

    doc: str
    fields: dict[str, Shape]
    required: frozenset[str] = frozenset()


Shape = Text | Word | Choice | Whole | ListOf | MapOf | Record

# Where something differs from its shape, how, and a hint.
Difference = tuple[Node, str, str]


def check_shape(document: Document, node: Node, shape: Shape, name: str) -> bool:
    """Whether the node has the shape; every difference is added to the document's problems.

    Args:
        document: the file the node is of.
        node: what was written.
        shape: what should be.
        name: how messages call the value, e.g. "kind".
    """
    before = len(document.problems)
    room = max(0, MAX_PROBLEMS - before)
    for where, message, hint in islice(_compare(node, shape, name), room):
        document.problems.append(Problem(document.locate(where), message, hint))
    return len(document.problems) == before and room > 0


def _compare(node: Node, shape: Shape, name: str) -> Iterator[Difference]:
    match shape:
        case Record():
            return _compare_record(node, shape, name)
        case ListOf():
            return _compare_list(node, shape, name)
        case MapOf():
            return _compare_map(node, shape, name)
        case _:
            return _compare_leaf(node, shape, name)


def _compare_leaf(
    node: Node, shape: Text | Word | Choice | Whole, name: str
) -> Iterator[Difference]:
    if not isinstance(node, Scalar):
        message = f"{name} must be {_expected(shape)}, not {_describe(node)}"
        yield node, message, shape.doc
    elif isinstance(shape, Whole):
        if not _is_whole(node, shape):
            message = f"{name} must be {_expected(shape)}, not {_describe(node)}"
            yield node, message, ""
    elif node.value is None:
        yield node, f"{name} is empty", shape.doc
    elif not isinstance(node.value, str):
        hint = "put it in quotes if it is meant as text"
        yield node, f"{name} must be text, not {_describe(node)}", hint
    else:
        for message, hint in _compare_text(node.value, shape, name):
            yield node, message, hint


def _is_whole(node: Scalar, shape: Whole) -> bool:
    value = node.value
    if not isinstance(value, int) or isinstance(value, bool):
        return False
    return shape.low <= value <= shape.high


def _compare_text(text: str, shape: Text | Word | Choice, name: str) -> Iterator[tuple[str, str]]:
    match shape:
        case Choice(options=options) if text not in options:
            hint = did_you_mean(text, options) or "one of: " + ", ".join(options)
            yield f"{name} cannot be {quoted(text)}", hint
        case Word(longest=longest) if len(text) > longest:
            yield f"{name} is longer than {longest:,} characters", shape.doc
        case Word(pattern=pattern) if not re.fullmatch(pattern, text):
            yield f"{quoted(text)} is not {shape.means}", shape.doc
        case Text() if not text.strip():
            yield f"{name} is empty", shape.doc
        case Text(one_line=True) if "\n" in text.strip():
            yield f"{name} must be on one line", ""
        case Text(one_line=True) if len(text) > LONGEST_LINE:
            yield f"{name} is longer than {LONGEST_LINE:,} characters", shape.doc


def _compare_list(node: Node, shape: ListOf, name: str) -> Iterator[Difference]:
    if not isinstance(node, Sequence):
        hint = f"write it as a list: {name}: [one, two]"
        yield node, f"{name} must be a list, not {_describe(node)}", hint
        return
    if len(node.items) < shape.least:
        yield node, f"{name} needs at least {shape.least}", shape.doc
    for item in node.items:
        yield from _compare(item, shape.item, f"an item of {name}")


def _compare_map(node: Node, shape: MapOf, name: str) -> Iterator[Difference]:
    if not isinstance(node, Mapping):
        yield node, f"{name} must be a mapping, not {_describe(node)}", shape.doc
        return
    for key, value in node.items.items():
        yield from _compare(node.keys[key], shape.key, f"a key of {name}")
        yield from _compare(value, shape.value, quoted(key))


def _compare_record(node: Node, shape: Record, name: str) -> Iterator[Difference]:
    if not isinstance(node, Mapping):
        known = ", ".join(shape.fields)
        hint = f"write it as `key: value` lines with the keys {known}"
        yield node, f"{name} must be a mapping, not {_describe(node)}", hint
        return
    for key, value in node.items.items():
        field = shape.fields.get(key)
        if field is None:
            hint = did_you_mean(key, shape.fields) or "known: " + ", ".join(shape.fields)
            yield node.keys[key], f"unknown key {quoted(key)} in {name}", hint
        else:
            yield from _compare(value, field, key)
    for key in shape.fields:
        if key in shape.required and key not in node.items:
            yield node, f'{name} has no "{key}"', shape.fields[key].doc


def _describe(node: Node) -> str:
    match node:
        case Sequence():
            return "a list"
        case Mapping():
            return "a mapping"
        case Scalar(value=bool() as value):
            return "true" if value else "false"
        case Scalar(value=None):
            return "nothing"
        case Scalar(value=str()):
            return "text"
        case Scalar(value=number):
            return f"the number {number}"


def _expected(shape: Text | Word | Choice | Whole) -> str:
    match shape:
        case Whole(low=low, high=high):
            return f"a whole number from {low} to {high}"
        case Choice(options=options):
            return "one of " + ", ".join(options)
        case _:
            return "text"
