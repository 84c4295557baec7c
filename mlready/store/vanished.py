"""Identities that a learner's history knows and the deck does not: slips, unless said otherwise."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlready.content.problems import Location, Problem, did_you_mean, warning
from mlready.errors import MlreadyError
from mlready.store.location import deck_id, store_url
from mlready.store.reading import NOTE_KEYS, open_reader

if TYPE_CHECKING:
    from pathlib import Path

    from mlready.content.deck import Deck


def find_vanished(root: Path, deck: Deck) -> list[Problem]:
    """A warning for each question that was once in the deck, and vanished without a word.

    Without progress on this machine nothing can be said, and nothing is.
    """
    try:
        identity = deck_id(root)
        reader = open_reader(store_url(identity), identity)
        known = reader.rows(NOTE_KEYS) if reader is not None else []
    except MlreadyError:
        return []
    if reader is not None:
        reader.close()
    gone = [
        (str(key), str(path))
        for key, path in known
        if key not in deck.questions and key not in deck.renames
    ]
    broken = {problem.location.path for problem in deck.errors}
    return [
        _vanished(key, path if (root / path).is_file() else "deck.yaml", deck)
        for key, path in gone
        if not {key, key.split("/")[0]} & deck.retired and path not in broken
    ]


def _vanished(key: str, path: str, deck: Deck) -> Problem:
    topic, _, name = key.partition("/")
    message = f'the question "{key}" was in the deck and is gone'
    near = did_you_mean(key, deck.questions)
    guess = f" ({near.rstrip('?')} there?)" if near else ""
    hint = (
        f"if it was renamed, give the new one formerly: [{key}]{guess}; if it was taken out, "
        f'add retired: [{name}] to the file of "{topic}"'
    )
    return warning(Location(path), message, hint)
