"""A card opened in the browser: its page is written to a private folder, and shown if it can be."""

from __future__ import annotations

import os
import re
from base64 import b64encode
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from exports.html import is_local_file
from mlready.content.document import image_files
from mlready.errors import MlreadyError
from mlready.store.location import data_folder
from mlready.terminal.typeset.browser import open_in_browser

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mlready.content.document import Document
    from mlready.store.reading import CardContent

KEPT = 20  # pages; each is as large as a photograph
_MOST_PICTURE = 5_000_000  # bytes of one picture, and
_MOST_PICTURES = 20_000_000  # of all of a card
_TYPES = {
    ".gif": "gif",
    ".jpeg": "jpeg",
    ".jpg": "jpeg",
    ".png": "png",
    ".svg": "svg+xml",
    ".webp": "webp",
}


def open_page(card: CardContent, deck: Path, *, topic: str, revealed: bool) -> str:
    """Show a card, typeset, in the browser.

    Args:
        card: its content.
        deck: the folder its pictures are in.
        topic: the title of its topic.
        revealed: whether the answer is in sight at once; if not, a button shows it.

    Returns:
        A sentence that says where the page is.

    Raises:
        MlreadyError: the page could not be written.
    """
    page = write_page(card, deck, topic=topic, revealed=revealed)
    if open_in_browser(page.as_uri()):
        return f"Opened in your browser: {page.as_uri()}"
    return f"No browser can be opened from here. The page is {page}"


# --- the page ----------------------------------------------------------------------------


def write_page(card: CardContent, deck: Path, *, topic: str, revealed: bool) -> Path:
    """Write a card's page, as for `open_page`; only this user can read it.

    Returns:
        The file, which has the same name for the same card.
    """
    from mlready.terminal.typeset.card_html import card_page  # noqa: PLC0415 - only when asked for

    documents = (card.prompt, card.answer, *card.must_mention)
    html = card_page(card, topic, revealed=revealed, pictures=read_pictures(deck, documents))
    folder = data_folder() / "pages"
    page = folder / page_name(card.card_key)
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        folder.chmod(0o700)
        _replace(page, html)
    except OSError as error:
        hint = "see that the folder can be written to, and the disk has room"
        raise MlreadyError(f"{page} cannot be written: {error.strerror}", hint) from error
    _drop_oldest(folder)
    return page


def page_name(card_key: str) -> str:
    """A file name for a card, with nothing in it that a path or an address would obey.

    It names the topic only: many a question's key tells the answer, and the page's address is in
    sight before that is.
    """
    topic = re.sub(r"[^a-z0-9-]+", ".", card_key.lower().partition("/")[0]).strip(".")
    # File systems end names at 255 bytes, encrypted ones at 143.
    return f"{topic[:100] or 'card'}.{sha256(card_key.encode()).hexdigest()[:12]}.html"


def _replace(page: Path, html: str) -> None:
    """Write the page whole or not at all."""
    from tempfile import NamedTemporaryFile  # noqa: PLC0415 - not on the way to a card

    # For nobody else's eyes from its first byte on.
    with NamedTemporaryFile(
        "w", encoding="utf-8", errors="replace", dir=page.parent, suffix=".part", delete=False
    ) as stream:
        try:
            stream.write(html)
            stream.close()
            Path(stream.name).replace(page)
        except BaseException:
            stream.close()
            Path(stream.name).unlink(missing_ok=True)
            raise


def _drop_oldest(folder: Path) -> None:
    """Keep the latest pages only; what another program is busy with stays."""
    with suppress(OSError):
        pages = sorted(folder.glob("*.html"), key=lambda page: page.stat().st_mtime_ns)
        for page in pages[:-KEPT]:
            page.unlink(missing_ok=True)


def read_pictures(deck: Path, documents: tuple[Document, ...]) -> Mapping[str, str]:
    """The pictures that documents show, as `data:` addresses by file name.

    Nothing outside the deck is read, links followed; what is not there, is too large
    or is no picture is left out.
    """
    found: dict[str, str] = {}
    room = _MOST_PICTURES
    inside = os.path.realpath(deck)
    for name in dict.fromkeys(name for document in documents for name in image_files(document)):
        kind = _TYPES.get(Path(name).suffix.lower())
        if kind is None or not is_local_file(name):
            continue
        file = Path(os.path.realpath(deck / "media" / name))
        if not file.is_relative_to(inside):
            continue
        with suppress(OSError):
            data = _read_at_most(file, min(room, _MOST_PICTURE))
            if data is not None:
                found[name] = f"data:image/{kind};base64,{b64encode(data).decode()}"
                room -= len(data)
    return found


def _read_at_most(file: Path, most: int) -> bytes | None:
    """The bytes of a file, or None if there are more, or it is no file."""
    if not file.is_file():
        return None
    with file.open("rb") as stream:
        data = stream.read(most + 1)
    return data if len(data) <= most else None
