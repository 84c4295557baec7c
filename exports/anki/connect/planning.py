"""What has to be done for Anki to hold what it should; nothing is done here.

What the learner did stands: a later edit, *My notes*, tags of their own, a deck of their own for a
card, a suspension.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Final
from unicodedata import normalize

from exports.anki.connect.matching import Matches, WantedNote
from exports.anki.connect.pictures import keep_names, says_the_same
from exports.anki.connect.plans import CardName, FieldUpdate, Held, Hold, Reason, Rules, SyncPlan
from exports.anki.connect.snapshot import NEW, SUSPENDED, LiveNote, Snapshot
from exports.anki.connect.suspending import Deed, decide, is_ours
from exports.anki.fields import RETIRED_TAG
from exports.anki.histories import AnkiCard
from exports.anki.notetypes import OWN_FIELD

LOCKED_TAG: Final = "mlready::locked::"

# Tags that packages set; others below `mlready::` are the learner's.
_OUR_GROUPS = tuple(
    f"mlready::{group}::" for group in ("phase", "topic", "kind", "level", "prereq")
)
_LAST_POSITION = 999_999


def find_set_aside(
    snapshot: Snapshot, matches: Matches, held: Mapping[CardName, Held]
) -> set[CardName]:
    """Return our cards that the learner suspended in Anki."""
    return {
        name
        for live, note in matches.pairs
        for card in snapshot.cards[live.id]
        for name in [CardName(note.guid, card.ordinal + 1)]
        if card.queue == SUSPENDED
        and not is_ours(card, held.get(name), is_tagged=_is_tagged(live, name))
    }


def plan_sync(
    snapshot: Snapshot, matches: Matches, held: Mapping[CardName, Held], rules: Rules
) -> SyncPlan:
    """Return what has to be done in Anki.

    Args:
        snapshot: What Anki holds.
        matches: Which of it is ours.
        held: What is on record of cards that we suspended there.
        rules: What the deck and the learner want.
    """
    draft = _Draft(held, rules)
    for live, note in matches.pairs:
        draft.compare_texts(live, note)
        cards = snapshot.cards[live.id]
        tags = {f"{LOCKED_TAG}{n}" for card in cards if (n := draft.judge(card, live, note))}
        draft.compare_tags(live, {*note.tags, *tags})
        for card in cards:
            draft.compare_place(card, note)
    draft.forget_absent()
    return draft.plan()


class _Draft:
    """A plan in the making."""

    def __init__(self, held: Mapping[CardName, Held], rules: Rules) -> None:
        self._held = held
        self._rules = rules
        self._decks = set(map(_fold, rules.decks))
        self._updates: list[FieldUpdate] = []
        self._edited: list[str] = []
        self._retyped: list[str] = []
        self._new_tags: dict[tuple[str, ...], list[int]] = defaultdict(list)
        self._old_tags: dict[tuple[str, ...], list[int]] = defaultdict(list)
        self._lock_tags: dict[tuple[str, ...], list[int]] = defaultdict(list)
        self._moves: dict[str, list[int]] = defaultdict(list)
        self._positions: dict[int, int] = {}
        self._suspensions: dict[Deed, list[Hold]] = defaultdict(list)
        self._forgotten: list[CardName] = []
        self._seen: set[CardName] = set()

    def compare_texts(self, live: LiveNote, note: WantedNote) -> None:
        """Take the texts that differ, unless the learner's are later."""
        if live.notetype != note.notetype:
            self._retyped.append(note.key)
            return
        differing = {
            name: keep_names(text, live.fields[name])
            for name, text in note.fields.items()
            if name in live.fields
            and name != OWN_FIELD
            and not says_the_same(live.fields[name], text)
        }
        if not differing:
            return
        is_later = live.modified is not None and note.changed_at > live.modified
        if is_later or self._rules.overwrite:
            self._updates.append(FieldUpdate(live.id, note.key, differing))
        else:
            self._edited.append(note.key)

    def compare_tags(self, live: LiveNote, wanted: Iterable[str]) -> None:
        """Take the tags that differ, of those that are ours."""
        # To Anki, tags that differ in case are one.
        present = {_fold(tag): tag for tag in live.tags}
        ours = {_fold(tag): tag for tag in wanted}
        if new := tuple(sorted(tag for name, tag in ours.items() if name not in present)):
            self._new_tags[new].append(live.id)
        gone = sorted(tag for name, tag in present.items() if name not in ours and _is_tag(tag))
        for group, is_meant in ((self._old_tags, _is_our_tag), (self._lock_tags, _is_lock)):
            if old := tuple(filter(is_meant, gone)):
                group[old].append(live.id)

    def compare_place(self, card: AnkiCard, note: WantedNote) -> None:
        """Take the deck and the position, if they differ."""
        if note.is_retired:
            return
        # To Anki, decks that differ in case are one.
        if _fold(card.deck) != _fold(note.deck) and _fold(card.deck) in self._decks:
            self._moves[note.deck].append(card.id)
        # In a filtered deck `due` is something else, and below zero.
        if card.state == NEW and 0 <= card.due != note.position <= _LAST_POSITION:
            self._positions[card.id] = note.position

    def judge(self, card: AnkiCard, live: LiveNote, note: WantedNote) -> int | None:
        """Decide on a card's suspension; return its ordinal if it bears our tag from now on."""
        name = CardName(note.guid, card.ordinal + 1)
        self._seen.add(name)
        reason = self._reason(card, name, is_retired=note.is_retired)
        record, is_tagged = self._held.get(name), _is_tagged(live, name)
        deed = decide(card, reason, record, is_tagged=is_tagged)
        if deed == "forget":
            self._forgotten.append(name)
        elif deed:
            why = reason or (record.reason if record else "locked")
            self._suspensions[deed].append(Hold(card.id, name, why))
        if reason != "locked":
            return None
        # What the learner brought back keeps its tag, which says that it was ours.
        is_learners = card.queue == SUSPENDED and not is_ours(card, record, is_tagged=is_tagged)
        return None if is_learners else name.ordinal

    def _reason(self, card: AnkiCard, name: CardName, *, is_retired: bool) -> Reason | None:
        if is_retired:
            return "retired"
        return "locked" if card.state == NEW and name in self._rules.locked else None

    def forget_absent(self) -> None:
        """Forget locked cards that Anki does not have: an import would bring them back free."""
        for name, record in self._held.items():
            if record.reason == "locked" and name not in self._seen:
                self._forgotten.append(name)

    def plan(self) -> SyncPlan:
        """Return the plan."""
        return SyncPlan(
            updates=tuple(self._updates),
            new_tags={tags: tuple(notes) for tags, notes in self._new_tags.items()},
            old_tags={tags: tuple(notes) for tags, notes in self._old_tags.items()},
            lock_tags={tags: tuple(notes) for tags, notes in self._lock_tags.items()},
            moves={deck: tuple(cards) for deck, cards in self._moves.items()},
            positions=self._positions,
            holds=tuple(self._suspensions["hold"]),
            kept=tuple(self._suspensions["keep"]),
            freed=tuple(self._suspensions["free"]),
            releases=tuple(self._suspensions["release"]),
            forgotten=tuple(self._forgotten),
            edited=tuple(self._edited),
            retyped=tuple(self._retyped),
        )


def _is_tagged(live: LiveNote, name: CardName) -> bool:
    return f"{LOCKED_TAG}{name.ordinal}" in map(_fold, live.tags)


def _is_tag(text: str) -> bool:
    # What Anki cannot have, nobody is to be shown, and a request would say something else with it.
    return text.isprintable() and " " not in text


def _is_our_tag(tag: str) -> bool:
    name = _fold(tag)
    return name == RETIRED_TAG or name.startswith(_OUR_GROUPS)


def _is_lock(tag: str) -> bool:
    return _fold(tag).startswith(LOCKED_TAG)


def _fold(tag: str) -> str:
    return normalize("NFC", tag).casefold()
