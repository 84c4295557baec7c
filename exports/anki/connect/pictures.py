"""Pictures that notes show: Anki keeps one flat folder, and a name of its own where two clash."""

import base64
import re
from collections.abc import Iterable, Mapping
from html import unescape
from pathlib import Path
from typing import Any
from unicodedata import normalize

from exports.anki.connect.client import AnkiConnect

_PICTURE = re.compile(r'<img src="([^"]*)"')
# When a file comes whose name is taken, Anki puts a digest of its content before the dot.
_RENAMED = re.compile(r'(<img src="[^"]*)-[0-9a-f]{40}(\.[^".]+")')


def says_the_same(theirs: str, ours: str) -> bool:
    """Whether a field of Anki's says what ours does, whatever it calls the pictures."""
    ours = normalize("NFC", ours)
    return theirs == ours or _RENAMED.sub(r"\1\2", theirs) == ours


def keep_names(ours: str, theirs: str) -> str:
    """Return our text with the names that Anki gave to pictures of it."""
    for match in _RENAMED.finditer(theirs):
        ours = ours.replace(match[1] + match[2], match[0])
    return ours


def bring_pictures(anki: AnkiConnect, texts: Iterable[str], media: Mapping[str, Path]) -> int:
    """Give Anki the pictures that texts show and that it does not have; return how many.

    A file that Anki has is left alone, whatever is in it.

    Raises:
        ConnectError: Anki does not answer as it should.
        OSError: A picture cannot be read.
    """
    shown = {unescape(name) for text in texts for name in _PICTURE.findall(text)}
    count = 0
    for name in sorted(shown & media.keys()):
        if _has_file(anki, name):
            continue
        data = base64.b64encode(media[name].read_bytes()).decode("ascii")
        anki.call("storeMediaFile", filename=name, data=data, deleteExisting=False)
        count += 1
    return count


def _has_file(anki: AnkiConnect, name: str) -> bool:
    # The name is a pattern as well; no picture of a deck has wild cards in its name.
    found: Any = anki.call("getMediaFilesNames", pattern=name)
    return isinstance(found, list) and name in found
