"""YAML text as a tree of values that know their place; the one module that reads YAML.

Safe by construction: only the parser's events are used, never a constructor. Plain scalars
follow YAML 1.2's core schema; anchors, aliases, tags, duplicate keys, control characters,
deep nesting and huge files are problems, not surprises.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import yaml

from mlready.content.limits import MAX_BYTES
from mlready.content.problems import Location, Problem, quoted

if TYPE_CHECKING:
    from collections.abc import Callable

MAX_DEPTH = 12
MAX_NODES = 300_000
MAX_PROBLEMS = 100  # of one file; who has more than these mends them first

_LOADER = getattr(yaml, "CLoader", yaml.Loader)
_NULLS = frozenset({"", "~", "null", "Null", "NULL"})
_BOOLEANS = {
    "true": True,
    "True": True,
    "TRUE": True,
    "false": False,
    "False": False,
    "FALSE": False,
}
_INTEGER = re.compile(r"[-+]?[0-9]{1,18}")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]{1,3})?")

Value = str | int | float | bool | None


@dataclass(slots=True)
class Scalar:
    """A leaf: its value, and where and how it was written (line, column from 1)."""

    value: Value
    line: int
    column: int
    style: str = ""


@dataclass(slots=True)
class Sequence:
    """A list of nodes."""

    items: list[Node]
    line: int
    column: int


@dataclass(slots=True)
class Mapping:
    """A mapping from text keys to nodes; `keys` tells where each key stands."""

    items: dict[str, Node]
    keys: dict[str, Scalar]
    line: int
    column: int


Node = Scalar | Sequence | Mapping


@dataclass(slots=True)
class Document:
    """One parsed file. `root` is None where it could not be read at all."""

    path: str
    root: Node | None
    problems: list[Problem]
    lines: list[str] = field(default_factory=list)

    @property
    def is_full(self) -> bool:
        """Whether so much is wrong that there is no use in looking further."""
        return len(self.problems) >= MAX_PROBLEMS

    def locate(self, node: Node) -> Location:
        """Where the node begins."""
        return Location(self.path, node.line, node.column)

    def locate_offset(self, scalar: Scalar, offset: int) -> Location:
        """Where the character `offset` of the scalar's text stands in the file."""
        before = str(scalar.value)[:offset]
        if scalar.style == "|":
            return self._locate_in_block(scalar, offset)
        if scalar.style == ">":
            return self._locate_by_counting(before, scalar.line, 0, "")
        quote = scalar.style if scalar.style in {"'", '"'} else ""
        return self._locate_by_counting(
            before, scalar.line - 1, scalar.column - 1 + len(quote), quote
        )

    def _locate_in_block(self, scalar: Scalar, offset: int) -> Location:
        """In a literal block each line is the author's, after the indentation."""
        rows = str(scalar.value)[:offset].split("\n")
        whole_row = str(scalar.value).split("\n", len(rows))[len(rows) - 1]
        line = scalar.line + len(rows)
        source = self.lines[line - 1] if line <= len(self.lines) else ""
        indent = max(0, len(source) - len(whole_row)) if whole_row else len(source)
        return Location(self.path, line, indent + len(rows[-1]) + 1)

    def _locate_by_counting(self, before: str, line: int, column: int, quote: str) -> Location:
        """Folding changes blanks only, so what is not blank is counted.

        Args:
            before: the text before the place.
            line: the line in which the text begins, from 0.
            column: the column in which it begins, from 0.
            quote: the quotation mark that it stands in, or "".
        """
        count = len(before) - sum(map(before.count, " \n\t"))
        token = _TOKENS[quote]
        for number in range(line, len(self.lines)):
            for found in token.finditer(self.lines[number], column):
                if count == 0:
                    return Location(self.path, number + 1, found.start() + 1)
                count -= found[0] not in _BLANK_ESCAPES
            column = 0
        return Location(self.path, len(self.lines), len(self.lines[-1]) + 1)


# What stands for one character of a text that is not blank, by its quotation mark.
_TOKENS = {
    "": re.compile(r"[^ \t]"),
    "'": re.compile(r"''|[^ \t]"),
    '"': re.compile(r"\\(?:x[0-9A-Fa-f]{2}|u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8}|.|$)|[^ \t]"),
}
_BLANK_ESCAPES = frozenset({r"\n", r"\t", "\\\t", r"\ ", "\\", r"\x20", r"\x09", r"\x0a", r"\x0A"})


def parse_yaml(path: str, data: bytes) -> Document:
    """Read one YAML document.

    Args:
        path: the name that problems carry.
        data: the file's bytes, UTF-8.

    Returns:
        The document; its `root` is None and a problem says why where nothing could be read.
    """
    if len(data) > MAX_BYTES:
        message = f"the file is larger than {MAX_BYTES // 2**20} MiB"
        hint = "split it into several files"
        return Document(path, None, [Problem(Location(path), message, hint)])
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        readable = error.object[: error.start].decode("utf-8")
        place = Location(path, *_place_of(readable, len(readable)))
        problem = Problem(place, "the file is not UTF-8 text", "save it as UTF-8")
        return Document(path, None, [problem])
    builder = _Builder(Document(path, None, [], _split_lines(text)))
    builder.run(text)
    return builder.document


def _split_lines(text: str) -> list[str]:
    """Lines as YAML counts them; `str.splitlines` also breaks at e.g. a form feed."""
    return re.split(r"\r\n|[\n\r\x85\u2028\u2029]", text)


# What YAML reads as one character and LaTeX as the beginning of a command.
_ESCAPED_COMMAND = re.compile(r"(?<!\\)(?:\\\\)*\\[abefnrtvLNP_][A-Za-z]*")


class _RefusedError(Exception):
    """Reading cannot go on; the problem has been noted."""


class _Builder:
    """Turns the parser's events into nodes, without recursion."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.stack: list[Sequence | Mapping] = []
        self.pending_keys: list[Scalar | None] = []
        self.count = 0
        self.has_controls = False
        self.handlers: dict[type, Callable[[Any], None]] = {
            yaml.ScalarEvent: self.add_scalar,
            yaml.MappingStartEvent: self.open,
            yaml.SequenceStartEvent: self.open,
            yaml.MappingEndEvent: self.close,
            yaml.SequenceEndEvent: self.close,
            yaml.AliasEvent: self.refuse_alias,
            yaml.DocumentStartEvent: self.start_document,
        }

    def run(self, text: str) -> None:
        try:
            self.has_controls = _CONTROL.search(text) is not None
            self.take_events(_LOADER(text))
        except _RefusedError:
            self.document.root = None
        except yaml.MarkedYAMLError as error:
            self.document.root = None
            self._note_syntax_error(error)
        except (yaml.YAMLError, ValueError) as error:
            # The C parser reports a forbidden character without a usable place.
            self.document.root = None
            place = _find_forbidden(text)
            unreadable = f"this cannot be read as YAML: {error}"
            message = "a character that YAML does not allow" if place else unreadable
            self.note(place or (1, 1), message)

    def take_events(self, parser: Any) -> None:
        # As `yaml.parse` does, without a generator between each event and its handler.
        while not isinstance(event := parser.get_event(), yaml.StreamEndEvent):
            take = self.handlers.get(type(event))
            if take is not None:
                take(event)
            if self.document.problems and self.document.is_full:
                raise _RefusedError

    def close(self, _event: yaml.Event) -> None:
        self.stack.pop()
        self.pending_keys.pop()

    def refuse_alias(self, event: yaml.Event) -> None:
        self.refuse(event, "aliases (*name) are not used in decks", "write it out")

    def start_document(self, event: yaml.Event) -> None:
        if self.document.root:
            self.refuse(event, "a second document in one file", 'remove the "---"')

    def add_scalar(self, event: yaml.ScalarEvent) -> None:
        line, column = _start_of(event)
        style = event.style or ""
        if event.anchor is not None or event.tag is not None:
            self.refuse_marks(event)
        text = event.value
        # A key is a name whatever it looks like: `1:` is the key "1".
        if event.implicit[0] and style in {"", ":"} and not self.expects_key():
            scalar = Scalar(resolve_plain(text), line, column, style)
        else:
            scalar = Scalar(text, line, column, style)
        # Within double quotes, a control character need not stand in the file to be meant.
        if style == '"' or self.has_controls:
            self.refuse_escapes_in_math(scalar, event)
            self.refuse_control_characters(scalar, text)
        self.count_node(event)
        self.place(scalar)

    def open(self, event: yaml.CollectionStartEvent) -> None:
        if event.anchor is not None or event.tag is not None:
            self.refuse_marks(event)
        if len(self.stack) >= MAX_DEPTH:
            self.refuse(event, f"nested more than {MAX_DEPTH} deep", "flatten it")
        if self.expects_key():
            hint = "write it as `name: value`; quote a text that begins with [ or {"
            self.refuse(event, "a list or mapping cannot be a key", hint)
        line, column = _start_of(event)
        node: Sequence | Mapping
        if isinstance(event, yaml.SequenceStartEvent):
            node = Sequence([], line, column)
        else:
            node = Mapping({}, {}, line, column)
        self.count_node(event)
        self.place(node)
        self.stack.append(node)
        self.pending_keys.append(None)

    def expects_key(self) -> bool:
        if not self.stack:
            return False
        return isinstance(self.stack[-1], Mapping) and self.pending_keys[-1] is None

    def place(self, node: Node) -> None:
        """Put a finished or just opened node where it belongs."""
        if not self.stack:
            self.document.root = node
            return
        parent = self.stack[-1]
        if isinstance(parent, Sequence):
            parent.items.append(node)
            return
        key = self.pending_keys[-1]
        if key is not None:
            self.pending_keys[-1] = None
            self.add_item(parent, key, node)
        elif isinstance(node, Scalar):  # `open` refuses any other key
            self.pending_keys[-1] = node

    def add_item(self, parent: Mapping, key: Scalar, node: Node) -> None:
        name = str(key.value)
        if name in parent.items:
            first = parent.keys[name].line
            message = f"the key {quoted(name)} appears twice (first on line {first})"
            self.note((key.line, key.column), message, "remove one of the two")
            return
        parent.items[name] = node
        parent.keys[name] = key

    def count_node(self, event: yaml.NodeEvent) -> None:
        self.count += 1
        if self.count > MAX_NODES:
            message = f"more than {MAX_NODES:,} values in one file"
            self.refuse(event, message, "split it into several files")

    def refuse_escapes_in_math(self, scalar: Scalar, event: yaml.ScalarEvent) -> None:
        r"""In double quotes `\times` is a tab and "imes": say so before it becomes a card."""
        end = event.end_mark
        if end is None or end.line + 1 != scalar.line or "$" not in event.value:
            return
        line = self.document.lines[scalar.line - 1]
        for command in _ESCAPED_COMMAND.finditer(line, scalar.column, end.column):
            if line.count("$", scalar.column, command.start()) % 2:
                message = f"{command[0]} in double quotes is an escape, and no LaTeX"
                hint = "write the text in single quotes, or as a block (|)"
                self.note((scalar.line, command.start() + 1), message, hint)
                raise _RefusedError

    def refuse_control_characters(self, scalar: Scalar, text: str) -> None:
        found = _CONTROL.search(text)
        if found is None:
            return
        at = self.document.locate_offset(scalar, found.start())
        message = f"a control character (U+{ord(found[0]):04X}) in a text"
        self.note((at.line, at.column), message, "remove it")

    def refuse_marks(self, event: yaml.NodeEvent) -> None:
        what = "anchors (&name)" if event.anchor is not None else "tags (!name)"
        hint = "quote a text that begins with & or !"
        self.refuse(event, f"{what} are not used in decks", hint)

    def refuse(self, event: yaml.Event, message: str, hint: str) -> None:
        self.note(_start_of(event), message, hint)
        raise _RefusedError

    def note(self, place: tuple[int, int], message: str, hint: str = "") -> None:
        location = Location(self.document.path, *place)
        self.document.problems.append(Problem(location, message, hint))

    def _note_syntax_error(self, error: yaml.MarkedYAMLError) -> None:
        mark = error.problem_mark or error.context_mark
        lines = self.document.lines
        place = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        if place[0] > len(lines):  # the end of the text counts as a line of its own
            place = (len(lines), len(lines[-1]) + 1)
        message = " ".join(str(part) for part in (error.context, error.problem) if part)
        self.note(place, f"YAML syntax: {message}", _syntax_hint(message))


def _start_of(event: yaml.Event) -> tuple[int, int]:
    mark = event.start_mark
    return (mark.line + 1, mark.column + 1) if mark else (1, 1)


def _syntax_hint(message: str) -> str:
    if "mapping values are not allowed" in message:
        return 'a text with ": " in it must be quoted or written as a block (|)'
    if "escape" in message:
        return "use single quotes or a block (|) for text with backslashes"
    if "cannot start any token" in message:
        return "quote the text, or indent with spaces instead of tabs"
    return ""


def _place_of(text: str, offset: int) -> tuple[int, int]:
    rows = _split_lines(text[:offset])
    return len(rows), len(rows[-1]) + 1


# What YAML 1.2 calls non-printable.
_FORBIDDEN = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


# What no text may hold: the terminal would obey it, and a database refuses half a pair.
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")


def _find_forbidden(text: str) -> tuple[int, int] | None:
    found = _FORBIDDEN.search(text)
    return _place_of(text, found.start()) if found else None


def resolve_plain(text: str) -> Value:
    """The value of an unquoted scalar by YAML 1.2's core schema (section 10.3.2).

    Octal and hexadecimal numbers, infinities and NaN stay text: a deck needs none.
    """
    if text in _NULLS:
        return None
    if text in _BOOLEANS:
        return _BOOLEANS[text]
    if text[0] in "+-.0123456789":
        if _INTEGER.fullmatch(text):
            return int(text)
        if _FLOAT.fullmatch(text):
            return float(text)
    return text
