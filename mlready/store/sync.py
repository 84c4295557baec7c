"""Bring the store in line with the deck's files; a text edit keeps progress, nothing is lost.

Only files whose content changed are read again; the others are linked by the outline they left
behind. What has mistakes stays as it was when it last compiled.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sqlalchemy import Connection, Engine, Table, bindparam, delete, insert, select, update

from mlready.content.compiling import Note, arrange_notes, attachments_of, usable_units
from mlready.content.deck import Body, Deck, Question, Unit, unit_from_outline
from mlready.content.linking import link_units
from mlready.content.units import read_unit
from mlready.store import tables
from mlready.store.engine import failures_explained
from mlready.store.replaying import replay_cards
from scheduler.graph import build_graph

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mlready.content.folder import DeckFolder
    from mlready.content.problems import Problem


@dataclass(slots=True)
class SyncReport:
    """What a sync did, by key; `renamed` and `moved` hold (old, new).

    Attributes:
        vanished: those of `retired` that nobody said were taken out on purpose.
        is_first: whether the store was empty before.
        problems: the deck's mistakes; files that have errors were left as they were.
    """

    added: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    renamed: list[tuple[str, str]] = field(default_factory=list)
    moved: list[tuple[str, str]] = field(default_factory=list)
    retired: list[str] = field(default_factory=list)
    revived: list[str] = field(default_factory=list)
    vanished: list[str] = field(default_factory=list)
    is_first: bool = False
    problems: list[Problem] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        """Whether nothing a learner sees has changed."""
        lists = (
            self.added,
            self.changed,
            self.renamed,
            self.moved,
            self.retired,
            self.revived,
        )
        return not any(lists)


@dataclass(slots=True)
class _Stored:
    """A note as history knows it."""

    note_id: int
    key: str
    digest: str
    frame: str
    text: str
    path: str
    retired_at: int | None


class _Sync:
    """One sync in one transaction."""

    def __init__(self, connection: Connection, now_ms: int) -> None:
        self.connection = connection
        self.now_ms = now_ms
        self.report = SyncReport()
        self.changes: list[dict[str, object]] = []
        rows = connection.execute(
            select(
                tables.notes.c.note_id,
                tables.notes.c.key,
                tables.notes.c.digest,
                tables.notes.c.frame,
                tables.notes.c.text,
                tables.notes.c.path,
                tables.notes.c.retired_at,
            ).where(tables.notes.c.key.is_not(None))
        )
        self.stored = {row.key: _Stored(*row) for row in rows}
        self.report.is_first = not self.stored

    def note_change(
        self,
        kind: str,
        key: str,
        *,
        old_key: str | None = None,
        old: str = "",
        new: str = "",
    ) -> None:
        """Remember what changed, for `mlready news`."""
        if not self.report.is_first:
            self.changes.append(
                {
                    "changed_at": self.now_ms,
                    "kind": kind,
                    "key": key,
                    "old_key": old_key,
                    "old_text": old,
                    "new_text": new,
                }
            )


def sync(engine: Engine, folder: DeckFolder, now_ms: int) -> SyncReport:
    """Bring the store in line with a deck's folder, in one transaction.

    Args:
        engine: the store.
        folder: the deck's files.
        now_ms: the moment, in Unix milliseconds.

    Raises:
        StoreError: the store cannot be written; nothing has changed.
    """
    with failures_explained(str(engine.url)), engine.begin() as connection:
        return sync_within(connection, folder, now_ms)


def sync_within(connection: Connection, folder: DeckFolder, now_ms: int) -> SyncReport:
    """As `sync`, within a transaction of the caller's."""
    files = _read_files(connection, folder)
    run = _Sync(connection, now_ms)
    run.report.problems = _problems(files, folder)
    _follow_renames(run, files.deck)
    notes = arrange_notes(files.deck, build_graph(files.deck.prerequisites()))
    _store_notes(run, files.deck, notes)
    _retire(run, files.deck, set(files.units) - set(files.used))
    _store_frame(connection, files.deck, folder.attachments_digest())
    _store_sources(connection, files, run.report.problems)
    if run.changes:
        connection.execute(insert(tables.changes), run.changes)
    return run.report


@dataclass(slots=True)
class _Files:
    """The deck's files: as they were, as they are, and as they are used; by path."""

    digests: dict[str, str]
    earlier: dict[str, Unit]
    units: dict[str, Unit]
    used: dict[str, Unit]
    deck: Deck


def _read_files(connection: Connection, folder: DeckFolder) -> _Files:
    """Read what changed; take the rest from the outlines it left behind."""
    sources = {row.path: row for row in connection.execute(select(tables.sources))}
    digests = folder.digests()
    earlier = {
        path: unit_from_outline(path, row.outline)
        for path, row in sources.items()
        if row.outline is not None and path in digests
    }
    units = {}
    for path, digest in digests.items():
        # One with errors is read again: what it lacked may be in another file by now.
        stands = path in earlier and sources[path].digest == digest and not sources[path].errors
        units[path] = earlier[path] if stands else read_unit(path, folder.files[path])
    used, deck = usable_units(units, earlier, attachments_of(folder))
    return _Files(digests, earlier, units, used, deck)


def _problems(files: _Files, folder: DeckFolder) -> list[Problem]:
    """Every problem of the files as they are, also of those that could not be used."""
    deck = files.deck
    if any(files.used.get(path) is not unit for path, unit in files.units.items()):
        deck = link_units(files.units.values(), attachments_of(folder))
    return sorted({*deck.problems, *folder.problems})


# --- notes and cards ---------------------------------------------------------------


def _follow_renames(run: _Sync, deck: Deck) -> None:
    """History goes where `formerly` says."""
    for old, new in deck.renames.items():
        before = run.stored.pop(old, None)
        if before is None:
            continue
        after = run.stored.get(new)
        if after is None:
            row = update(tables.notes).where(tables.notes.c.note_id == before.note_id)
            run.connection.execute(row.values(key=new))
            run.stored[new] = before
            before.key = new
        else:
            _merge(run, before, after)
        same_topic = old.split("/")[0] == new.split("/")[0]
        (run.report.renamed if same_topic else run.report.moved).append((old, new))
        run.note_change("renamed" if same_topic else "moved", new, old_key=old)


def _merge(run: _Sync, before: _Stored, after: _Stored) -> None:
    """Both keys have a history: the reviews of the old cards count for the new ones."""
    connection = run.connection
    cards = tables.cards
    old = connection.execute(select(cards).where(cards.c.note_id == before.note_id)).all()
    new = connection.execute(select(cards).where(cards.c.note_id == after.note_id)).all()
    heirs = {row.ordinal: row.card_id for row in new}
    for row in old:
        heir = heirs.get(row.ordinal)
        if heir is None:
            change = update(cards).where(cards.c.card_id == row.card_id)
            connection.execute(change.values(note_id=after.note_id))
            continue
        # Cards merged into this one earlier go along.
        moved = (cards.c.card_id == row.card_id) | (cards.c.merged_into == row.card_id)
        connection.execute(update(cards).where(moved).values(merged_into=heir))
        marks = tables.marks
        connection.execute(delete(marks).where(marks.c.card_id == row.card_id))
    closing = update(tables.notes).where(tables.notes.c.note_id == before.note_id)
    connection.execute(closing.values(key=None, retired_at=run.now_ms))
    replay_cards(connection, [row.card_id for row in new] + [row.card_id for row in old])


def _store_notes(run: _Sync, deck: Deck, notes: list[Note]) -> None:
    new_notes, changed_notes, reframed = [], [], []
    frames = _frames(deck, [note.question for note in notes])
    for note in notes:
        question = note.question
        stored = run.stored.get(question.key)
        if stored is None:
            new_notes.append(question)
            continue
        if stored.frame != frames[question.key]:
            row = {"b_note_id": stored.note_id, "frame": frames[question.key]}
            reframed.append(row | {"changed_at": run.now_ms})
        if stored.digest != question.digest or stored.retired_at is not None:
            changed_notes.append((stored, question))
    _insert_notes(run, new_notes, frames)
    _update_notes(run, changed_notes)
    if reframed:
        change = update(tables.notes).where(tables.notes.c.note_id == bindparam("b_note_id"))
        run.connection.execute(change, reframed)
    _store_contents(run, notes)
    _store_cards(run, notes)


def _text_of(question: Question) -> str:
    return question.body.text if question.body else ""


def _frames(deck: Deck, questions: list[Question]) -> dict[str, str]:
    """A fingerprint of what each question's card shows besides the question itself."""
    around = {}
    for topic in deck.topics.values():
        below = [deck.topics[p.text].title for p in topic.prerequisites if p.text in deck.topics]
        phase = deck.info.phases[topic.phase - 1 : topic.phase]
        around[topic.id.text] = json.dumps([topic.title, phase, below])
    frames = {}
    for question in questions:
        work = deck.references.get(question.source.text) if question.source else None
        shown = f"{around[question.topic]}{work.citation if work else ''}{work.url if work else ''}"
        frames[question.key] = hashlib.sha256(shown.encode()).hexdigest()[:16]
    return frames


def _insert_notes(run: _Sync, questions: list[Question], frames: dict[str, str]) -> None:
    if not questions:
        return
    rows = [
        {
            "key": question.key,
            "first_key": question.key,
            "digest": question.digest,
            "frame": frames[question.key],
            "text": _text_of(question),
            "path": question.path,
            "changed_at": run.now_ms,
        }
        for question in questions
    ]
    run.connection.execute(insert(tables.notes), rows)
    found = run.connection.execute(select(tables.notes.c.key, tables.notes.c.note_id))
    ids = {row.key: row.note_id for row in found}
    for question in questions:
        key, text = question.key, _text_of(question)
        run.stored[key] = _Stored(
            ids[key], key, question.digest, frames[key], text, question.path, None
        )
        run.report.added.append(key)
        run.note_change("added", key, new=text)


def _update_notes(run: _Sync, pairs: list[tuple[_Stored, Question]]) -> None:
    for stored, question in pairs:
        text = _text_of(question) or stored.text
        values: dict[str, object] = {
            "digest": question.digest,
            "text": text,
            "path": question.path,
            "retired_at": None,
        }
        if stored.digest != question.digest:
            values["changed_at"] = run.now_ms
        row = update(tables.notes).where(tables.notes.c.note_id == stored.note_id)
        run.connection.execute(row.values(values))
        if stored.retired_at is not None:
            run.report.revived.append(question.key)
            run.note_change("revived", question.key, old=stored.text, new=text)
        else:
            run.report.changed.append(question.key)
            run.note_change("changed", question.key, old=stored.text, new=text)
        stored.digest, stored.text, stored.retired_at = question.digest, text, None


def _store_contents(run: _Sync, notes: list[Note]) -> None:
    contents = tables.contents
    columns = (
        contents.c.note_id,
        contents.c.key,
        contents.c.position,
        contents.c.path,
        contents.c.line,
    )
    rows = run.connection.execute(select(*columns))
    present = {row.note_id: tuple(row) for row in rows}
    fresh, shifted = [], []
    for note in notes:
        question = note.question
        note_id = run.stored[question.key].note_id
        if question.body is not None:
            fresh.append(_content_row(note_id, note, question.body))
            continue
        light = (note_id, question.key, note.position, question.path, question.id.line)
        if present.get(note_id) != light:
            names = ("b_note_id", "key", "position", "path", "line")
            shifted.append(dict(zip(names, light, strict=True)))
    if fresh:
        stale = [row["note_id"] for row in fresh if row["note_id"] in present]
        _delete_rows(run.connection, contents, "note_id", stale)
        run.connection.execute(insert(contents), fresh)
    if shifted:
        change = update(contents).where(contents.c.note_id == bindparam("b_note_id"))
        run.connection.execute(change, shifted)
    kept = {run.stored[note.question.key].note_id for note in notes}
    _delete_rows(run.connection, contents, "note_id", set(present) - kept)


def _content_row(note_id: int, note: Note, body: Body) -> dict[str, object]:
    question = note.question
    tree = (body.prompt, body.answer, body.must_mention)
    return {
        "note_id": note_id,
        "key": question.key,
        "topic": question.topic,
        "kind": question.kind,
        "level": question.level,
        "position": note.position,
        "requires": json.dumps([name.text for name in question.requires]),
        "is_cloze": question.is_cloze,
        "source_ref": question.source.text if question.source else None,
        "source_at": question.source_at,
        "body": json.dumps(tree, ensure_ascii=False, separators=(",", ":")),
        "path": question.path,
        "line": question.id.line,
    }


def _delete_rows(
    connection: Connection, table: Table, column: str, values: Iterable[object]
) -> None:
    rows = [{"doomed": value} for value in values]
    if rows:
        connection.execute(delete(table).where(table.c[column] == bindparam("doomed")), rows)


def _store_cards(run: _Sync, notes: list[Note]) -> None:
    """Give every prompt its card, and let just those be live."""
    connection, cards, live = run.connection, tables.cards, tables.live_cards
    wanted = {
        (run.stored[note.question.key].note_id, ordinal)
        for note in notes
        for ordinal in note.question.ordinals
    }
    chosen = select(cards.c.note_id, cards.c.ordinal, cards.c.card_id)
    chosen = chosen.where(cards.c.merged_into.is_(None))
    known = {(row.note_id, row.ordinal): row.card_id for row in connection.execute(chosen)}
    missing = sorted(wanted - set(known))
    if missing:
        rows = [{"note_id": note_id, "ordinal": ordinal} for note_id, ordinal in missing]
        connection.execute(insert(cards), rows)
        known = {(row.note_id, row.ordinal): row.card_id for row in connection.execute(chosen)}
    present = set(connection.execute(select(live.c.card_id)).scalars())
    wanted_ids = {known[pair]: pair for pair in wanted}
    _delete_rows(connection, live, "card_id", present - set(wanted_ids))
    fresh = [
        {"card_id": card_id, "note_id": pair[0], "ordinal": pair[1]}
        for card_id, pair in sorted(wanted_ids.items())
        if card_id not in present
    ]
    if fresh:
        connection.execute(insert(live), fresh)


def _retire(run: _Sync, deck: Deck, left_out: set[str]) -> None:
    """Retire what the deck has no more, but nothing of a file that could not be used."""
    for stored in run.stored.values():
        key = stored.key
        if key in deck.questions or stored.retired_at is not None or stored.path in left_out:
            continue
        row = update(tables.notes).where(tables.notes.c.note_id == stored.note_id)
        run.connection.execute(row.values(retired_at=run.now_ms))
        run.report.retired.append(key)
        on_purpose = key in deck.retired or key.split("/")[0] in deck.retired
        if not on_purpose:
            run.report.vanished.append(key)
        run.note_change("retired" if on_purpose else "vanished", key, old=stored.text)


# --- the rest of the deck ------------------------------------------------------------


def _store_frame(connection: Connection, deck: Deck, attachments: str) -> None:
    """Topics, bibliography and titles; small, so written whole."""
    prerequisites = deck.prerequisites()
    topics = [
        {
            "topic": topic.id.text,
            "position": position,
            "phase": topic.phase,
            "title": topic.title,
            "why": topic.why,
            "area": topic.area.text if topic.area else None,
            "prerequisites": json.dumps(prerequisites[topic.id.text]),
            "path": topic.path,
            "line": topic.id.line,
        }
        for position, topic in enumerate(deck.topics.values())
    ]
    works = [
        {"ref": work.key, "citation": work.citation, "url": work.url}
        for work in deck.references.values()
    ]
    info = [
        {"name": "title", "value": deck.info.title},
        {"name": "description", "value": deck.info.description},
        {"name": "phases", "value": json.dumps(deck.info.phases, ensure_ascii=False)},
        {"name": "areas", "value": json.dumps(deck.info.areas)},
        {"name": "attachments", "value": attachments},
    ]
    for table, rows in (
        (tables.topics, topics),
        (tables.works, works),
        (tables.info, info),
    ):
        connection.execute(delete(table))
        if rows:
            connection.execute(insert(table), rows)


def _store_sources(connection: Connection, files: _Files, problems: list[Problem]) -> None:
    """Remember each file: its fingerprint, and what it was when it last compiled."""
    errors = Counter(problem.location.path for problem in problems if problem.is_error)
    sources = tables.sources
    rows = []
    for path, unit in files.units.items():
        kept = files.used.get(path) or files.earlier.get(path)
        if kept is unit and files.earlier.get(path) is unit and not errors[path]:
            continue  # unchanged, and its row stands
        rows.append(
            {
                "path": path,
                "digest": files.digests[path],
                "outline": kept.outline() if kept is not None else None,
                "errors": errors[path],
            }
        )
    present = set(connection.execute(select(sources.c.path)).scalars())
    gone = (present - set(files.units)) | ({row["path"] for row in rows} & present)
    _delete_rows(connection, sources, "path", gone)
    if rows:
        connection.execute(insert(sources), rows)
