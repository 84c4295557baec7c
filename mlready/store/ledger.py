"""What becomes of history when the deck changes: whose reviews are whose.

Responsible for the tables `notes`, `cards` (through `merge`) and `changes`: renames and moves,
additions and edits, retirement and return. No row of them is ever deleted. Not responsible for
what cards show: see `mlready.store.contents`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import Connection, bindparam, func, insert, select, update

from mlready.store import tables
from mlready.store.anki_lock import promised_keys
from mlready.store.frames import Frames, first_key
from mlready.store.last_contents import keep_last_contents
from mlready.store.presets import GOAL
from mlready.store.replaying import replay_cards

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from mlready.content.compiling import Note
    from mlready.content.deck import Deck, Question
    from mlready.store.sync import SyncReport

_IN_ONE_QUERY = 500

_UPDATE_NOTE = (
    update(tables.notes)
    .where(tables.notes.c.note_id == bindparam("b_note_id"))
    .values(
        digest=bindparam("b_digest"),
        frame=bindparam("b_frame"),
        text=func.coalesce(bindparam("b_text"), tables.notes.c.text),
        path=bindparam("b_path"),
        changed_at=bindparam("b_changed_at"),
        retired_at=None,
        last_content=None,
    )
)


@dataclass(slots=True)
class StoredNote:
    """A note as history knows it."""

    note_id: int
    key: str
    digest: str
    frame: str
    path: str
    changed_at: int
    retired_at: int | None


class Ledger:
    """All notes by the key they have today, while one sync goes on in one transaction."""

    def __init__(self, connection: Connection, root: Path, now_ms: int, report: SyncReport) -> None:
        self.connection = connection
        self.root = root
        self.now_ms = now_ms
        self.report = report
        self.changes: list[dict[str, object]] = []
        table = tables.notes
        names = StoredNote.__slots__
        wanted = select(*(table.c[name] for name in names)).where(table.c.key.is_not(None))
        rows = connection.execute(wanted.order_by(table.c.note_id)).all()
        self.notes = {row.key: StoredNote(*row) for row in rows}
        report.is_first = not self.notes

    def note_change(
        self,
        kind: str,
        key: str,
        *,
        old_key: str | None = None,
        old: str = "",
        new: str = "",
    ) -> None:
        """Remember what changed, for `mlready news`; a new deck is no news."""
        if not self.report.is_first:
            change = {"changed_at": self.now_ms, "kind": kind, "key": key, "old_key": old_key}
            self.changes.append(change | {"old_text": old, "new_text": new})

    def write_changes(self) -> None:
        """Write down what `note_change` gathered."""
        if self.changes:
            self.connection.execute(insert(tables.changes), self.changes)

    # --- renames -------------------------------------------------------------------

    def follow_renames(self, deck: Deck) -> None:
        """History goes where `formerly` says, and what is known of a topic with its name."""
        self._rename_known_topics(deck)
        # Of several former keys the one still in use goes first, so that its cards stay.
        for old, new in sorted(deck.renames.items(), key=lambda pair: self._is_retired(pair[0])):
            before = self.notes.pop(old, None)
            if before is None:
                continue
            after = self.notes.get(new)
            if after is not None and not self._is_same(before, after, new, old, deck):
                self.notes[old] = before
                continue
            if after is not None and (before.retired_at or not after.retired_at):
                self.merge(before, after)
            else:
                if after is not None:
                    self.merge(after, before)
                self._rename(before, new)
            same_topic = old.split("/")[0] == new.split("/")[0]
            (self.report.renamed if same_topic else self.report.moved).append((old, new))
            self.note_change("renamed" if same_topic else "moved", new, old_key=old)
        self._follow_reverted(deck)

    def _is_same(
        self, before: StoredNote, after: StoredNote, new: str, old: str, deck: Deck
    ) -> bool:
        """Whether two notes that both have a history are one question.

        The question itself may say so. Its topic says it of all its questions at once, and may
        have taken in another topic that had a question of the same name and another text.
        """
        said = {name.text for name in deck.questions[new].formerly}
        return old in said or before.digest == after.digest

    def _follow_reverted(self, deck: Deck) -> None:
        """A rename that was taken back takes the history back, too."""
        gone = {key for key in self.notes if key not in deck.questions and key not in deck.retired}
        fresh = [key for key in deck.questions if key not in self.notes]
        if not gone or not fresh:
            return
        table = tables.changes
        moves = select(table.c.old_key, table.c.key).where(table.c.kind.in_(["renamed", "moved"]))
        went_to = {
            row.old_key: row.key
            for row in self.connection.execute(moves.order_by(table.c.change_id))
        }
        for key in fresh:
            heir = went_to.get(key)
            if heir in gone and heir is not None:
                gone.discard(heir)
                self._rename(self.notes.pop(heir), key)
                same_topic = key.split("/")[0] == heir.split("/")[0]
                (self.report.renamed if same_topic else self.report.moved).append((heir, key))
                self.note_change("renamed" if same_topic else "moved", key, old_key=heir)

    def _rename_known_topics(self, deck: Deck) -> None:
        known = tables.known_topics
        marked = set(self.connection.execute(select(known.c.topic)).scalars())
        for topic in deck.topics.values():
            old = [name.text for name in topic.formerly if name.text in marked]
            for name in old[topic.id.text in marked :]:
                row = update(known).where(known.c.topic == name)
                self.connection.execute(row.values(topic=topic.id.text))
                marked.add(topic.id.text)
                break
        self._rename_goal(deck)

    def _rename_goal(self, deck: Deck) -> None:
        settings = tables.settings
        of_goal = settings.c.name == GOAL
        goal = self.connection.execute(select(settings.c.value).where(of_goal)).scalar()
        if goal is None or goal in deck.topics:
            return
        for topic in deck.topics.values():
            if goal in {name.text for name in topic.formerly}:
                row = update(settings).where(of_goal)
                self.connection.execute(row.values(value=topic.id.text))
                return

    def _is_retired(self, key: str) -> bool:
        note = self.notes.get(key)
        return note is not None and note.retired_at is not None

    def _rename(self, note: StoredNote, key: str) -> None:
        row = update(tables.notes).where(tables.notes.c.note_id == note.note_id)
        note.changed_at = self._time_after(note)  # a card shows its key
        self.connection.execute(row.values(key=key, changed_at=note.changed_at))
        note.key = key
        self.notes[key] = note

    def merge(self, gone: StoredNote, heir: StoredNote) -> None:
        """Two notes with history are one: the reviews of the one count for the other."""
        cards = tables.cards
        of_note = select(cards).order_by(cards.c.card_id)
        old = self.connection.execute(of_note.where(cards.c.note_id == gone.note_id)).all()
        new = self.connection.execute(of_note.where(cards.c.note_id == heir.note_id)).all()
        heirs = {row.ordinal: row.card_id for row in new}
        for row in old:
            if row.ordinal in heirs:
                self._merge_card(row.card_id, heirs[row.ordinal])
            else:
                move = update(cards).where(cards.c.card_id == row.card_id)
                self.connection.execute(move.values(note_id=heir.note_id))
        keep_last_contents(self.connection, [gone.note_id])
        closing = update(tables.notes).where(tables.notes.c.note_id == gone.note_id)
        retired_at = gone.retired_at or self.now_ms
        self.connection.execute(closing.values(key=None, retired_at=retired_at))
        replay_cards(self.connection, [row.card_id for row in [*old, *new]])

    def _merge_card(self, card_id: int, heir: int) -> None:
        cards, marks = tables.cards, tables.marks
        # Cards merged into this one earlier go along.
        moved = (cards.c.card_id == card_id) | (cards.c.merged_into == card_id)
        self.connection.execute(update(cards).where(moved).values(merged_into=heir))
        found = {
            row["card_id"]: dict(row)
            for row in self.connection.execute(
                select(marks).where(marks.c.card_id.in_([card_id, heir]))
            ).mappings()
        }
        if card_id not in found:
            return
        if heir not in found:
            self.connection.execute(insert(marks), found[card_id] | {"card_id": heir})
            return
        days = [found[card]["buried_day"] for card in (card_id, heir)]
        both = {
            "suspended": found[card_id]["suspended"] or found[heir]["suspended"],
            "leech": found[card_id]["leech"] or found[heir]["leech"],
            "buried_day": max((day for day in days if day is not None), default=None),
        }
        self.connection.execute(update(marks).where(marks.c.card_id == heir).values(both))

    # --- notes ---------------------------------------------------------------------

    def store_notes(
        self, deck: Deck, notes: list[Note], media: Mapping[str, Path]
    ) -> list[tuple[int, str, Note]]:
        """Add what is new and update what has changed.

        Args:
            deck: the deck.
            notes: its notes.
            media: where its pictures are, by name.

        Returns:
            The id and the key of each note.
        """
        keyed = [(note.question.key, note) for note in notes]
        frames = Frames(deck, media)
        fresh, edited, updates = [], [], []
        for key, note in keyed:
            stored, question = self.notes.get(key), note.question
            if stored is None:
                fresh.append((key, question))
                continue
            frame = frames.of(question)
            seen = (stored.digest, stored.frame, stored.path, stored.retired_at)
            if seen != (question.digest, frame, question.path, None):
                if stored.digest != question.digest or stored.retired_at is not None:
                    edited.append((stored, question))
                updates.append(self._updated(stored, question, frame))
        self._insert(deck, fresh, frames)
        self._report_edited(edited)
        if updates:
            self.connection.execute(_UPDATE_NOTE, updates)
        for stored, _ in edited:
            stored.retired_at = None
        return [(self.notes[key].note_id, key, note) for key, note in keyed]

    def _updated(self, stored: StoredNote, question: Question, frame: str) -> dict[str, object]:
        """The row of a note that is not as it was."""
        if (stored.digest, stored.frame) != (question.digest, frame):
            stored.changed_at = self._time_after(stored)
        stored.digest, stored.frame, stored.path = question.digest, frame, question.path
        return {
            "b_note_id": stored.note_id,
            "b_digest": stored.digest,
            "b_frame": stored.frame,
            # Without a body, the file has not changed since its texts were stored.
            "b_text": question.body.text if question.body else None,
            "b_path": stored.path,
            "b_changed_at": stored.changed_at,
        }

    def _time_after(self, note: StoredNote) -> int:
        """When the note changed: now, and later than before even if the clock was set back.

        Other programs count in seconds, and take only what is newer than what they have.
        """
        return max(self.now_ms, note.changed_at + 1000)

    def _report_edited(self, edited: list[tuple[StoredNote, Question]]) -> None:
        texts = self._texts([stored.note_id for stored, _ in edited])
        for stored, question in edited:
            kind = "changed" if stored.retired_at is None else "revived"
            old = texts[stored.note_id]
            new = question.body.text if question.body else old
            getattr(self.report, kind).append(stored.key)
            self.note_change(kind, stored.key, old=old, new=new)

    def _texts(self, note_ids: Sequence[int]) -> dict[int, str]:
        """The stored texts of notes, which are too many to be read when none is needed."""
        table = tables.notes
        texts: dict[int, str] = {}
        for start in range(0, len(note_ids), _IN_ONE_QUERY):
            chosen = table.c.note_id.in_(note_ids[start : start + _IN_ONE_QUERY])
            rows = self.connection.execute(select(table.c.note_id, table.c.text).where(chosen))
            texts.update((row.note_id, row.text) for row in rows)
        return texts

    def _insert(self, deck: Deck, fresh: list[tuple[str, Question]], frames: Frames) -> None:
        if not fresh:
            return
        promised = promised_keys(self.root)
        began = {key: first_key(q, deck.topics[q.topic], promised) for key, q in fresh}
        # A question that was renamed has the older right to its first key than one that bears
        # that key today; so every machine comes to the same identities.
        fresh = sorted(fresh, key=lambda pair: began[pair[0]] == pair[0])
        first_keys = self._free_first_keys([began[key] for key, _ in fresh])
        rows = [
            {
                "key": key,
                "first_key": first_key,
                "digest": question.digest,
                "frame": frames.of(question),
                "text": question.body.text if question.body else "",
                "path": question.path,
                "changed_at": self.now_ms,
            }
            for (key, question), first_key in zip(fresh, first_keys, strict=True)
        ]
        table = tables.notes
        last = self.connection.execute(select(func.max(table.c.note_id))).scalar() or 0
        self.connection.execute(insert(table), rows)
        found = select(table.c.key, table.c.note_id).where(table.c.note_id > last)
        ids = {row.key: row.note_id for row in self.connection.execute(found)}
        for key, question in fresh:
            self.notes[key] = StoredNote(
                ids[key],
                key,
                question.digest,
                frames.of(question),
                question.path,
                self.now_ms,
                None,
            )
            self.report.added.append(key)
            self.note_change("added", key, new=question.body.text if question.body else "")

    def _free_first_keys(self, keys: list[str]) -> list[str]:
        """A first key for each new note that no note before it had.

        A key can be used again once its question has moved away. Another program knows the older
        question by it, so the new one is told apart by a mark that no key can have.
        """
        taken = set(self.connection.execute(select(tables.notes.c.first_key)).scalars())
        free = []
        for key in keys:
            first_key, number = key, 1
            while first_key in taken:
                number += 1
                first_key = f"{key}~{number}"
            taken.add(first_key)
            free.append(first_key)
        return free

    def retire(self, deck: Deck, left_out: set[str]) -> None:
        """Retire what the deck has no more.

        But nothing of a file that could not be used; and while there is any mistake, only what
        was taken out on purpose: the rest may well be where the mistake is.
        """
        has_errors = any(problem.is_error for problem in self.report.problems)
        gone = []
        for key, stored in self.notes.items():
            if key in deck.questions or stored.retired_at is not None or stored.path in left_out:
                continue
            on_purpose = key in deck.retired or key.split("/")[0] in deck.retired
            if on_purpose or not has_errors:
                gone.append((stored, on_purpose))
        texts = self._texts([stored.note_id for stored, _ in gone])
        for stored, on_purpose in gone:
            stored.retired_at = self.now_ms
            self.report.retired.append(stored.key)
            if not on_purpose:
                self.report.vanished.append(stored.key)
            kind = "retired" if on_purpose else "vanished"
            self.note_change(kind, stored.key, old=texts[stored.note_id])
        if gone:
            keep_last_contents(self.connection, [stored.note_id for stored, _ in gone])
            table = tables.notes
            change = update(table).where(table.c.note_id == bindparam("b_note_id"))
            rows = [{"b_note_id": stored.note_id} for stored, _ in gone]
            self.connection.execute(change.values(retired_at=self.now_ms), rows)
