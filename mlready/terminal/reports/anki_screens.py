"""What a sync with Anki would do, and what it did, in lines for people and as data."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

from mlready.terminal.wording import plural

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from exports.anki.connect.applying import Done
    from exports.anki.connect.plans import SyncPlan
    from mlready.study.anki_sync import Prospect

_EXAMPLES: Final = 3
# What was done, by the name that counts have for it: one, many.
_DEEDS: Final = {
    "pictures": ("picture brought", "pictures brought"),
    "updated": ("note updated", "notes updated"),
    "tagged": ("change of tags", "changes of tags"),
    "moved": ("card moved", "cards moved"),
    "repositioned": ("new card put in its place", "new cards put in their places"),
    "suspended": ("card suspended", "cards suspended"),
    "released": ("card released", "cards released"),
}


def describe_prospect(prospect: Prospect, place: str) -> list[str]:
    """What a sync would do.

    Args:
        prospect: that.
        place: where Anki is.
    """
    ours = len(prospect.matches.pairs)
    lines = [f"Anki at {place} has {plural(ours, 'note')} of this deck."]
    lines += _section("Comes from Anki:", _incoming(prospect))
    lines += _section("Changes in Anki:", _outgoing(prospect.plan))
    lines += _section("Stays as it is:", _left_alone(prospect))
    lines += _section("From now on:", _gate(prospect))
    if not ours:
        lines.append("Import a package first (`mlready export`), or open the profile that has it.")
    elif prospect.is_empty:
        lines.append("Anki and the deck agree: there is nothing to do.")
    return lines


def describe_done(done: Done, reviews: int) -> list[str]:
    """What a sync did.

    Args:
        done: what it changed in Anki.
        reviews: how many it brought home.
    """
    deeds = [plural(reviews, "review came home", "reviews came home")] if reviews else []
    deeds += [plural(number, *_DEEDS[what]) for what, number in done.counts.items()]
    lines = [f"Done: {', '.join(deeds)}."] if deeds else ["Nothing was changed."]
    lines += _section("Anki would not do:", done.failures)
    return lines


def prospect_as_data(prospect: Prospect) -> dict[str, Any]:
    """What a sync would do, in full."""
    plan, reviews = prospect.plan, prospect.reviews
    return {
        "notes": len(prospect.matches.pairs),
        "gate": prospect.has_gate,
        "locked": prospect.locked,
        "reviews": {
            "new": prospect.new_reviews,
            "known": reviews.known,
            "refused": reviews.refused,
        },
        "counts": plan.counts,
        "updated": [
            {"note": u.note_id, "key": u.key, "fields": dict(u.fields)} for u in plan.updates
        ],
        "tags_added": _tags(plan.new_tags.items()),
        "tags_removed": _tags([*plan.old_tags.items(), *plan.lock_tags.items()]),
        "moved": {deck: list(cards) for deck, cards in plan.moves.items()},
        "repositioned": {str(card): position for card, position in plan.positions.items()},
        "suspended": [{"card": hold.card_id, "reason": hold.reason} for hold in plan.holds],
        "released": [hold.card_id for hold in plan.releases],
        "edited": list(plan.edited),
        "retyped": list(plan.retyped),
        "copies": list(prospect.matches.copies),
        "missing": _missing(prospect),
    }


def _section(title: str, lines: Iterable[str]) -> list[str]:
    found = [f"  {line}" for line in lines]
    return [title, *found] if found else []


def _incoming(prospect: Prospect) -> Iterator[str]:
    reviews = prospect.reviews
    if prospect.new_reviews and reviews.first_at and reviews.last_at:
        days = [datetime.fromtimestamp(t / 1000, UTC) for t in (reviews.first_at, reviews.last_at)]
        first, last = (day.date().isoformat() for day in days)
        span = first if first == last else f"{first} to {last}"
        cards = plural(reviews.cards, "card")
        yield f"{plural(prospect.new_reviews, 'review')} of {cards} ({span})"
    if reviews.refused:
        yield f"{plural(reviews.refused, 'row')} of its log cannot be true and will not be taken"


def _outgoing(plan: SyncPlan) -> Iterator[str]:
    if plan.updates:
        keys = _some([update.key for update in plan.updates])
        yield f"{plural(len(plan.updates), 'note')} with a newer text here: {keys}"
    if tagged := plan.counts["tagged"]:
        yield plural(tagged, "change of tags", "changes of tags")
    for deck, cards in plan.moves.items():
        yield f"{plural(len(cards), 'card')} to the deck {deck}"
    if plan.positions:
        yield f"{plural(len(plan.positions), 'new card')} to another place in the queue"
    for reason, why in _REASONS.items():
        if count := sum(hold.reason == reason for hold in plan.holds):
            yield f"{plural(count, 'card')} to suspend: {why}"
    if plan.releases:
        yield f"{plural(len(plan.releases), 'card')} to release"


_REASONS: Final = {
    "locked": "what they rest on is not yet known",
    "retired": "the deck has their questions no more",
}


def _left_alone(prospect: Prospect) -> Iterator[str]:
    plan, matches = prospect.plan, prospect.matches
    if plan.edited and prospect.knows_times:
        notes = plural(len(plan.edited), "note")
        yield f"{notes} edited later in Anki (--overwrite takes ours): {_some(plan.edited)}"
    elif plan.edited:
        notes = plural(len(plan.edited), "note")
        yield (
            f"{notes} with another text, for this AnkiConnect does not say when notes were edited:"
            " bring it up to date, or take ours with --overwrite"
        )
    if plan.retyped:
        notes = plural(len(plan.retyped), "note")
        yield f"{notes} of another type, which Anki cannot change: {_some(plan.retyped)}"
    if matches.copies:
        notes = plural(len(matches.copies), "note")
        yield f"{notes} of which there are copies: {_some(matches.copies)}"
    if missing := _missing(prospect):
        yield (
            f"{plural(len(missing), 'question')} that Anki does not have yet: import the package"
            f" that `mlready export` writes: {_some(missing)}"
        )


def _gate(prospect: Prospect) -> Iterator[str]:
    if prospect.has_gate and not prospect.had_gate:
        yield "each sync holds new cards back until what they rest on is known (end: --no-gate)"
    if prospect.had_gate and not prospect.has_gate:
        yield "no card is held back"


def _missing(prospect: Prospect) -> list[str]:
    return [note.key for note in prospect.matches.missing if not note.is_retired]


def _some(keys: Iterable[str]) -> str:
    keys = list(keys)
    shown = ", ".join(islice(keys, _EXAMPLES))
    more = len(keys) - _EXAMPLES
    return f"{shown} and {more:,} more" if more > 0 else shown


def _tags(changes: Iterable[tuple[tuple[str, ...], tuple[int, ...]]]) -> list[dict[str, Any]]:
    return [{"tags": list(tags), "notes": list(notes)} for tags, notes in changes]
