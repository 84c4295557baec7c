"""A note as Anki will keep it: pure text, and nothing of how it is written down."""

import re
from collections.abc import Callable, Mapping, Sequence
from hashlib import sha256
from itertools import repeat
from typing import NamedTuple

from exports.anki.fields import RETIRED_TAG, field_texts, tags
from exports.anki.identity import guid
from exports.anki.lock import LastText
from exports.anki.notetypes import CLOZE, QUESTION, Notetype
from exports.records import ExportNote

SEPARATOR = "\x1f"
FIELD_NAMES = {kind.is_cloze: [name for _, name in kind.fields] for kind in (QUESTION, CLOZE)}
# Enough to tell a note's text from its earlier one.
_DIGEST_LENGTH = 16
_FIRST_ONLY = (0,)
_PICTURE = re.compile(r'<img src="([^"]*)"')


class Entry(NamedTuple):
    """A note of Anki's.

    Attributes:
        guid: What Anki recognises it by.
        notetype: Its type.
        fields: HTML, one for each field of the type.
        text: All of them as Anki keeps them, parted by U+001F.
        tags: Its tags.
        ordinals: Which cards it has, from 0, as Anki counts them.
        pictures: Names of the files that it shows.
    """

    guid: str
    notetype: Notetype
    fields: Sequence[str]
    text: str
    tags: Sequence[str]
    ordinals: Sequence[int]
    pictures: Sequence[str]


def make_entry(note: ExportNote, deck_id: str, phase: str, holes: Sequence[int]) -> Entry:
    """Return `note` as Anki keeps it.

    Args:
        note: The note.
        deck_id: The deck that it belongs to.
        phase: Its phase, with number and title.
        holes: The numbers of its holes, from 1, sorted; none unless it is a cloze.
    """
    text = guid(deck_id, note)
    return _entry(text, field_texts(note, phase, text), tags(note, phase), holes)


def make_retired_entry(guid: str, last: LastText) -> Entry:
    """Return a note that the deck has no more: what it said last, and the tag for it."""
    kept = [tag for tag in last.tags if tag != RETIRED_TAG]
    return _entry(guid, last.fields, [*kept, RETIRED_TAG], last.holes)


def last_text(entry: Entry, holes: Sequence[int]) -> LastText:
    """Return what is to be kept of `entry` when the deck loses it."""
    named = zip(FIELD_NAMES[entry.notetype.is_cloze], entry.fields, strict=True)
    said = {name: text for name, text in named if text}
    return LastText(said, tuple(entry.tags), tuple(holes))


def digest(entry: Entry, picture: Callable[[str], bytes]) -> str:
    """Return what differs whenever Anki would keep anything else of `entry`.

    Args:
        entry: The note.
        picture: Gives the digest of what a file of that name shows.
    """
    whole = sha256(f"{entry.text}\0{' '.join(entry.tags)}".encode())
    for name in entry.pictures:
        whole.update(picture(name))
    return whole.hexdigest()[:_DIGEST_LENGTH]


def _entry(guid: str, texts: Mapping[str, str], tags: Sequence[str], holes: Sequence[int]) -> Entry:
    notetype = CLOZE if holes else QUESTION
    fields = list(map(texts.get, FIELD_NAMES[notetype.is_cloze], repeat("")))
    text = SEPARATOR.join(fields)
    # Text has no `<` of its own.
    pictures = sorted(set(_PICTURE.findall(text))) if "<img" in text else ()
    ordinals = [number - 1 for number in holes] if holes else _FIRST_ONLY
    return Entry(guid, notetype, fields, text, tags, ordinals, pictures)
