"""What a deck file may hold, said once: read by the checker and by the JSON Schema.

A shape describes one value. `check_shape` compares a node with it and collects every difference as a
problem; `mlready.content.json_schema` turns the same shapes into a schema for editors.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from mlready.content.problems import Problem, did_you_mean
from mlready.content.yaml_source import Document, Mapping, Node, Scalar, Sequence


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

Report = Callable[[Node, str, str], None]


def check_shape(document: Document, node: Node, shape: Shape, name: str) -> bool:
    """Whether the node has the shape; every difference is added to the document's problems.

    Args:
        document: the file the node is of.
        node: what was written.
        shape: what should be.
        name: how messages call the value, e.g. "kind".
    """
    before = len(document.problems)

    def report(where: Node, message: str, hint: str = "") -> None:
        document.problems.append(Problem(document.locate(where), message, hint))

    _check(node, shape, name, report)
    return len(document.problems) == before


def _check(node: Node, shape: Shape, name: str, report: Report) -> None:
    match shape:
        case Record():
            _check_record(node, shape, name, report)
        case ListOf():
            _check_list(node, shape, name, report)
        case MapOf():
            _check_map(node, shape, name, report)
        case _:
            if not isinstance(node, Scalar):
                found = _describe(node)
                report(node, f"{name} must be {_expected(shape)}, not {found}", shape.doc)
            else:
                _check_scalar(node, shape, name, report)


def _check_scalar(
    node: Scalar, shape: Text | Word | Choice | Whole, name: str, report: Report
) -> None:
    value = node.value
    if isinstance(shape, Whole):
        good = isinstance(value, int) and not isinstance(value, bool)
        if not good or not shape.low <= int(value or 0) <= shape.high:
            report(node, f"{name} must be {_expected(shape)}, not {value!r}", "")
        return
    if not isinstance(value, str):
        if value is None:
            report(node, f"{name} is empty", shape.doc)
        else:
            hint = "put it in quotes if it is meant as text"
            report(node, f"{name} must be text, not {_describe(node)}", hint)
    elif isinstance(shape, Choice):
        if value not in shape.options:
            hint = did_you_mean(value, shape.options)
            choices = "one of: " + ", ".join(shape.options)
            report(node, f'{name} cannot be "{_short(value)}"', hint or choices)
    elif isinstance(shape, Word):
        if not re.fullmatch(shape.pattern, value):
            report(node, f'"{_short(value)}" is not {shape.means}', shape.doc)
    elif not value.strip():
        report(node, f"{name} is empty", shape.doc)
    elif shape.one_line and "\n" in value.strip():
        report(node, f"{name} must be on one line", "")


def _check_list(node: Node, shape: ListOf, name: str, report: Report) -> None:
    if not isinstance(node, Sequence):
        hint = f"write it as a list: {name}: [one, two]"
        report(node, f"{name} must be a list, not {_describe(node)}", hint)
        return
    if len(node.items) < shape.least:
        report(node, f"{name} needs at least {shape.least}", shape.doc)
    for item in node.items:
        _check(item, shape.item, f"an item of {name}", report)


def _check_map(node: Node, shape: MapOf, name: str, report: Report) -> None:
    if not isinstance(node, Mapping):
        report(node, f"{name} must be a mapping, not {_describe(node)}", shape.doc)
        return
    for key, value in node.items.items():
        _check_scalar(node.keys[key], shape.key, f"a key of {name}", report)
        _check(value, shape.value, key, report)


def _check_record(node: Node, shape: Record, name: str, report: Report) -> None:
    if not isinstance(node, Mapping):
        known = ", ".join(shape.fields)
        hint = f"write it as `key: value` lines with the keys {known}"
        report(node, f"{name} must be a mapping, not {_describe(node)}", hint)
        return
    for key, value in node.items.items():
        field = shape.fields.get(key)
        if field is None:
            hint = did_you_mean(key, shape.fields) or "known: " + ", ".join(shape.fields)
            report(node.keys[key], f'unknown key "{_short(key)}" in {name}', hint)
        else:
            _check(value, field, key, report)
    for key in shape.fields:
        if key in shape.required and key not in node.items:
            report(node, f'{name} has no "{key}"', shape.fields[key].doc)


def _short(text: str) -> str:
    return text if len(text) <= 40 else text[:39] + "…"


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
        case Scalar(value=value):
            kind = "text" if isinstance(value, str) else "the number"
            return kind if kind == "text" else f"{kind} {value}"


def _expected(shape: Text | Word | Choice | Whole) -> str:
    match shape:
        case Whole(low=low, high=high):
            return f"a whole number from {low} to {high}"
        case Choice(options=options):
            return "one of " + ", ".join(options)
        case _:
            return "text"
