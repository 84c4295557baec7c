"""Whose a card's suspension is, and what becomes of it."""

from typing import Literal, TypeAlias

from exports.anki.connect.plans import Held, Reason
from exports.anki.connect.snapshot import NEW, SUSPENDED
from exports.anki.histories import AnkiCard

Deed: TypeAlias = Literal["hold", "keep", "release", "free", "forget"]


def is_ours(card: AnkiCard, record: Held | None, *, is_tagged: bool) -> bool:
    """Whether we suspended a card, and not the learner.

    Args:
        card: The card.
        record: What is on record of it.
        is_tagged: Whether its note bears the tag that says that we locked it.
    """
    if card.queue != SUSPENDED or not (record or is_tagged):
        return False
    if record and record.state == "freed":
        return False
    # We lock what is new: what was studied since, the learner had freed.
    return card.state == NEW or (record is not None and record.reason == "retired")


def decide(
    card: AnkiCard, reason: Reason | None, record: Held | None, *, is_tagged: bool
) -> Deed | None:
    """Return what is to be done about a card's suspension, in Anki or on record.

    Args:
        card: The card.
        reason: Why it should be suspended; None if it should not.
        record: As for `is_ours`.
        is_tagged: As for `is_ours`.
    """
    ours = is_ours(card, record, is_tagged=is_tagged)
    if reason is None:
        return "release" if ours else "forget" if record else None
    if card.queue == SUSPENDED:
        if not ours:
            return "forget" if record and record.state != "freed" else None
        return None if record == Held(reason, "suspended") else "keep"
    if record is None:
        # It is on record before it gets the tag: a record that is lost does not undo what the
        # learner did.
        return "free" if is_tagged and reason == "locked" else "hold"
    if record == Held(reason, "freed"):
        return None
    # Without its tag it is another one: the note was deleted and imported once more.
    is_same = is_tagged or reason == "retired"
    return "free" if record == Held(reason, "suspended") and is_same else "hold"
