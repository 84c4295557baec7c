"""What a sync is to do in Anki, as values."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Literal, NamedTuple, TypeAlias

Reason: TypeAlias = Literal["locked", "retired"]
HeldState: TypeAlias = Literal["intended", "suspended", "freed"]


class CardName(NamedTuple):
    """A card of ours.

    Attributes:
        guid: That of its note.
        ordinal: The number of its hole; 1 where the note has one card.
    """

    guid: str
    ordinal: int


class Held(NamedTuple):
    """What is on record of a card that we suspended in Anki.

    Attributes:
        reason: Why.
        state: Whether that was only intended, is done, or was undone by the learner: from then on
            its suspensions are the learner's.
    """

    reason: Reason
    state: HeldState


class Hold(NamedTuple):
    """A card of ours that is, or is to be, suspended by us."""

    card_id: int
    name: CardName
    reason: Reason


class FieldUpdate(NamedTuple):
    """New texts for a note's fields, by name."""

    note_id: int
    key: str
    fields: Mapping[str, str]


class Rules(NamedTuple):
    """What the deck and the learner want.

    Attributes:
        decks: The names of all decks that are ours, those of earlier packages included: only from
            these are cards moved.
        locked: New cards whose prerequisites are not yet known; empty without a gate.
        overwrite: Whether our texts replace the learner's later edits.
    """

    decks: Collection[str]
    locked: Collection[CardName] = frozenset()
    overwrite: bool = False


@dataclass(frozen=True, slots=True)
class SyncPlan:
    """What has to be done, in the order in which it is done.

    Attributes:
        updates: Notes with another text.
        new_tags: Tags -> notes that get them.
        old_tags: Tags -> notes that lose them.
        lock_tags: Tags that say that a card is locked -> notes that lose them, after all else.
        moves: Name of a deck -> cards that go there.
        positions: Cards that are still new -> their new position.
        holds: Cards to suspend.
        kept: Cards that are suspended by us, which the record does not say.
        freed: Cards that the learner brought back, which the record does not say.
        releases: Cards that are ours to bring back, still suspended.
        forgotten: Cards that are no longer suspended by us, whatever the record says.
        edited: Keys of notes that the learner changed later than we did.
        retyped: Keys of notes that became a cloze, or are none any more: Anki cannot follow.
    """

    updates: tuple[FieldUpdate, ...] = ()
    new_tags: Mapping[tuple[str, ...], tuple[int, ...]] = field(default_factory=dict)
    old_tags: Mapping[tuple[str, ...], tuple[int, ...]] = field(default_factory=dict)
    lock_tags: Mapping[tuple[str, ...], tuple[int, ...]] = field(default_factory=dict)
    moves: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    positions: Mapping[int, int] = field(default_factory=dict)
    holds: tuple[Hold, ...] = ()
    kept: tuple[Hold, ...] = ()
    freed: tuple[Hold, ...] = ()
    releases: tuple[Hold, ...] = ()
    forgotten: tuple[CardName, ...] = ()
    edited: tuple[str, ...] = ()
    retyped: tuple[str, ...] = ()

    @property
    def counts(self) -> dict[str, int]:
        """What there is to do in Anki, and for how many notes or cards."""
        tags = (self.old_tags, self.new_tags, self.lock_tags)
        return {
            "updated": len(self.updates),
            "tagged": sum(len(notes) for group in tags for notes in group.values()),
            "moved": sum(map(len, self.moves.values())),
            "repositioned": len(self.positions),
            "suspended": len(self.holds),
            "released": len(self.releases),
        }

    @property
    def has_records(self) -> bool:
        """Whether there is anything to write down of what is so in Anki already."""
        return bool(self.kept or self.freed or self.forgotten)

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to do in Anki."""
        return not any(self.counts.values())
