"""What a card cites: its address opened in the browser, or else where it stands."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from mlready.terminal.typeset.browser import open_in_browser

if TYPE_CHECKING:
    from mlready.store.reading import CardContent


def open_source(card: CardContent) -> str:
    """Open the address of what a card cites, if it has one.

    Returns:
        What was opened, in a sentence; without an address or a browser, what the card cites.
    """
    source = card.source
    if source is None:
        return "This card names no source"
    cited = f"{source.citation}, {source.at}" if source.at else source.citation
    if not is_web_address(source.url):
        return f"No address is known for {cited}"
    if open_in_browser(source.url):
        return f"Opened {source.url}: {cited}"
    return f"No browser can be opened from here. {cited}: {source.url}"


def is_web_address(address: str) -> bool:
    """Whether it leads to the web, and to nothing on this machine that a browser might run."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(parts.netloc) and address.isprintable()
