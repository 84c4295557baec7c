"""Doing what was planned: in small steps, each of which can be done again.

Texts come first, while Anki still knows when its notes were changed: a tag changes a note as well.
A card is suspended, and released, between two records, the intention and the fact, so that no crash
makes a suspension of ours look like the learner's, or the learner's like ours.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from typing import Protocol, TypeVar

from exports.anki.connect.client import Action, AnkiConnect, Outcome, chunks
from exports.anki.connect.pictures import bring_pictures
from exports.anki.connect.plans import CardName, FieldUpdate, Hold, SyncPlan
from exports.anki.connect.snapshot import Watch, find_cards, find_suspended, ignore_progress

Group = TypeVar("Group")
Item = TypeVar("Item")

_AT_A_TIME = 200
# After each, Anki draws its windows anew; where its browser is open that takes a quarter second.
_UPDATES_AT_A_TIME = 20


class Journal(Protocol):
    """Where it is written down which cards we suspended in Anki, before and after."""

    def intend(self, holds: Sequence[Hold]) -> None:
        """Write down that cards are about to be suspended, or released."""

    def confirm(self, holds: Sequence[Hold]) -> None:
        """Write down that cards are suspended."""

    def free(self, holds: Sequence[Hold]) -> None:
        """Write down that the learner brought cards back."""

    def forget(self, names: Sequence[CardName]) -> None:
        """Write down that cards are not suspended by us any more."""


@dataclass(slots=True)
class Done:
    """How much has been done; it grows as it happens.

    Attributes:
        counts: What -> how many.
        failures: What Anki would not do, and why.
        stuck: Notes that did not take our text.
    """

    counts: dict[str, int] = field(default_factory=dict)
    failures: list[str] = field(default_factory=list)
    stuck: set[int] = field(default_factory=set)

    def count(self, what: str, number: int) -> None:
        """Add to one of the counts."""
        if number:
            self.counts[what] = self.counts.get(what, 0) + number

    @property
    def changes(self) -> int:
        """How many changes were made in Anki."""
        return sum(self.counts.values())


@dataclass(frozen=True, slots=True)
class Applier:
    """Does what a plan says.

    Attributes:
        anki: Where.
        journal: Where suspensions are written down.
        done: What has been done, also when it ends early.
        watch: Sees what is under way.
    """

    anki: AnkiConnect
    journal: Journal
    done: Done = field(default_factory=Done)
    watch: Watch = ignore_progress

    def apply(self, plan: SyncPlan, media: Mapping[str, Path]) -> None:
        """Do all of it.

        Args:
            plan: What has to be done.
            media: The deck's pictures, by name.

        Raises:
            ConnectError: Anki was lost on the way; what is done is done, and the rest is found
                again by the next plan.
            OSError: A picture cannot be read.
        """
        self.journal.confirm(plan.kept)
        self.journal.free(plan.freed)
        # Before their tag: a card with a tag and without a record was brought back by the learner.
        self.journal.intend([*plan.holds, *plan.releases])
        texts = (text for update in plan.updates for text in update.fields.values())
        self.done.count("pictures", bring_pictures(self.anki, texts, media))
        self._update(plan.updates)
        self._change_tags("removeTags", plan.old_tags)
        self._change_tags("addTags", plan.new_tags)
        self._move(plan.moves)
        self._reposition(plan.positions)
        self._suspend(plan.holds)
        self._release(plan.releases)
        # Only now: a tag that says "ours" must outlive the suspension.
        self._change_tags("removeTags", plan.lock_tags)
        self.journal.forget([*(hold.name for hold in plan.releases), *plan.forgotten])
        self._refresh()

    def _update(self, updates: Sequence[FieldUpdate]) -> None:
        actions = [
            Action("updateNoteFields", {"note": {"id": note_id, "fields": dict(fields)}})
            for note_id, _, fields in updates
        ]
        outcomes = chain.from_iterable(self.anki.call_many(actions, _UPDATES_AT_A_TIME))
        for place, (update, outcome) in enumerate(zip(updates, outcomes, strict=True)):
            self._take(outcome, "updated", update.key)
            self.watch("Updating notes", place + 1, len(updates))
            if outcome.error:
                # A tag would make the note seem to be edited later than our text.
                self.done.stuck.add(update.note_id)

    def _change_tags(self, action: str, tags: Mapping[tuple[str, ...], Sequence[int]]) -> None:
        for names, batch in self._steps("Changing tags", tags):
            notes = [note for note in batch if note not in self.done.stuck]
            self.anki.call(action, notes=notes, tags=" ".join(names))
            self.done.count("tagged", len(notes))

    def _move(self, moves: Mapping[str, Sequence[int]]) -> None:
        for deck, cards in self._steps("Moving cards", moves):
            self.anki.call("changeDeck", cards=list(cards), deck=deck)
            self.done.count("moved", len(cards))

    def _reposition(self, positions: Mapping[int, int]) -> None:
        for _, batch in self._steps("Ordering new cards", {"": list(positions)}):
            # Of a card that was answered since, the number is a date.
            new = sorted(find_cards(self.anki, batch, "is:new"))
            actions = [
                Action(
                    "setSpecificValueOfCard",
                    {"card": card, "keys": ["due"], "newValues": [positions[card]]},
                )
                for card in new
            ]
            outcomes = chain.from_iterable(self.anki.call_many(actions))
            for card, outcome in zip(new, outcomes, strict=True):
                well = outcome.result == [True]
                refused = Outcome(None, outcome.error or "it did not say why")
                self._take(outcome if well else refused, "repositioned", f"card {card}")

    def _suspend(self, holds: Sequence[Hold]) -> None:
        for _, batch in self._steps("Suspending cards", {"": holds}):
            locked = [hold.card_id for hold in batch if hold.reason == "locked"]
            begun = set(locked) - find_cards(self.anki, locked, "is:new")
            cards = [hold.card_id for hold in batch if hold.card_id not in begun]
            if not cards:
                continue
            self.anki.call("suspend", cards=cards)
            suspended = find_suspended(self.anki, cards)
            self.journal.confirm([hold for hold in batch if hold.card_id in suspended])
            self.done.count("suspended", len(suspended))

    def _release(self, releases: Sequence[Hold]) -> None:
        for _, batch in self._steps("Releasing cards", {"": releases}):
            self.anki.call("unsuspend", cards=[hold.card_id for hold in batch])
            self.done.count("released", len(batch))

    def _refresh(self) -> None:
        """Have Anki's window show what is so now.

        AnkiConnect has it drawn anew before each change, so not after the last: a card on the
        screen that is suspended by then would be studied, and so be brought back.
        """
        if self.done.changes:
            self.anki.call("removeTags", notes=[], tags="")

    def _steps(
        self, what: str, groups: Mapping[Group, Sequence[Item]]
    ) -> Iterator[tuple[Group, Sequence[Item]]]:
        """Yield what belongs together, a little at a time."""
        done, total = 0, sum(map(len, groups.values()))
        for group, items in groups.items():
            for batch in chunks(items, _AT_A_TIME):
                self.watch(what, done, total)
                yield group, batch
                done += len(batch)
                self.watch(what, done, total)

    def _take(self, outcome: Outcome, what: str, thing: str) -> None:
        if outcome.error:
            self.done.failures.append(f"{thing}: {outcome.error}")
        else:
            self.done.count(what, 1)
