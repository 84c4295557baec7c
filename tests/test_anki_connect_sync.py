"""A live sync with the real Anki: what is done, and what is left alone."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from exports.anki.connect.applying import Applier, Done
from exports.anki.connect.history import read_history
from exports.anki.connect.matching import match_notes
from exports.anki.connect.planning import plan_sync
from exports.anki.connect.plans import CardName, Held, Hold, Rules, SyncPlan
from exports.anki.connect.snapshot import take_snapshot
from exports.anki.connect.wanting import want_notes
from exports.anki.identity import deck_names, guid_of, note_ids, phase_names
from exports.anki.lock import read_lock, write_lock
from exports.anki.promises import Promises
from tests.anki_connect_fixtures import AnkiServer, anki_server
from tests.anki_fixtures import (
    LATER,
    NOW,
    export,
    hole,
    make_cloze,
    make_deck,
    make_note,
    text,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from exports.records import ExportDeck

__all__ = ["anki_server"]


class Book:
    """A record of suspensions, kept in memory."""

    def __init__(self) -> None:
        self.held: dict[CardName, Held] = {}

    def intend(self, holds: Sequence[Hold]) -> None:
        for hold in holds:
            self.held[hold.name] = Held(hold.reason, "intended")

    def confirm(self, holds: Sequence[Hold]) -> None:
        for hold in holds:
            self.held[hold.name] = Held(hold.reason, "suspended")

    def free(self, holds: Sequence[Hold]) -> None:
        for hold in holds:
            self.held[hold.name] = Held(hold.reason, "freed")

    def forget(self, names: Sequence[CardName]) -> None:
        for name in names:
            self.held.pop(name, None)


class Learner:
    """Somebody with a deck, its lock, and an Anki that runs."""

    def __init__(self, server: AnkiServer, folder: Path) -> None:
        self.server = server
        self.folder = folder
        self.book = Book()

    def put(self, deck: ExportDeck) -> None:
        """Export a package and import it."""
        export(deck, self.folder / "deck.apkg")
        self.server.import_package(self.folder / "deck.apkg")

    def plan(
        self, deck: ExportDeck, locked: Collection[str] = (), *, overwrite: bool = False
    ) -> SyncPlan:
        """What a sync would do; `locked` are keys, with `#n` for one of several cards."""
        lock = read_lock(self.folder / "anki.lock")
        promises = Promises(lock, deck.order, NOW, phase_names(deck))
        wanted = want_notes(deck, lock, promises)
        self.promised = promises.result()
        snapshot = take_snapshot(self.server.client)
        self.matches = match_notes(snapshot, wanted, deck_names(deck), note_ids(deck.id))
        rules = Rules(deck_names(deck), {name(key) for key in locked}, overwrite)
        return plan_sync(snapshot, self.matches, self.book.held, rules)

    def sync(self, deck: ExportDeck, locked: Collection[str] = (), **options: bool) -> Done:
        """Sync, and see that nothing is left to be done."""
        plan = self.plan(deck, locked, **options)
        write_lock(self.folder / "anki.lock", self.promised)
        applier = Applier(self.server.client, self.book)
        applier.apply(plan, deck.media)
        again = self.plan(deck, locked, **options)
        assert again.is_empty, again
        return applier.done


def name(key: str) -> CardName:
    """A card by its key, with `#n` for one of several."""
    first_key, _, ordinal = key.partition("#")
    return CardName(guid_of("ready", first_key), int(ordinal or 1))


@pytest.fixture
def learner(anki_server: AnkiServer, tmp_path: Path) -> Learner:
    return Learner(anki_server, tmp_path)


NOTES = (
    make_note("norms/triangle", topic="norms"),
    make_note("norms/zero", topic="norms"),
    make_note("maps/injective", phase=2),
    make_cloze("maps/count", ["text", "A "], hole(1, [["text", "x"]]), hole(2, [["text", "y"]])),
)
DECK = make_deck(*NOTES)


def changed(deck: ExportDeck, which: str, **changes: Any) -> ExportDeck:
    """A deck of which one note is different."""
    notes = [replace(n, **changes) if n.key == which else n for n in deck.notes]
    return replace(deck, notes=tuple(notes))


def test_after_an_import_there_is_nothing_to_do(learner: Learner) -> None:
    learner.put(DECK)
    assert learner.plan(DECK) == SyncPlan()
    assert len(learner.matches.pairs) == 4


def test_an_edit_arrives_and_no_review_is_touched(learner: Learner) -> None:
    learner.put(DECK)
    learner.server.answer()
    before = learner.server.rows()
    edited = changed(DECK, "norms/zero", answer=text("Only zero's."), changed_at=LATER)
    done = learner.sync(edited)
    assert done.counts == {"updated": 1}
    after = learner.server.rows()
    assert {t for t in before if before[t] != after[t]} == {"notes"}
    assert "Only zero" in learner.server.note("Key:norms/zero")["Answer"]


# --- what the learner did stands -------------------------------------------------------

FUTURE = 4_000_000_000


def edit(server: AnkiServer, key: str, **fields: str) -> None:
    """Edit a note as the learner does, in Anki's own editor."""
    note = server.note(f"Key:{key}")
    for field, value in fields.items():
        note[field.replace("_", " ")] = value
    server.col.update_note(note)


def test_a_later_edit_of_the_learners_is_left_and_said(learner: Learner) -> None:
    learner.put(DECK)
    edit(learner.server, "norms/zero", Answer="My own words")
    ours = changed(DECK, "norms/zero", answer=text("Ours."), changed_at=LATER)
    plan = learner.plan(ours)
    assert plan.is_empty
    assert plan.edited == ("norms/zero",)
    learner.sync(ours, overwrite=True)
    assert learner.server.note("Key:norms/zero")["Answer"] == "<p>Ours.</p>"


def test_our_later_edit_wins_over_an_earlier_one_of_the_learners(learner: Learner) -> None:
    learner.put(DECK)
    edit(learner.server, "norms/zero", Answer="My own words")
    learner.sync(changed(DECK, "norms/zero", answer=text("Ours."), changed_at=FUTURE))
    assert learner.server.note("Key:norms/zero")["Answer"] == "<p>Ours.</p>"


def test_my_notes_and_spare_fields_are_never_touched(learner: Learner) -> None:
    learner.put(DECK)
    edit(learner.server, "norms/zero", My_notes="<b>mine</b>", Spare_3="x")
    learner.sync(changed(DECK, "norms/zero", answer=text("Ours."), changed_at=FUTURE))
    note = learner.server.note("Key:norms/zero")
    assert (note["My notes"], note["Spare 3"]) == ("<b>mine</b>", "x")
    learner.sync(DECK, overwrite=True)
    assert learner.server.note("Key:norms/zero")["My notes"] == "<b>mine</b>"


def test_tags_of_ours_change_and_the_learners_stay(learner: Learner) -> None:
    learner.put(DECK)
    col = learner.server.col
    note = learner.server.note("Key:norms/zero")
    col.tags.bulk_add([note.id], "hard mlready::mine MLREADY::KIND::old")
    done = learner.sync(changed(DECK, "norms/zero", kind="statement"), overwrite=True)
    tags = learner.server.note("Key:norms/zero").tags
    assert {"hard", "mlready::mine", "mlready::kind::statement"} <= set(tags)
    assert not [tag for tag in tags if "failure" in tag or "old" in tag]
    assert done.counts == {"updated": 1, "tagged": 2}


def test_the_learners_own_suspensions_stay(learner: Learner) -> None:
    learner.put(DECK)
    cards = {card.nid: card.id for card in learner.server.cards("deck:*Foundations")}
    learner.server.col.sched.suspend_cards(list(cards.values())[:1])
    locked = ("norms/triangle", "norms/zero")
    learner.sync(DECK, locked)
    assert len(learner.book.held) == 1
    learner.sync(DECK)
    assert not learner.book.held
    assert [card.id for card in learner.server.cards("is:suspended")] == list(cards.values())[:1]


def test_cards_go_to_the_deck_of_their_phase_but_not_from_a_deck_of_the_learners(
    learner: Learner,
) -> None:
    learner.put(DECK)
    col = learner.server.col
    mine = learner.server.note("Key:norms/zero").card_ids()
    col.set_deck(mine, col.decks.id("My own"))
    moved = changed(changed(DECK, "norms/zero", phase=3), "norms/triangle", phase=3)
    done = learner.sync(moved, overwrite=True)
    assert done.counts["moved"] == 1
    names = {
        card.note()["Key"]: col.decks.name(card.did) for card in learner.server.cards("Key:norms/*")
    }
    assert names == {"norms/triangle": "Ready::3 Advanced", "norms/zero": "My own"}


def test_a_deck_that_the_learner_renamed_is_the_learners(learner: Learner) -> None:
    learner.put(DECK)
    decks = learner.server.col.decks
    decks.rename(decks.by_name("Ready::1 Foundations"), "Ready::1 Beginnings")
    decks.rename(decks.by_name("Ready::2 Core"), "ready::2 CORE")
    moved = changed(DECK, "norms/zero", phase=3)
    assert not learner.plan(moved).moves
    moved = changed(DECK, "maps/injective", phase=3)
    assert list(learner.plan(moved).moves) == ["Ready::3 Advanced"]


def test_new_cards_get_their_new_position_and_others_keep_their_due_date(learner: Learner) -> None:
    learner.put(DECK)
    server = learner.server
    answered = server.col.get_card(server.answer().id)
    turned = make_deck(*reversed(NOTES))
    done = learner.sync(turned)
    assert done.counts["repositioned"] >= 2
    new = sorted(server.cards("is:new"), key=lambda card: (card.due, card.ord))
    keys = [card.note()["Key"] for card in new]
    assert keys == ["maps/count", "maps/count", "maps/injective", "norms/zero"]
    assert server.col.get_card(answered.id).due == answered.due


def test_a_card_that_was_answered_meanwhile_is_not_repositioned(learner: Learner) -> None:
    learner.put(DECK)
    plan = learner.plan(make_deck(*NOTES[1:], NOTES[0]))
    answered = learner.server.answer(3)
    assert answered.id in plan.positions
    before = learner.server.col.db.first("select * from cards where id = ?", answered.id)
    applier = Applier(learner.server.client, learner.book)
    applier.apply(plan, {})
    assert learner.server.col.db.first("select * from cards where id = ?", answered.id) == before
    assert len(applier.done.counts) == len(plan.positions) - 1


def test_cards_in_a_filtered_deck_stay_there(learner: Learner) -> None:
    learner.put(DECK)
    col = learner.server.col
    filtered = col.sched.get_or_create_filtered_deck(0)
    filtered.name = "Cram"
    filtered.config.search_terms[0].search = "is:new"
    deck_id = col.sched.add_or_update_filtered_deck(filtered).id
    before = learner.server.rows()["cards"]
    assert all(row[2] == deck_id for row in before)
    moved = changed(make_deck(*reversed(NOTES)), "norms/zero", phase=3)
    assert not learner.plan(moved).moves
    assert not learner.plan(moved).positions


# --- which notes are ours --------------------------------------------------------------


def test_foreign_notes_are_never_touched(learner: Learner) -> None:
    learner.put(DECK)
    server = learner.server
    other = replace(make_deck(make_note("norms/zero"), make_note("x/y")), id="another")
    (learner.folder / "other").mkdir()
    export(other, learner.folder / "other" / "other.apkg")
    server.import_package(learner.folder / "other" / "other.apkg")
    basic = server.col.new_note(server.col.models.by_name("Basic"))
    basic["Front"], basic["Back"], basic.tags = "norms/zero", "x", ["mlready::kind::mine"]
    server.col.add_note(basic, server.col.decks.id("Ready::1 Foundations"))
    ours = {note.id for note, _ in (learner.plan(DECK), learner.matches.pairs)[1]}
    assert len(ours) == 4

    def foreign() -> list[list[Any]]:
        rows = server.rows()
        return [
            [row for row in rows["notes"] if row[0] not in ours],
            [row for row in rows["cards"] if row[1] not in ours],
        ]

    before = foreign()
    assert len(before[0]) == 3
    changes = {"answer": text("New."), "phase": 3, "kind": "statement", "changed_at": FUTURE}
    learner.sync(changed(DECK, "norms/zero", **changes), ("norms/triangle", "maps/count#2"))
    assert foreign() == before


def test_of_a_note_and_its_copy_the_original_is_ours(learner: Learner) -> None:
    learner.put(DECK)
    server = learner.server
    original = server.note("Key:norms/zero")
    copy = server.col.new_note(original.note_type())
    copy.fields = list(original.fields)
    server.col.add_note(copy, server.col.decks.id("Ready::1 Foundations"))
    learner.sync(changed(DECK, "norms/zero", answer=text("Ours."), changed_at=FUTURE))
    assert server.col.get_note(original.id)["Answer"] == "<p>Ours.</p>"
    assert server.col.get_note(copy.id)["Answer"] == "<p>This.</p>"


def test_a_copy_does_not_confuse_a_note_that_stands_elsewhere_now(learner: Learner) -> None:
    learner.put(DECK)
    server = learner.server
    original = server.note("Key:norms/zero")
    copy = server.col.new_note(original.note_type())
    copy.fields = list(original.fields)
    server.col.add_note(copy, server.col.decks.id("Ready::1 Foundations"))
    learner.sync(make_deck(*reversed(NOTES)))
    learner.sync(retire(DECK, "norms/zero"))
    assert not learner.matches.copies
    assert [card.nid for card in server.cards("is:suspended")] == [original.id]
    assert server.col.get_note(copy.id).tags == []


def test_another_decks_note_of_an_older_layout_is_not_found_by_its_key(learner: Learner) -> None:
    other = replace(make_deck(make_note("norms/zero")), id="another", title="Another")
    learner.put(other)
    note = learner.server.note("Key:norms/zero")
    note["Identity"] = ""
    learner.server.col.update_note(note)
    before = learner.server.rows()
    (learner.folder / "anki.lock").unlink()
    learner.sync(changed(DECK, "norms/zero", changed_at=FUTURE), ("norms/zero",), overwrite=True)
    assert not learner.matches.pairs
    assert learner.server.rows() == before


def test_of_two_copies_without_an_original_neither_is_touched(learner: Learner) -> None:
    learner.put(DECK)
    server = learner.server
    original = server.note("Key:norms/zero")
    for _ in range(2):
        copy = server.col.new_note(original.note_type())
        copy.fields = list(original.fields)
        server.col.add_note(copy, server.col.decks.id("Ready::1 Foundations"))
    server.col.remove_notes([original.id])
    before = server.rows()
    plan = learner.plan(changed(DECK, "norms/zero", answer=text("Ours."), changed_at=FUTURE))
    assert plan.is_empty
    assert learner.matches.copies == ("norms/zero",)
    assert server.rows() == before


def test_a_renamed_question_is_found_by_its_identity(learner: Learner) -> None:
    learner.put(DECK)
    renamed = changed(DECK, "norms/zero", key="norms/nought", changed_at=FUTURE)
    learner.sync(renamed)
    assert learner.server.note("Key:norms/nought")
    assert len(learner.server.col.find_notes("")) == 4


def test_notes_of_an_older_layout_are_found_by_their_key(learner: Learner) -> None:
    learner.put(DECK)
    for note in map(learner.server.col.get_note, learner.server.col.find_notes("")):
        note["Identity"] = ""
        learner.server.col.update_note(note)
    renamed = changed(DECK, "norms/zero", key="norms/nought", changed_at=FUTURE)
    learner.sync(renamed, overwrite=True)
    note = learner.server.note("Key:norms/nought")
    assert note["Identity"] == guid_of("ready", "norms/zero") == note.guid


def test_new_questions_are_left_to_a_package(learner: Learner) -> None:
    learner.put(DECK)
    larger = make_deck(*NOTES, make_note("maps/new", phase=2))
    assert learner.plan(larger).is_empty
    assert [note.key for note in learner.matches.missing] == ["maps/new"]
    learner.put(larger)
    assert learner.plan(larger) == SyncPlan()


def test_a_note_that_is_deleted_meanwhile_is_said_and_the_rest_is_done(learner: Learner) -> None:
    learner.put(DECK)
    deck = changed(DECK, "norms/zero", answer=text("Ours."), changed_at=FUTURE)
    deck = changed(deck, "norms/triangle", answer=text("Ours."), changed_at=FUTURE)
    plan = learner.plan(deck)
    learner.server.col.remove_notes([learner.server.note("Key:norms/zero").id])
    applier = Applier(learner.server.client, learner.book)
    applier.apply(plan, {})
    assert applier.done.counts == {"updated": 1}
    (failure,) = applier.done.failures
    assert failure.startswith("norms/zero: Note was not found")


# --- retired notes ---------------------------------------------------------------------


def retire(deck: ExportDeck, key: str) -> ExportDeck:
    """A deck that lost a question, and remembers it."""
    (gone,) = (note for note in deck.notes if note.key == key)
    kept = make_deck(*(note for note in deck.notes if note.key != key))
    return replace(kept, retired={key: replace(gone, changed_at=LATER)})


def test_a_retired_note_is_tagged_and_suspended_until_it_is_back(learner: Learner) -> None:
    learner.put(DECK)
    learner.server.answer()
    done = learner.sync(retire(DECK, "maps/count"))
    assert done.counts == {"tagged": 1, "suspended": 2}
    assert len(learner.server.cards("is:suspended tag:mlready::retired")) == 2
    done = learner.sync(DECK)
    assert done.counts == {"tagged": 1, "released": 2}
    assert not learner.server.cards("is:suspended or tag:mlready::retired")
    assert not learner.book.held


def test_what_the_learner_suspended_before_it_was_retired_stays_suspended(learner: Learner) -> None:
    learner.put(DECK)
    (card,) = learner.server.note("Key:norms/zero").card_ids()
    learner.server.col.sched.suspend_cards([card])
    learner.sync(retire(DECK, "norms/zero"))
    learner.sync(DECK)
    assert [found.id for found in learner.server.cards("is:suspended")] == [card]


def test_a_retired_card_that_the_learner_wants_back_stays_back(learner: Learner) -> None:
    learner.put(DECK)
    gone = retire(DECK, "norms/zero")
    learner.sync(gone)
    (card,) = learner.server.cards("is:suspended")
    learner.server.col.sched.unsuspend_cards([card.id])
    assert learner.plan(gone).is_empty


# --- the gate --------------------------------------------------------------------------


def suspended(server: AnkiServer) -> list[str]:
    """The cards that are suspended, by key and hole."""
    return sorted(f"{card.note()['Key']}#{card.ord + 1}" for card in server.cards("is:suspended"))


def test_locked_cards_are_suspended_and_tagged_until_they_open(learner: Learner) -> None:
    learner.put(DECK)
    locked = ("maps/injective", "maps/count#2")
    done = learner.sync(DECK, locked)
    assert done.counts == {"tagged": 2, "suspended": 2}
    assert suspended(learner.server) == ["maps/count#2", "maps/injective#1"]
    assert "mlready::locked::2" in learner.server.note("Key:maps/count").tags
    learner.sync(DECK, locked[:1])
    assert suspended(learner.server) == ["maps/injective#1"]
    done = learner.sync(DECK)
    assert done.counts == {"released": 1, "tagged": 1}
    assert not learner.server.cards("is:suspended or tag:mlready::locked::*")
    assert not learner.book.held


def test_what_was_begun_is_not_locked(learner: Learner) -> None:
    learner.put(DECK)
    begun = learner.server.answer()
    key = begun.note()["Key"]
    assert learner.plan(DECK, (key,)).is_empty


def test_a_locked_card_that_the_learner_brings_back_stays_back(learner: Learner) -> None:
    learner.put(DECK)
    learner.sync(DECK, ("maps/injective",))
    (card,) = learner.server.cards("is:suspended")
    learner.server.col.sched.unsuspend_cards([card.id])
    assert learner.plan(DECK, ("maps/injective",)).is_empty
    learner.sync(DECK)
    assert not learner.book.held
    assert not learner.server.cards("tag:mlready::locked::*")


def test_what_the_learner_suspends_after_bringing_it_back_is_the_learners(learner: Learner) -> None:
    learner.put(DECK)
    learner.sync(DECK, ("maps/injective",))
    cards = learner.server.note("Key:maps/injective").card_ids()
    learner.server.col.sched.unsuspend_cards(cards)
    learner.sync(DECK, ("maps/injective",))
    learner.server.col.sched.suspend_cards(cards)
    learner.sync(DECK, ("maps/injective",))
    learner.sync(DECK)
    assert suspended(learner.server) == ["maps/injective#1"]
    assert not learner.server.cards("tag:mlready::locked::*")
    assert not learner.book.held


def test_what_was_studied_and_then_suspended_is_the_learners(learner: Learner) -> None:
    learner.put(DECK)
    learner.sync(DECK, ("maps/injective",))
    cards = learner.server.note("Key:maps/injective").card_ids()
    learner.server.col.sched.unsuspend_cards(cards)
    learner.server.col.sched.set_due_date(cards, "3")
    learner.server.col.sched.suspend_cards(cards)
    learner.sync(DECK, ("maps/injective",))
    assert suspended(learner.server) == ["maps/injective#1"]
    assert not learner.book.held


def test_what_the_learner_brought_back_stays_back_when_the_tag_is_wiped(learner: Learner) -> None:
    learner.put(DECK)
    learner.sync(DECK, ("maps/injective",))
    cards = learner.server.note("Key:maps/injective").card_ids()
    learner.server.col.sched.unsuspend_cards(cards)
    learner.sync(DECK, ("maps/injective",))
    edited = changed(DECK, "maps/injective", answer=text("Anew."), changed_at=FUTURE - 1)
    learner.put(edited)
    assert not learner.server.cards("tag:mlready::locked::*")
    learner.sync(edited, ("maps/injective",))
    assert suspended(learner.server) == []


def test_what_the_learner_brought_back_stays_back_though_the_record_is_lost(
    learner: Learner,
) -> None:
    learner.put(DECK)
    learner.sync(DECK, ("maps/injective",))
    learner.server.col.sched.unsuspend_cards(learner.server.note("Key:maps/injective").card_ids())
    learner.book.held.clear()
    learner.sync(DECK, ("maps/injective",))
    assert suspended(learner.server) == []


def test_who_starts_over_in_anki_finds_the_gate_shut(learner: Learner) -> None:
    learner.put(DECK)
    learner.sync(DECK, ("maps/injective",))
    learner.server.col.remove_notes(learner.server.col.find_notes(""))
    learner.put(DECK)
    learner.sync(DECK, ("maps/injective",))
    assert suspended(learner.server) == ["maps/injective#1"]


def test_a_card_that_was_begun_meanwhile_is_not_suspended(learner: Learner) -> None:
    learner.put(DECK)
    plan = learner.plan(DECK, ("norms/triangle", "norms/zero"))
    begun = learner.server.answer(3)
    Applier(learner.server.client, learner.book).apply(plan, {})
    assert len(plan.holds) == 2
    assert begun.id in {hold.card_id for hold in plan.holds}
    assert suspended(learner.server) == ["norms/zero#1"]


def test_an_import_that_wipes_the_tag_does_not_make_a_suspension_the_learners(
    learner: Learner,
) -> None:
    learner.put(DECK)
    learner.sync(DECK, ("maps/injective",))
    edited = changed(DECK, "maps/injective", answer=text("Anew."), changed_at=FUTURE - 1)
    learner.put(edited)
    assert not learner.server.cards("tag:mlready::locked::*")
    learner.sync(edited, ("maps/injective",), overwrite=True)
    assert learner.server.cards("tag:mlready::locked::1")
    learner.sync(edited)
    assert not learner.server.cards("is:suspended")


def test_a_lost_record_is_made_up_for_by_the_tag(learner: Learner) -> None:
    learner.put(DECK)
    learner.sync(DECK, ("maps/injective",))
    learner.book.held.clear()
    learner.sync(DECK, ("maps/injective",))
    assert learner.book.held == {name("maps/injective"): Held("locked", "suspended")}
    learner.book.held.clear()
    learner.sync(DECK)
    assert not learner.server.cards("is:suspended")


def test_a_locked_note_that_was_deleted_and_comes_back_is_locked_again(learner: Learner) -> None:
    learner.put(DECK)
    learner.sync(DECK, ("maps/injective",))
    learner.server.col.remove_notes([learner.server.note("Key:maps/injective").id])
    applier = Applier(learner.server.client, learner.book)
    applier.apply(learner.plan(DECK, ("maps/injective",)), {})
    learner.put(DECK)
    learner.sync(DECK, ("maps/injective",))
    assert suspended(learner.server) == ["maps/injective#1"]


def test_texts_come_before_the_tags_that_would_make_a_note_look_edited(learner: Learner) -> None:
    learner.put(DECK)
    learner.server.requests.clear()
    learner.sync(changed(DECK, "norms/zero", kind="statement", changed_at=FUTURE), ("norms/zero",))
    changes = ["updateNoteFields", "removeTags", "addTags", "suspend", "areSuspended"]
    assert [action for action in learner.server.requests if action in changes] == changes


def test_a_tag_outlives_the_suspension_that_it_calls_ours(learner: Learner) -> None:
    learner.put(DECK)
    learner.sync(DECK, ("norms/zero",))
    learner.server.requests.clear()
    learner.sync(DECK)
    changes = ["unsuspend", "removeTags"]
    assert [action for action in learner.server.requests if action in changes] == changes


def test_the_window_shows_what_is_so_after_the_last_change(learner: Learner) -> None:
    # Who is at a card that is suspended meanwhile and answers it brings it back.
    learner.put(DECK)
    server = learner.server
    server.draw()
    learner.sync(DECK, ("maps/injective",))
    assert server.screen == server.to_study()
    learner.sync(DECK)
    assert len(server.screen) == 5
    learner.sync(retire(DECK, "norms/zero"))
    assert server.screen == server.to_study()


def test_updates_go_a_few_at_a_time(learner: Learner) -> None:
    # Where Anki's browser is open, each takes a quarter of a second.
    notes = [make_note(f"norms/n{n}", topic="norms") for n in range(45)]
    learner.put(make_deck(*notes))
    edited = (replace(note, answer=text("New."), changed_at=FUTURE) for note in notes)
    learner.server.requests.clear()
    assert learner.sync(make_deck(*edited)).counts == {"updated": 45}
    assert learner.server.requests["updateNoteFields"] == 45
    assert learner.server.requests["multi"] == 3


def test_a_note_without_cards_is_passed_over(learner: Learner) -> None:
    learner.put(DECK)
    col = learner.server.col
    col.db.execute("delete from cards where nid = ?", learner.server.note("Key:norms/zero").id)
    edited = changed(DECK, "maps/injective", answer=text("One."), changed_at=FUTURE)
    assert learner.sync(edited).counts == {"updated": 1}
    assert [note.key for note in learner.matches.missing] == ["norms/zero"]


# --- older versions of the add-on, pictures, types ------------------------------------


def test_an_add_on_that_does_not_say_when_a_note_changed_gets_no_text(learner: Learner) -> None:
    learner.put(DECK)
    learner.server.says_modified = False
    ours = changed(DECK, "norms/zero", answer=text("Ours."), changed_at=FUTURE)
    plan = learner.plan(ours)
    assert plan.is_empty
    assert plan.edited == ("norms/zero",)
    learner.sync(ours, overwrite=True)


def test_a_picture_that_anki_lacks_comes_along(learner: Learner) -> None:
    (learner.folder / "fig.svg").write_text("<svg/>")
    learner.put(DECK)
    shown = [["paragraph", [["image", "fig.svg", "A figure"]]]]
    deck = changed(DECK, "norms/zero", answer=shown, changed_at=FUTURE)
    deck = replace(deck, media={"fig.svg": learner.folder / "fig.svg"})
    done = learner.sync(deck)
    assert done.counts == {"pictures": 1, "updated": 1}
    media = learner.server.col.media
    assert media.have("fig.svg")
    (learner.folder / "fig.svg").write_text("<svg>new</svg>")
    other = changed(deck, "norms/triangle", answer=shown, changed_at=FUTURE + 1)
    assert learner.sync(other).counts == {"updated": 1}
    assert (Path(media.dir()) / "fig.svg").read_text() == "<svg/>"


def test_pictures_that_anki_renamed_keep_their_names(learner: Learner) -> None:
    learner.server.col.media.write_data("fig.svg", b"<svg>the learner's own</svg>")
    (learner.folder / "fig.svg").write_text("<svg/>")
    shown = [["paragraph", [["text", "See "], ["image", "fig.svg", "A figure"]]]]
    deck = changed(DECK, "norms/zero", answer=shown)
    deck = replace(deck, media={"fig.svg": learner.folder / "fig.svg"})
    learner.put(deck)
    named = learner.server.note("Key:norms/zero")["Answer"]
    assert "fig-" in named
    assert learner.plan(deck) == SyncPlan()
    more = [["paragraph", [["text", "Look: "], ["image", "fig.svg", "A figure"]]]]
    done = learner.sync(changed(deck, "norms/zero", answer=more, changed_at=FUTURE))
    assert done.counts == {"updated": 1}
    assert learner.server.note("Key:norms/zero")["Answer"] == named.replace("See", "Look:")


def test_a_question_that_became_a_cloze_is_said_and_left(learner: Learner) -> None:
    learner.put(DECK)
    cloze = make_cloze("norms/zero", hole(1, [["text", "x"]]), changed_at=FUTURE)
    deck = make_deck(*(cloze if note.key == "norms/zero" else note for note in NOTES))
    before = learner.server.rows()["notes"]
    plan = learner.plan(deck)
    assert plan.retyped == ("norms/zero",)
    assert not plan.updates
    assert learner.server.rows()["notes"] == before


def test_the_collection_is_sound_after_all_of_it(learner: Learner) -> None:
    learner.put(DECK)
    learner.server.answer()
    moved = changed(make_deck(*reversed(NOTES)), "maps/count", phase=3, changed_at=FUTURE)
    learner.sync(retire(moved, "norms/zero"), ("maps/count#1",), overwrite=True)
    col = learner.server.col
    schema = col.db.scalar("select scm from col")
    _, is_well = col.fix_integrity()
    assert is_well
    assert col.db.scalar("select scm from col") == schema


# --- reviews ---------------------------------------------------------------------------


def test_reviews_are_read_as_a_file_would_tell_them(learner: Learner) -> None:
    learner.put(DECK)
    server = learner.server
    server.answer(3)
    server.answer(1)
    due = server.answer(2)
    server.col.sched.set_due_date([due.id], "17")
    learner.plan(DECK)
    guids = {live.id: note.guid for live, note in learner.matches.pairs}
    now = int(time.time())
    snapshot = take_snapshot(server.client)
    history = read_history(server.client, snapshot, guids, now)
    rows = server.col.db.all(
        "select id, cid, ease, ivl, lastIvl, factor, time, type from revlog order by id"
    )
    assert [tuple(review) for review in history.reviews] == [tuple(row) for row in rows]
    assert {note.guid for note in history.notes} == {
        guid_of("ready", note.first_key) for note in NOTES
    }
    today = (now - history.created_at) // 86_400
    assert today == server.col.sched.today
    cards = {card.id: card for card in history.cards}
    assert cards[due.id].due - today == 17


@pytest.mark.parametrize("days", [0, 1, 99, 3_000, 20_000])
def test_the_day_that_anki_counts_is_found_out(learner: Learner, days: int) -> None:
    learner.put(DECK)
    server = learner.server
    for _ in range(3):
        server.answer(3)
    server.col.db.execute("update col set crt = crt - ?", days * 86_400)
    server.col.db.execute("update cards set due = due + ? where type = 2", days + days % 7)
    server.reopen()
    learner.plan(DECK)
    guids = {live.id: note.guid for live, note in learner.matches.pairs}
    now = int(time.time())
    history = read_history(server.client, take_snapshot(server.client), guids, now)
    assert (now - history.created_at) // 86_400 == server.col.sched.today
    assert server.requests["multi"] <= 4
