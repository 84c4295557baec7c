"""What Anki holds of our note types, as it says through AnkiConnect."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, TypeAlias

from exports.anki.connect.client import AnkiConnect, ConnectError, chunks
from exports.anki.histories import AnkiCard, AnkiReview
from exports.anki.notetypes import CLOZE, QUESTION

# Sees what is under way, how much of it is done, and how much there is.
Watch: TypeAlias = Callable[[str, int, int], object]

SUSPENDED = -1
NEW = 0

_AT_A_TIME = 500
# Anki typesets each card that it is asked about.
_CARDS_AT_A_TIME = 200


class LiveNote(NamedTuple):
    """A note in Anki.

    Attributes:
        id: Its id.
        notetype: The name of its type.
        fields: Field name -> HTML.
        tags: Its tags.
        modified: When it was last changed, in Unix seconds; None if AnkiConnect is too old to say.
    """

    id: int
    notetype: str
    fields: Mapping[str, str]
    tags: tuple[str, ...]
    modified: int | None


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Notes of our types, and their cards.

    Attributes:
        notes: By id; those without a card are left out.
        cards: Of each of the notes, by its id, in the order of their ordinals.
    """

    notes: Mapping[int, LiveNote]
    cards: Mapping[int, Sequence[AnkiCard]]


def ignore_progress(_what: str, _done: int, _of: int) -> None:
    """Watch nothing."""


def take_snapshot(anki: AnkiConnect, watch: Watch = ignore_progress) -> Snapshot:
    """Read all notes of our types; nothing is changed.

    Raises:
        ConnectError: Anki does not answer as it should.
    """
    query = " or ".join(f'"note:{kind.name}"' for kind in (QUESTION, CLOZE))
    card_ids = _ids(anki.call("findCards", query=query))
    found = list(_read_each(anki, "cardsInfo", card_ids, _card, watch))
    # Asked about a note without cards, AnkiConnect answers for none.
    note_ids = list(dict.fromkeys(card.note_id for card in found))
    notes = {
        note.id: note
        for note in _read_each(anki, "notesInfo", note_ids, _note, watch)
        if note.notetype in {QUESTION.name, CLOZE.name}
    }
    cards: dict[int, list[AnkiCard]] = {note_id: [] for note_id in notes}
    for card in found:
        if card.note_id in cards:
            cards[card.note_id].append(card)
    for siblings in cards.values():
        siblings.sort(key=lambda card: (card.ordinal, card.id))
    return Snapshot(notes, cards)


def read_reviews(
    anki: AnkiConnect, card_ids: Sequence[int], watch: Watch = ignore_progress
) -> list[AnkiReview]:
    """Read the reviews of cards, by id; nothing is changed.

    Raises:
        ConnectError: Anki does not answer as it should.
    """
    reviews = []
    for start, batch in enumerate(chunks(card_ids, _AT_A_TIME)):
        watch("Reading reviews", start * _AT_A_TIME, len(card_ids))
        found = anki.call("getReviewsOfCards", cards=list(batch))
        for card_id in batch:
            # As JSON has it, the keys are texts.
            rows = _expect(found, dict).get(str(card_id), [])
            reviews += [_review(row, card_id) for row in _expect(rows, list)]
    watch("Reading reviews", len(card_ids), len(card_ids))
    return sorted(reviews)


def find_cards(anki: AnkiConnect, card_ids: Iterable[int], condition: str) -> set[int]:
    """Return those of the cards for which a search in Anki holds."""
    found: set[int] = set()
    for batch in chunks(list(card_ids), _AT_A_TIME):
        ids = ",".join(map(str, batch))
        found.update(_ids(anki.call("findCards", query=f"cid:{ids} {condition}")))
    return found & set(card_ids)


def find_suspended(anki: AnkiConnect, card_ids: Sequence[int]) -> set[int]:
    """Return those of a few cards that are suspended."""
    states = _expect(anki.call("areSuspended", cards=list(card_ids)), list)
    if len(states) != len(card_ids):
        raise _nonsense()
    return {card for card, state in zip(card_ids, states, strict=True) if state is True}


def _read_each(
    anki: AnkiConnect,
    action: str,
    ids: Sequence[int],
    read: Callable[[dict[str, Any]], Any],
    watch: Watch,
) -> Iterator[Any]:
    name, size = _READING[action]
    done = 0
    for batch in chunks(ids, size):
        watch(f"Reading {name}", done, len(ids))
        found = _expect(anki.call(action, **{name: list(batch)}), list)
        # What has been deleted since is left out, or is there without content.
        yield from (read(_expect(item, dict)) for item in found if item)
        done += len(batch)
    watch(f"Reading {name}", done, len(ids))


_READING = {"notesInfo": ("notes", _AT_A_TIME), "cardsInfo": ("cards", _CARDS_AT_A_TIME)}


def _note(item: dict[str, Any]) -> LiveNote:
    fields = _expect(item.get("fields"), dict)
    modified = item.get("mod")
    return LiveNote(
        id=_number(item, "noteId"),
        notetype=_text(item.get("modelName")),
        fields={
            name: _text(_expect(value, dict).get("value"))
            for name, value in sorted(fields.items(), key=_place)
        },
        tags=tuple(_text(tag) for tag in _expect(item.get("tags"), list)),
        modified=None if modified is None else _number(item, "mod"),
    )


def _place(field: tuple[str, Any]) -> Any:
    return _number(_expect(field[1], dict), "order")


def _card(item: dict[str, Any]) -> AnkiCard:
    return AnkiCard(
        id=_number(item, "cardId"),
        note_id=_number(item, "note"),
        ordinal=_number(item, "ord"),
        deck=_text(item.get("deckName")),
        state=_number(item, "type"),
        queue=_number(item, "queue"),
        due=_number(item, "due"),
        interval=_number(item, "interval"),
        modified=_number(item, "mod"),
    )


def _review(row: Any, card_id: int) -> AnkiReview:
    row = _expect(row, dict)
    return AnkiReview(
        id=_number(row, "id"),
        card_id=card_id,
        rating=_number(row, "ease"),
        interval=_number(row, "ivl"),
        last_interval=_number(row, "lastIvl"),
        factor=_number(row, "factor"),
        duration_ms=_number(row, "time"),
        kind=_number(row, "type"),
    )


def _ids(value: Any) -> list[int]:
    # Each once, whatever is said.
    return list(dict.fromkeys(_integer(item) for item in _expect(value, list)))


def _number(item: Mapping[str, Any], name: str) -> int:
    return _integer(item.get(name))


def _integer(value: Any) -> int:
    # `True` is a number to Python, and what is larger no database holds.
    if not isinstance(value, int) or isinstance(value, bool) or abs(value) >= 1 << 63:
        raise _nonsense()
    return value


def _text(value: Any) -> str:
    return str(_expect(value, str))


def _expect(value: Any, kind: type) -> Any:
    if not isinstance(value, kind):
        raise _nonsense()
    return value


def _nonsense() -> ConnectError:
    problem = "AnkiConnect's answer is not what it should be"
    return ConnectError(problem, "bring it up to date in Anki: Tools > Add-ons > Check for Updates")
