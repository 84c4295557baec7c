"""The tables: history, which is never dropped, and what is derived from it and the deck.

Identity lives in history: a note's `note_id` and a card's `card_id` are ours for ever, whatever
their key is called today, and reviews point at cards. Everything derived can be dropped and made
again (`mlready rebuild`). Moments are Unix milliseconds UTC; days are study days, see
`scheduler.days`.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)

metadata = MetaData()

_Moment = BigInteger
# SQLite numbers rows by itself only for a column declared INTEGER PRIMARY KEY.
_Id = BigInteger().with_variant(Integer, "sqlite")


def _history(name: str, *columns: Column[object] | Index | UniqueConstraint) -> Table:
    return Table(name, metadata, *columns, info={"history": True})


def _derived(name: str, *columns: Column[object] | Index | UniqueConstraint) -> Table:
    return Table(name, metadata, *columns, info={"history": False})


# --- history -------------------------------------------------------------------------

meta = _history(
    "meta", Column("name", String, primary_key=True), Column("value", Text, nullable=False)
)

notes = _history(
    "notes",
    Column("note_id", _Id, primary_key=True),
    # NULL once the note has been merged into the one that now bears its key.
    Column("key", String, unique=True),
    # The key it began with: what Anki knows the note by, whatever it is called today.
    Column("first_key", String, nullable=False),
    Column("digest", String, nullable=False),
    # A fingerprint of what a card shows besides its question: titles, citation.
    Column("frame", String, nullable=False),
    Column("text", Text, nullable=False),
    Column("path", String, nullable=False),
    Column("changed_at", _Moment, nullable=False),
    Column("retired_at", _Moment),
    # While it is retired, what its card last showed, as JSON; NULL if that is not known.
    Column("last_content", Text),
)

cards = _history(
    "cards",
    Column("card_id", _Id, primary_key=True),
    Column("note_id", ForeignKey("notes.note_id"), nullable=False),
    Column("ordinal", Integer, nullable=False),
    # The card that this one's reviews now count for.
    Column("merged_into", ForeignKey("cards.card_id")),
    UniqueConstraint("note_id", "ordinal"),
)

revlog = _history(
    "revlog",
    Column("review_id", _Id, primary_key=True),
    Column("card_id", ForeignKey("cards.card_id"), nullable=False),
    Column("reviewed_at", _Moment, nullable=False),
    Column("study_day", Integer, nullable=False),
    Column("rating", Integer, nullable=False),
    Column("duration_ms", Integer, nullable=False),
    Column("state_before", Integer, nullable=False),
    # What was decided then stands, whatever the settings are later.
    Column("state_after", Integer, nullable=False),
    Column("step_after", Integer),
    Column("due_day", Integer),
    Column("due_at", _Moment),
    Column("leech", Boolean, nullable=False),
    # An undo is a row of its own that names the review it takes back.
    Column("undoes", ForeignKey("revlog.review_id")),
    # What the row does to the memory, see `scheduler.histories.Effect`; nearly all are reviews.
    Column("effect", Integer, nullable=False, server_default="0"),
    # Where it was made: "" here, "anki" in Anki.
    Column("origin", String, nullable=False, server_default=""),
    # The memory after it, where the row states one because the history before it is lost; with
    # an ease of SM-2 in place of a difficulty, which depends on the parameters.
    Column("stability", Float),
    Column("difficulty", Float),
    Column("ease", Float),
    Index("revlog_by_card", "card_id"),
    Index("revlog_by_day", "study_day", "rating"),
)
# Partial, so that SQLite does not take "undoes IS NULL", true of nearly all rows, for a short cut.
_is_undo = revlog.c.undoes.is_not(None)
Index(
    "revlog_undone",
    revlog.c.undoes,
    unique=True,
    sqlite_where=_is_undo,
    postgresql_where=_is_undo,
)
# Cards with such reviews are replayed apart; asking for them must not read every row.
_is_from_elsewhere = revlog.c.origin != ""
Index(
    "revlog_from_elsewhere",
    revlog.c.card_id,
    sqlite_where=_is_from_elsewhere,
    postgresql_where=_is_from_elsewhere,
)

marks = _history(
    "marks",
    Column("card_id", ForeignKey("cards.card_id"), primary_key=True),
    Column("suspended", Boolean, nullable=False),
    Column("leech", Boolean, nullable=False),
    Column("buried_day", Integer),
)

known_topics = _history(
    "known_topics",
    Column("topic", String, primary_key=True),
    Column("marked_at", _Moment, nullable=False),
)

settings = _history(
    "settings",
    Column("name", String, primary_key=True),
    Column("value", Text, nullable=False),
)

parameter_sets = _history(
    "parameter_sets",
    Column("set_id", _Id, primary_key=True),
    Column("made_at", _Moment, nullable=False),
    # What they were before and after, as `settings` has them; NULL: the defaults.
    Column("old_parameters", Text),
    Column("new_parameters", Text),
    # What the fit found, as JSON; empty where it was undone or set by hand.
    Column("evidence", Text, nullable=False),
)

# Notes that were made elsewhere and are one of ours: what other programs know them by.
adoptions = _history(
    "adoptions",
    Column("guid", String, primary_key=True),
    Column("note_id", ForeignKey("notes.note_id"), nullable=False),
    Column("adopted_at", _Moment, nullable=False),
)

# Cards that this program suspended in Anki, "locked" or "retired": `held_at` is 0 while that is
# intended, and -1 once the learner has brought the card back.
held_cards = _history(
    "held_cards",
    Column("card_id", ForeignKey("cards.card_id"), primary_key=True),
    Column("reason", Text, nullable=False),
    Column("held_at", _Moment, nullable=False),
)

# What a learner found wrong or unclear in a card. What was said is never changed or taken back:
# `resolved_at` says that it was dealt with, and is NULL until then.
flags = _history(
    "flags",
    Column("flag_id", _Id, primary_key=True),
    Column("card_id", ForeignKey("cards.card_id"), nullable=False),
    Column("flagged_at", _Moment, nullable=False),
    Column("reason", String, nullable=False),
    Column("note", Text, nullable=False),
    Column("resolved_at", _Moment),
    Index("flags_by_card", "card_id"),
)

changes = _history(
    "changes",
    Column("change_id", _Id, primary_key=True),
    Column("changed_at", _Moment, nullable=False),
    Column("kind", String, nullable=False),
    Column("key", String, nullable=False),
    Column("old_key", String),
    Column("old_text", Text),
    Column("new_text", Text),
)

# --- derived -------------------------------------------------------------------------

sources = _derived(
    "sources",
    Column("path", String, primary_key=True),
    Column("digest", String, nullable=False),
    # What the file was when it last compiled; NULL if it never did.
    Column("outline", Text),
    Column("errors", Integer, nullable=False),
)

info = _derived(
    "info", Column("name", String, primary_key=True), Column("value", Text, nullable=False)
)

topics = _derived(
    "topics",
    Column("topic", String, primary_key=True),
    Column("position", Integer, nullable=False),
    Column("phase", Integer, nullable=False),
    Column("title", String, nullable=False),
    Column("why", Text, nullable=False),
    Column("area", String),
    Column("prerequisites", Text, nullable=False),
    # Whether its questions stand in a file that cannot be used for now.
    Column("unreadable", Boolean, nullable=False),
    Column("path", String, nullable=False),
    Column("line", Integer, nullable=False),
)

works = _derived(
    "works",
    Column("ref", String, primary_key=True),
    Column("citation", Text, nullable=False),
    Column("url", Text, nullable=False),
)

contents = _derived(
    "contents",
    Column("note_id", _Id, primary_key=True, autoincrement=False),
    Column("key", String, nullable=False),
    Column("topic", String, nullable=False),
    Column("kind", String, nullable=False),
    Column("level", String, nullable=False),
    Column("position", Integer, nullable=False),
    Column("requires", Text, nullable=False),
    # Keys of the questions whose cards an answer exercises, as JSON.
    Column("exercises", Text, nullable=False),
    # A fingerprint of what it asks: those of questions that look alike differ in few bits.
    Column("likeness", BigInteger, nullable=False),
    Column("is_cloze", Boolean, nullable=False),
    Column("source_ref", String),
    Column("source_at", Text, nullable=False),
    Column("body", Text, nullable=False),
    Column("path", String, nullable=False),
    Column("line", Integer, nullable=False),
)

live_cards = _derived(
    "live_cards",
    Column("card_id", _Id, primary_key=True, autoincrement=False),
    Column("note_id", _Id, nullable=False),
    Column("ordinal", Integer, nullable=False),
    Index("live_cards_by_note", "note_id"),
)

memories = _derived(
    "memories",
    Column("card_id", _Id, primary_key=True, autoincrement=False),
    Column("state", Integer, nullable=False),
    Column("step", Integer),
    Column("stability", Float),
    Column("difficulty", Float),
    Column("due_day", Integer),
    Column("due_at", _Moment),
    Column("last_day", Integer),
    Column("last_at", _Moment),
    Column("reps", Integer, nullable=False),
    Column("lapses", Integer, nullable=False),
)

DERIVED = tuple(table for table in metadata.sorted_tables if not table.info["history"])
