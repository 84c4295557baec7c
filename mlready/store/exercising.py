"""Which cards exercise which, what of it has been done, and what it is known to be worth."""

from __future__ import annotations

import json
from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

from mlready.store.reading import SCHEDULED, Reader

if TYPE_CHECKING:
    from collections.abc import Mapping

CREDIT = "SELECT value FROM info WHERE name = 'credit'"
# Topics' files may be broken for now, so a key that is exercised may be of no live card.
EXERCISES = "SELECT note_id, exercises FROM contents WHERE exercises <> '[]'"
LIVE_KEYS = """SELECT n.key, l.card_id FROM contents AS n
    JOIN live_cards AS l ON l.note_id = n.note_id"""
RECALLS = f"""SELECT DISTINCT r.study_day, o.note_id, n.key
    FROM (SELECT * FROM revlog
          WHERE study_day >= :since AND study_day < :until AND rating > 1 AND {SCHEDULED}) AS r
    JOIN cards AS c ON c.card_id = r.card_id
    JOIN cards AS o ON o.card_id = COALESCE(c.merged_into, c.card_id)
    JOIN contents AS n ON n.note_id = o.note_id
    WHERE n.exercises <> '[]' ORDER BY 1, 2"""


class Recall(NamedTuple):
    """A note that was recalled on a study day."""

    day: int
    note_id: int
    key: str


def read_weight(reader: Reader) -> float:
    """What an exercise is worth, from 0 to 1; 0 until the learner's outcomes say otherwise."""
    for (value,) in reader.rows(CREDIT):
        try:
            weight = float(json.loads(value)["weight"])
        except (ValueError, TypeError, KeyError):
            break  # of another version of this program: it will be learnt again
        return min(max(weight, 0.0), 1.0)
    return 0.0


def read_exercisers(reader: Reader) -> dict[int, frozenset[int]]:
    """The notes that exercise each card, by card."""
    listed = [(note_id, json.loads(keys)) for note_id, keys in reader.rows(EXERCISES)]
    if not listed:
        return {}
    cards: dict[str, list[int]] = defaultdict(list)
    for key, card_id in reader.rows(LIVE_KEYS):
        cards[key].append(card_id)
    found: dict[int, set[int]] = defaultdict(set)
    for note_id, keys in listed:
        for key in keys:
            for card_id in cards.get(key, ()):
                found[card_id].add(note_id)
    return {card_id: frozenset(notes) for card_id, notes in found.items()}


def read_recalls(
    reader: Reader, exercisers: Mapping[int, frozenset[int]], last_days: Mapping[int, int], day: int
) -> dict[int, list[Recall]]:
    """The recalls that exercised each card since its own last review, up to yesterday.

    Args:
        reader: the store.
        exercisers: as `read_exercisers` gives them.
        last_days: the study day of each card's last review.
        day: today; what is done today counts from tomorrow on.
    """
    wanted = {card: notes for card, notes in exercisers.items() if card in last_days}
    since = min((last_days[card] for card in wanted), default=day)
    by_note: dict[int, list[Recall]] = defaultdict(list)
    for row in reader.rows(RECALLS, {"since": since, "until": day}):
        recall = Recall(*row)
        by_note[recall.note_id].append(recall)
    found = {}
    for card, notes in wanted.items():
        recalls = [r for note in notes for r in by_note.get(note, ()) if r.day > last_days[card]]
        if recalls:
            found[card] = sorted(recalls)
    return found
