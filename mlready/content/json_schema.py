"""The deck's shapes as JSON Schema (draft 7, which editors' YAML support reads)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

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
    schema: Schema = {"description": shape.doc}
    match shape:
        case Text(one_line=True):
            schema |= {"type": "string", "pattern": r"^\s*\S.*\s*$"}
            schema |= {"maxLength": LONGEST_LINE}
        case Text():
            schema |= {"type": "string", "pattern": r"\S"}
        case Word(pattern=pattern, longest=longest):
            schema |= {"type": "string", "pattern": f"^({pattern})$", "maxLength": longest}
        case Choice(options=options):
            schema |= {"type": "string", "enum": list(options)}
        case Whole(low=low, high=high):
            schema |= {"type": "integer", "minimum": low, "maximum": high}
        case ListOf(item=item, least=least):
            schema |= {"type": "array", "items": _convert(item), "minItems": least}
        case MapOf(key=key, value=value):
            schema |= {
                "type": "object",
                "additionalProperties": False,
                "patternProperties": {f"^({key.pattern})$": _convert(value)},
            }
        case Record():
            schema |= _convert_record(shape)
    return schema


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
