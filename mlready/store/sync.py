"""Bring the store in line with the deck's files; a text edit keeps progress, nothing is lost.

Only files whose content changed are read again; the others are linked by the outline they left
behind. What has mistakes stays as it was when it last compiled. What becomes of the learner's
history is decided in `mlready.store.ledger`, what is derived is written by
`mlready.store.contents`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sqlalchemy import Connection, Engine, Row, select

from mlready.content.compiling import (
    Note,
    arrange_notes,
    attachments_of,
    collector_paused,
    usable_units,
)
from mlready.content.deck import Deck, Unit, unit_from_outline
from mlready.content.linking import link_units
from mlready.content.problems import Location, Problem
from mlready.content.units import read_unit
from mlready.store import tables
from mlready.store.contents import (
    SourceRow,
    read_present,
    store_cards,
    store_contents,
    store_frame,
    store_sources,
)
from mlready.store.engine import failures_explained
from mlready.store.learnt import learn_within
from mlready.store.ledger import Ledger
from scheduler.graph import build_graph

if TYPE_CHECKING:
    from collections.abc import Collection

    from mlready.content.compiling import Watch
    from mlready.content.folder import DeckFolder


@dataclass(slots=True)
class SyncReport:
    """What a sync did, by key; `renamed` and `moved` hold (old, new).

    Attributes:
        vanished: those of `retired` that nobody said were taken out on purpose.
        is_first: whether the store was empty before.
        problems: the deck's mistakes; files that have errors were left as they were. Empty where
            no file had changed and there is no error.
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


def sync(engine: Engine, folder: DeckFolder, now_ms: int, watch: Watch = iter) -> SyncReport:
    """Bring the store in line with a deck's folder, in one transaction.

    Args:
        engine: the store.
        folder: the deck's files.
        now_ms: the moment, in Unix milliseconds.
        watch: sees the path of each file as it is read.

    Raises:
        StoreError: the store cannot be written; nothing has changed.
    """
    with collector_paused(), failures_explained(str(engine.url)), engine.begin() as connection:
        return sync_within(connection, folder, now_ms, watch)


def sync_within(
    connection: Connection, folder: DeckFolder, now_ms: int, watch: Watch = iter
) -> SyncReport:
    """As `sync`, within a transaction of the caller's."""
    digests = folder.digests()
    if _is_in_line(connection, folder, digests):
        return SyncReport()
    files = _read_files(connection, folder, digests, watch)
    report = SyncReport(problems=_problems(files, folder))
    ledger = Ledger(connection, folder.root, now_ms, report)
    ledger.follow_renames(files.deck)
    present = read_present(connection)
    arranged = arrange_notes(files.deck, build_graph(files.deck.prerequisites()))
    notes = _with_body(arranged, ledger, present)
    ids = ledger.store_notes(files.deck, notes, folder.media)
    ledger.retire(files.deck, files.left_out)
    held = {ledger.notes[key].note_id for key in files.held_keys if key in ledger.notes}
    store_contents(connection, ids, present, held)
    store_cards(connection, ids)
    store_frame(connection, files.deck, folder.state(), files.unreadable_topics)
    store_sources(connection, _source_rows(files, report.problems), set(files.stored))
    ledger.write_changes()
    learn_within(connection)  # a question may be of another kind now
    return report


def _is_in_line(connection: Connection, folder: DeckFolder, digests: dict[str, str]) -> bool:
    """Whether every file is as it was when last synced, and none had errors."""
    sources = tables.sources
    rows = connection.execute(select(sources.c.path, sources.c.digest, sources.c.errors)).all()
    if folder.problems or any(row.errors for row in rows):
        return False
    if {row.path: row.digest for row in rows} != digests:
        return False
    return folder.state().items() <= _read_info(connection).items()


def _read_info(connection: Connection) -> dict[str, str]:
    return {row.name: row.value for row in connection.execute(select(tables.info)).all()}


@dataclass(slots=True)
class _Files:
    """The deck's files, by path.

    Attributes:
        digests: the content of each as it is now; "" where it cannot be read.
        stored: what the store remembers of each.
        earlier: as they were when they last compiled.
        units: as they are.
        used: as they are used.
        deck: the used ones together.
    """

    digests: dict[str, str]
    stored: dict[str, Row[tuple[object, ...]]]
    earlier: dict[str, Unit]
    units: dict[str, Unit]
    used: dict[str, Unit]
    deck: Deck

    @property
    def left_out(self) -> set[str]:
        """Files of which neither today's content nor an earlier one can be used."""
        return set(self.units) - set(self.used)

    @property
    def unreadable_topics(self) -> set[str]:
        """Topics some of whose questions are in files that are left out."""
        units = [self.units[path] for path in self.left_out]
        return {unit.topic.text for unit in units if unit.topic is not None}

    @property
    def held_keys(self) -> set[str]:
        """Questions of files that are left out for now, and may be back with their outline."""
        units = [self.earlier[path] for path in self.left_out if path in self.earlier]
        return {question.key for unit in units for question in unit.questions}


def _read_files(
    connection: Connection, folder: DeckFolder, digests: dict[str, str], watch: Watch
) -> _Files:
    """Read what changed; take the rest from the outlines it left behind."""
    stored = {row.path: row for row in connection.execute(select(tables.sources)).all()}
    # A file that cannot be read is a broken file and not one that is gone.
    unread = {p.location.path: p for p in folder.problems if p.location.path in stored}
    digests = digests | dict.fromkeys(unread, "")
    outlines = {
        path: unit_from_outline(path, row.outline)
        for path, row in stored.items()
        if row.outline is not None and path in digests
    }
    earlier = {path: unit for path, unit in outlines.items() if unit is not None}
    is_same_compiler = _read_info(connection).get("compiler") == folder.state()["compiler"]
    # One with errors is read again: what it lacked may be in another file by now.
    standing = {
        path
        for path, digest in digests.items()
        if path in earlier
        and is_same_compiler
        and stored[path].digest == digest
        and not stored[path].errors
    }
    changed = watch([path for path in digests if path not in standing and path not in unread])
    units = {path: read_unit(path, folder.files[path]) for path in changed}
    units |= {path: earlier[path] for path in standing}
    # Others must not seem to name questions that do not exist: it is about what it was about.
    topics = {path: earlier[path].topic for path in unread if path in earlier}
    units |= {
        path: Unit(path, topic=topics.get(path), problems=[problem])
        for path, problem in unread.items()
    }
    used, deck = usable_units(units, earlier, attachments_of(folder))
    return _Files(digests, stored, earlier, units, used, deck)


def _problems(files: _Files, folder: DeckFolder) -> list[Problem]:
    """Every problem of the files as they are, also of those that could not be used."""
    unused = [path for path, unit in files.units.items() if files.used.get(path) is not unit]
    if not unused:
        return sorted({*files.deck.problems, *folder.problems})
    deck = link_units(files.units.values(), attachments_of(folder))
    problems = {*deck.problems, *folder.problems}
    faulty = {problem.location.path for problem in problems if problem.is_error}
    # Right in itself, but at odds with what a broken file was when it last compiled. That it is
    # not used yet has to be on record, or it would not be read again.
    waiting = {
        Problem(Location(path), _WAITS, _WAITS_HINT) for path in unused if path not in faulty
    }
    return sorted(problems | waiting)


_WAITS = "this file is used as it last compiled, for it does not go with another broken file"
_WAITS_HINT = "mend the other mistakes first"


def _with_body(notes: list[Note], ledger: Ledger, present: Collection[int]) -> list[Note]:
    """Leave out questions of which only the outline is left, so that no card is without content.

    That takes several mistakes at once: a file that is broken and was left out before, and a
    question of it that another file had in the meantime.
    """
    return [
        note
        for note in notes
        if note.question.body is not None
        or (
            (stored := ledger.notes.get(note.question.key)) is not None
            and stored.digest == note.question.digest
            and stored.note_id in present
        )
    ]


def _source_rows(files: _Files, problems: list[Problem]) -> dict[str, SourceRow | None]:
    """What to remember of each file; None where what is stored stands."""
    errors = dict.fromkeys(files.units, 0)
    for problem in problems:
        path = problem.location.path
        if problem.is_error and path in errors:
            errors[path] += 1
    rows: dict[str, SourceRow | None] = {}
    for path, unit in files.units.items():
        kept = files.used.get(path) or files.earlier.get(path)
        stands = kept is unit and files.earlier.get(path) is unit and not errors[path]
        outline = kept.outline() if kept is not None and not stands else None
        row = SourceRow(path, files.digests[path], outline, errors[path])
        rows[path] = None if stands else row
    return rows
