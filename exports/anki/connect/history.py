"""What a running Anki knows of our notes' reviews, as a file of its would say it."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import chain

from exports.anki.connect.client import Action, AnkiConnect
from exports.anki.connect.snapshot import Snapshot, Watch, ignore_progress, read_reviews
from exports.anki.histories import AnkiCard, AnkiHistory, AnkiNote

_REVIEW = 2  # of a card's state and of its queue
_MOST_DAYS = 36_500
_AT_ONCE = 50
_DAY = 86_400
_UNKNOWN = 0


def read_history(
    anki: AnkiConnect,
    snapshot: Snapshot,
    guids: Mapping[int, str],
    now: int,
    watch: Watch = ignore_progress,
) -> AnkiHistory:
    """Read the reviews of notes; nothing is changed.

    Args:
        anki: Where.
        snapshot: What Anki holds.
        guids: By note, what Anki recognises it by; AnkiConnect does not say. Others are left out.
        now: The moment, in Unix seconds: the collection's first day is counted back from it.
        watch: Sees what is under way.

    Raises:
        ConnectError: Anki does not answer as it should.
    """
    cards = [card for note_id in guids for card in snapshot.cards[note_id]]
    reviews = read_reviews(anki, [card.id for card in cards], watch)
    today = _find_today(anki, cards) if reviews else None
    if today is None:
        # Their dues are numbers of days that nobody can tell; the reviews say enough.
        cards = [card._replace(state=_UNKNOWN) for card in cards]
    notes = [
        AnkiNote(
            live.id,
            guid,
            live.notetype,
            tuple(live.fields.items()),
            live.tags,
            live.modified or 0,
        )
        for note_id, guid in guids.items()
        for live in [snapshot.notes[note_id]]
    ]
    return AnkiHistory(notes, cards, reviews, created_at=now - (today or 0) * _DAY)


def _find_today(anki: AnkiConnect, cards: Iterable[AnkiCard]) -> int | None:
    """Return the number of today, as Anki's dues count days; None if no card can tell.

    A search for cards that are due within so many days is the only thing that can.
    """
    for card in cards:
        if card.state == card.queue == _REVIEW and 0 <= card.due <= 2 * _MOST_DAYS:
            # Due within `most` days, and not within `least`.
            least, most = card.due - _MOST_DAYS, card.due
            while most - least > 1:
                step = max((most - least) // _AT_ONCE, 1)
                days = list(range(least + step, most, step))
                due = list(_search(anki, card, days))
                first = due.index(True) if True in due else len(days)
                least = days[first - 1] if first else least
                most = days[first] if first < len(days) else most
            return card.due - most
    return None


def _search(anki: AnkiConnect, card: AnkiCard, days: Iterable[int]) -> Iterator[bool]:
    """Yield of each number of days whether the card is due within."""
    actions = [
        Action("findCards", {"query": f"cid:{card.id} prop:due<={number}"}) for number in days
    ]
    for outcome in chain.from_iterable(anki.call_many(actions)):
        if outcome.error:
            raise anki.refusal("findCards", outcome.error)
        yield outcome.result == [card.id]
