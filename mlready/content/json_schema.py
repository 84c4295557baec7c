"""The deck's shapes as JSON Schema (draft 7, which editors' YAML support reads)."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from mlready.content.deck_shapes import QUESTION, SHAPES
from mlready.content.shapes import (
    LONGEST_LINE,
    Choice,
    ListOf,
    MapOf,
    Record,
    Shape,
    Text,
    Whole,
    Word,
)

if TYPE_CHECKING:
    from pathlib import Path

Schema = dict[str, Any]


def schema_for(name: str) -> Schema:
    """The JSON Schema of one kind of file: "deck", "references", "topics" or "questions"."""
    schema = _convert(SHAPES[name])
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": f"mlready {name} file",
        **schema,
    }


def _convert(shape: Shape) -> Schema:
    return {"description": shape.doc} | _convert_rules(shape)


def _convert_rules(shape: Shape) -> Schema:
    match shape:
        case ListOf(item=item, least=least):
            return {"type": "array", "items": _convert(item), "minItems": least}
        case MapOf(key=key, value=value):
            return {
                "type": "object",
                "additionalProperties": False,
                "patternProperties": {f"^({key.pattern})$": _convert(value)},
            }
        case Record():
            return _convert_record(shape)
        case Whole(low=low, high=high):
            return {"type": "integer", "minimum": low, "maximum": high}
        case _:
            return {"type": "string"} | _convert_text(shape)


def _convert_text(shape: Text | Word | Choice) -> Schema:
    match shape:
        case Text(one_line=True):
            return {"pattern": r"^\s*\S.*\s*$", "maxLength": LONGEST_LINE}
        case Text():
            return {"pattern": r"\S"}
        case Word(pattern=pattern, longest=longest):
            return {"pattern": f"^({pattern})$", "maxLength": longest}
        case Choice(options=options):
            return {"enum": list(options)}


def _convert_record(shape: Record) -> Schema:
    schema: Schema = {
        "type": "object",
        "properties": {name: _convert(field) for name, field in shape.fields.items()},
        "required": [name for name in shape.fields if name in shape.required],
        "additionalProperties": False,
    }
    if shape is QUESTION:
        schema["oneOf"] = [
            {"required": ["question", "answer"], "not": {"required": ["cloze"]}},
            {"required": ["cloze"], "not": {"required": ["question"]}},
        ]
    return schema


def write_schemas(deck: Path) -> list[Path]:
    """Write the four schemas into the folder `schema` of a deck, where its files look for them."""
    folder = deck / "schema"
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for name in SHAPES:
        path = folder / f"{name}.json"
        text = json.dumps(schema_for(name), indent=2, ensure_ascii=False)
        path.write_text(text + "\n", encoding="utf-8")
        written.append(path)
    return written
