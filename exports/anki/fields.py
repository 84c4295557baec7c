"""What a note says in Anki: its fields and its tags."""

from collections.abc import Sequence
from functools import lru_cache
from urllib.parse import quote

from exports.html import escape, render
from exports.records import Document, ExportNote, ExportSource
from exports.tags import PREFIX, tags_of, topic_tag

RETIRED_TAG = f"{PREFIX}retired"

# The two mobile programs open their browser with a search, each by an address of its own.
_ON_IPHONE = "anki://x-callback-url/search?query="
_ON_ANDROID = "anki://x-callback-url/browser?search="


def field_texts(note: ExportNote, phase: str, guid: str) -> dict[str, str]:
    """Return field name -> HTML, for the fields that `note` has.

    Args:
        note: The note.
        phase: Its phase, with number and title.
        guid: What Anki recognises it by, for programs to which Anki does not tell that.
    """
    texts = {
        "Key": escape(note.key),
        "Text" if note.is_cloze else "Question": render(note.prompt),
        "Answer": render(note.answer),
        "Must mention": _bullets(note.must_mention),
        "Identity": guid,
    }
    place = _place(note.kind, note.level, phase, note.topic_title, note.prerequisites)
    return texts | place | _source(note.source)


def tags(note: ExportNote, phase: str) -> tuple[str, ...]:
    """Return the tags of `note`; arguments as for `field_texts`."""
    return _tags(note.kind, note.level, phase, note.topic, note.prerequisites)


# What many notes have in common is rendered once.
@lru_cache(maxsize=1_000)
def _place(
    kind: str, level: str, phase: str, topic: str, prerequisites: tuple[tuple[str, str], ...]
) -> dict[str, str]:
    topics = "".join(_topic(*prerequisite) for prerequisite in prerequisites)
    return {
        "Kind": escape(kind.replace("-", " ")),
        "Level": escape(level),
        "Phase": escape(phase),
        "Topic": escape(topic),
        "Rests on": f"<ul>{topics}</ul>" if topics else "",
    }


@lru_cache(maxsize=1_000)
def _tags(
    kind: str, level: str, phase: str, topic: str, prerequisites: tuple[tuple[str, str], ...]
) -> tuple[str, ...]:
    below = [prerequisite for prerequisite, _ in prerequisites]
    return tuple(tags_of(phase=phase, topic=topic, kind=kind, level=level, prerequisites=below))


@lru_cache(maxsize=1_000)
def _source(source: ExportSource | None) -> dict[str, str]:
    if source is None:
        return {}
    label = ["text", source.citation]
    work = ["link", source.url, [label]] if source.url else label
    place = [["text", f", {source.at}"]] if source.at else []
    return {"Source": render([work, *place])}


def _bullets(items: Sequence[Document]) -> str:
    return render([["bullet_list", items]]) if items else ""


def _topic(identity: str, title: str) -> str:
    """Return a line that leads to a topic's notes.

    Only the style knows where a card is shown. It disarms the first link where Anki has no
    such addresses, and on Android lays the second, which is empty, over the whole line. The
    search stands there too: on a desktop it is typed.
    """
    search = f"tag:{topic_tag(identity)}"
    address = quote(search, safe="")
    return (
        f'<li><a class="topic" href="{_ON_IPHONE}{address}">{escape(title)}</a>'
        f'<a class="android-topic" href="{_ON_ANDROID}{address}"></a>'
        f" <small>{escape(search)}</small></li>"
    )
