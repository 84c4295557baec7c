"""A learner who studies in the real Anki."""

from __future__ import annotations

import json
from contextlib import closing
from sqlite3 import connect
from typing import TYPE_CHECKING

from anki.collection import Collection
from anki.deck_config_pb2 import UpdateDeckConfigsRequest

from exports.anki.histories import AnkiCard, AnkiHistory, AnkiNote, AnkiReview
from exports.anki.identity import guid_of

if TYPE_CHECKING:
    from pathlib import Path

DAY_SECONDS = 86_400


class AnkiLearner:
    """A collection of Anki's in which time can pass: all that happened moves into the past."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.col = Collection(str(path))
        self.col.set_config("fsrs", True)
        self.pass_time(400)  # nothing may have happened before the collection was made

    def close(self) -> None:
        """Let go of the collection."""
        self.col.close()

    # --- notes ---------------------------------------------------------------------

    def add(self, guid: str, *fields: str, notetype: str = "Basic") -> int:
        """Add a note; its id."""
        note = self.col.new_note(self.col.models.by_name(notetype))
        note.fields[: len(fields)] = list(fields)
        note.guid = guid
        self.col.add_note(note, 1)
        return int(note.id)

    def add_ours(self, first_key: str, text: str = "?", notetype: str = "Basic") -> int:
        """Add a note of the deck `small`, as an export would; the id of its first card."""
        note_id = self.add(guid_of("small", first_key), text, notetype=notetype)
        return self.cards(note_id)[0]

    def cards(self, note_id: int) -> list[int]:
        """The cards of a note."""
        return list(self.col.card_ids_of_note(note_id))

    # --- study ---------------------------------------------------------------------

    def answer(self, card_id: int, rating: int = 3) -> None:
        """Answer a card, whether or not it is due."""
        card = self.col.get_card(card_id)
        card.start_timer()
        states = self.col._backend.get_scheduling_states(card_id)
        answer = self.col.sched.build_answer(card=card, states=states, rating=rating - 1)
        self.col.sched.answer_card(answer)

    def cram(self, card_id: int, rating: int = 3) -> None:
        """Answer a card in a filtered deck that does not reschedule."""
        deck = self.col.sched.get_or_create_filtered_deck(0)
        deck.config.reschedule = False
        deck.config.search_terms[0].search = f"cid:{card_id}"
        made = self.col.sched.add_or_update_filtered_deck(deck)
        self.answer(card_id, rating)
        self.col.sched.empty_filtered_deck(made.id)

    def forget(self, card_id: int) -> None:
        """Make a card new again."""
        self.col.sched.schedule_cards_as_new([card_id])

    def set_due(self, card_id: int, days: str) -> None:
        """Set the due date of a card."""
        self.col.sched.set_due_date([card_id], days)

    def reschedule_all(self, parameters: list[float]) -> None:
        """Change the parameters of FSRS, and let Anki reschedule all cards."""
        now = self.col.decks.get_deck_configs_for_update(1)
        configs = [entry.config for entry in now.all_config]
        for config in configs:
            config.config.fsrs_params_6[:] = parameters
        self.col.decks.update_deck_configs(
            UpdateDeckConfigsRequest(
                target_deck_id=1,
                configs=configs,
                limits=now.current_deck.limits,
                fsrs=True,
                fsrs_reschedule=True,
            )
        )

    def pass_time(self, days: float) -> None:
        """Let days pass; a card may not have been answered more recently than that."""
        self.col.close()
        seconds = round(days * DAY_SECONDS)
        with closing(connect(self.path)) as connection:
            connection.execute("UPDATE revlog SET id = ? - id", (seconds * 1000,))
            connection.execute("UPDATE revlog SET id = -id")
            whole = seconds // DAY_SECONDS * DAY_SECONDS
            connection.execute("UPDATE col SET crt = crt - ?", (whole,))
            connection.execute("UPDATE cards SET due = due - ? WHERE queue = 1", (seconds,))
            for card_id, data in connection.execute("SELECT id, data FROM cards").fetchall():
                fields = json.loads(data or "{}")
                if "lrt" in fields:
                    fields["lrt"] -= seconds
                    row = (json.dumps(fields), card_id)
                    connection.execute("UPDATE cards SET data = ? WHERE id = ?", row)
            connection.commit()
        self.col = Collection(str(self.path))

    # --- what comes of it ----------------------------------------------------------

    def memory(self, card_id: int) -> tuple[float, float] | None:
        """What Anki makes of a card's log: stability and difficulty."""
        found = self.col.compute_memory_state(card_id)
        return None if found.stability is None else (found.stability, found.difficulty)

    def due_in(self, card_id: int) -> int:
        """The days until a card is due."""
        return int(self.col.get_card(card_id).due - self.col.sched.today)

    def history(self) -> AnkiHistory:
        """All that the collection knows, as it stands in its tables."""
        rows = self.col.db
        notes = []
        for note_id, guid, mid, fields, tags, modified in rows.execute(
            "SELECT id, guid, mid, flds, tags, mod FROM notes ORDER BY id"
        ):
            notetype = self.col.models.get(mid)
            names = self.col.models.field_names(notetype)
            pairs = tuple(zip(names, fields.split("\x1f"), strict=True))
            notes.append(
                AnkiNote(note_id, guid, notetype["name"], pairs, tuple(tags.split()), modified)
            )
        cards = [
            AnkiCard(row[0], row[1], row[2], self.col.decks.name(row[3]), *row[4:])
            for row in rows.execute(
                "SELECT id, nid, ord, did, type, queue, due, ivl, mod FROM cards ORDER BY id"
            )
        ]
        reviews = [
            AnkiReview(*row)
            for row in rows.execute(
                "SELECT id, cid, ease, ivl, lastIvl, factor, time, type FROM revlog ORDER BY id"
            )
        ]
        offset = self.col.get_config("creationOffset")
        return AnkiHistory(
            notes,
            cards,
            reviews,
            rollover_hour=self.col.get_config("rollover"),
            created_at=self.col.crt,
            utc_offset=None if offset is None else -offset,
        )
