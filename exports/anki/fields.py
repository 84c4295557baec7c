"""What a note says in Anki: its fields and its tags."""

import re
from collections.abc import Sequence

from exports.html import render, render_tight
from exports.records import Document, ExportNote, ExportSource

_NOT_IN_TAG = re.compile(r"[^\w-]+")


def field_texts(note: ExportNote, phase: str) -> dict[str, str]:
    """Return field name -> HTML, for the fields that `note` has.

    Args:
        note: The note.
        phase: Its phase, with number and title.
    """
    return {
        "Key": _text(note.key),
        "Text" if note.is_cloze else "Question": render(note.prompt),
        "Answer": render(note.answer),
        "Must mention": _bullets(note.must_mention),
        "Kind": _text(note.kind.replace("-", " ")),
        "Level": _text(note.level),
        "Phase": _text(phase),
        "Topic": _text(note.topic_title),
        "Source": _source(note.source) if note.source else "",
        "Rests on": _bullets([_plain(title) for _, title in note.prerequisites]),
    }


def tags(note: ExportNote, phase: str) -> list[str]:
    """Return the tags of `note`; arguments as for `field_texts`."""
    parts = [
        ("phase", phase),
        ("topic", note.topic),
        ("kind", note.kind),
        ("level", note.level),
        *(("prereq", topic) for topic, _ in note.prerequisites),
    ]
    return [f"mlready::{group}::{_slug(name)}" for group, name in parts]


def _source(source: ExportSource) -> str:
    label = ["text", source.citation]
    work = ["link", source.url, [label]] if source.url else label
    place = [["text", f", {source.at}"]] if source.at else []
    return render([work, *place])


def _bullets(items: Sequence[Document]) -> str:
    return render([["bullet_list", items]]) if items else ""


def _plain(text: str) -> Document:
    return [["paragraph", [["text", text]]]]


def _text(text: str) -> str:
    return render_tight(_plain(text))


def _slug(name: str) -> str:
    return _NOT_IN_TAG.sub("-", name.lower()).strip("-")
