"""A real Anki behind a real HTTP server that speaks as AnkiConnect does, and fails on demand.

The server answers one request a connection and closes it, as the add-on does. What the add-on
does with the collection is written anew from what it was seen to do: its answers' shapes, what
it does not check, what it refuses, and when it has Anki's window drawn anew.
"""

# ruff: noqa: N802, N803 - the add-on's names
from __future__ import annotations

import base64
import json
import threading
from collections import Counter
from dataclasses import dataclass, field
from glob import glob
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from anki.collection import Collection, ImportAnkiPackageRequest
from anki.errors import NotFoundError

from exports.anki.connect.client import AnkiConnect, connect

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

DAY = 86_400


@dataclass
class Faults:
    """What goes wrong.

    Attributes:
        action: The action at which it does; "" for any.
        after: How many of them still go well.
        kind: "" for nothing; "drop", "half", "garbage", "null", "slow", "error"; or "closed", when
            Anki does what it was asked and is gone before it answers.
    """

    action: str = ""
    after: int = 0
    kind: str = ""
    seen: int = 0

    def strike(self, request: dict[str, Any]) -> str:
        """What goes wrong with a request; "" if nothing does."""
        names = {request.get("action")}
        for inner in request.get("params", {}).get("actions", []):
            names.add(inner.get("action"))
        if not self.kind or (self.action and self.action not in names):
            return ""
        self.seen += 1
        return self.kind if self.seen > self.after else ""


@dataclass
class AnkiServer:
    """An Anki with AnkiConnect.

    Attributes:
        col: The collection; to be used while no request is under way.
        deck: The deck that the learner studies.
        key: The `apiKey` of the add-on's configuration.
        says_modified: Whether the add-on is new enough to say when a note was changed.
        more_tags: Tags that every note is said to have besides its own.
        faults: What goes wrong.
        requests: How often each action was asked for.
        days: Days that have passed in this simulation, by the first review's id of each.
        screen: The cards to study, by id, as Anki's window showed them when it was last drawn.
    """

    col: Any
    deck: str = "Ready"
    key: str | None = None
    says_modified: bool = True
    more_tags: list[str] = field(default_factory=list)
    faults: Faults = field(default_factory=Faults)
    requests: Counter[str] = field(default_factory=Counter)
    days: list[int] = field(default_factory=list)
    screen: list[int] = field(default_factory=list)
    lock: Any = field(default_factory=threading.Lock)
    is_closed: bool = False
    port: int = 0

    @property
    def client(self) -> AnkiConnect:
        """A client of it, impatient enough for a test."""
        return connect(f"http://127.0.0.1:{self.port}", self.key or "", timeout=5)

    def handle(self, request: dict[str, Any]) -> dict[str, Any]:
        """Answer as the add-on does, an error being a part of the answer."""
        name, version = request.get("action", ""), request.get("version", 4)
        self.requests[name] += 1
        try:
            if request.get("key") != self.key:
                raise ValueError("valid api key must be provided")  # noqa: TRY301
            if name == "multi":
                result: Any = [self.handle(inner) for inner in request["params"]["actions"]]
            else:
                action = getattr(_Actions(self), name, None)
                if action is None:
                    raise ValueError("unsupported action")  # noqa: TRY301
                result = action(**request.get("params", {}))
        except Exception as error:  # noqa: BLE001 - whatever it is, the add-on says so
            return {"result": None, "error": str(error)}
        return result if version <= 4 else {"result": result, "error": None}

    def draw(self) -> None:
        """Show in the window what is so now."""
        self.screen = self.to_study()

    def to_study(self) -> list[int]:
        """The cards that are not suspended, by id."""
        return sorted(self.col.find_cards("-is:suspended"))

    def start_again(self) -> None:
        """Start Anki again, after whatever went wrong."""
        self.is_closed, self.faults = False, Faults()

    def pass_day(self) -> None:
        """Let a day pass: the collection's first day moves back."""
        last = self.col.db.scalar("select max(id) from revlog") or 0
        self.days.append(last)
        self.col.db.execute("update col set crt = crt - ?", DAY)
        self.reopen()

    def when(self, review: int) -> int:
        """When a review took place, in the simulated time."""
        return review + sum(review > last for last in self.days) * DAY * 1000

    def reopen(self) -> None:
        """Open the collection anew, so that Anki looks at its clock."""
        path = self.col.path
        self.col.close()
        self.col = Collection(path)

    def import_package(self, path: Path) -> dict[str, int]:
        """Import a package with default options; how many notes were new, updated, ..."""
        log = self.col.import_anki_package(ImportAnkiPackageRequest(package_path=str(path))).log
        self.col.models._clear_cache()
        kinds = ("new", "updated", "duplicate", "conflicting")
        return {kind: len(getattr(log, kind)) for kind in kinds}

    def rows(self) -> dict[str, list[Any]]:
        """Everything that Anki holds, table by table."""
        tables = ("notes", "cards", "revlog", "decks", "notetypes", "fields", "templates")
        return {name: self.col.db.all(f"select * from {name} order by 1, 2") for name in tables}  # noqa: S608

    def note(self, search: str) -> Any:
        """The one note that a search finds."""
        (note_id,) = self.col.find_notes(search)
        return self.col.get_note(note_id)

    def cards(self, search: str = "") -> list[Any]:
        """The cards that a search finds."""
        return [self.col.get_card(card) for card in self.col.find_cards(search, order="c.id")]

    def queued(self) -> Any:
        """The next card of the day, as the queue has it; None if there is none."""
        self.col.decks.select(self.col.decks.id_for_name(self.deck))
        return next(iter(self.col.sched.get_queued_cards().cards), None)

    def answer(self, rating: int = 2) -> Any:
        """Answer the next card of the day: 0 Again, 1 Hard, 2 Good, 3 Easy."""
        queued = self.queued()
        card = self.col.get_card(queued.card.id)
        card.start_timer()
        answer = self.col.sched.build_answer(card=card, states=queued.states, rating=rating)
        self.col.sched.answer_card(answer)
        return card


class _Actions:
    """The add-on's actions, by the names and parameters that it has for them."""

    def __init__(self, server: AnkiServer) -> None:
        self.server = server
        self.col = server.col

    def version(self) -> int:
        return 6

    def findNotes(self, query: str | None = None) -> list[int]:
        return [] if query is None else list(self.col.find_notes(query))

    def findCards(self, query: str | None = None) -> list[int]:
        return [] if query is None else list(self.col.find_cards(query))

    def notesInfo(self, notes: list[int]) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        for note_id in notes:
            try:
                note = self.col.get_note(note_id)
            except NotFoundError:
                found.append({})
                continue
            if not (cards := self.col.card_ids_of_note(note_id)):
                raise KeyError(note_id)
            item = {
                "noteId": note.id,
                "profile": "User 1",
                "tags": [*note.tags, *self.server.more_tags],
                "fields": _fields(note),
                "modelName": note.note_type()["name"],
                "mod": note.mod,
                "cards": cards,
            }
            if not self.server.says_modified:
                del item["mod"], item["profile"]
            found.append(item)
        return found

    def cardsInfo(self, cards: list[int]) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        for card_id in cards:
            try:
                card = self.col.get_card(card_id)
            except NotFoundError:
                found.append({})
                continue
            states = self.col._backend.get_scheduling_states(card.id)
            found.append(
                {
                    "cardId": card.id,
                    "fields": _fields(card.note()),
                    "fieldOrder": card.ord,
                    "question": card.question(),
                    "answer": card.answer(),
                    "modelName": card.note_type()["name"],
                    "ord": card.ord,
                    "deckName": self.col.decks.get(card.did)["name"],
                    "css": card.note_type()["css"],
                    "factor": card.factor,
                    "interval": card.ivl,
                    "note": card.nid,
                    "type": card.type,
                    "queue": card.queue,
                    "due": card.due,
                    "reps": card.reps,
                    "lapses": card.lapses,
                    "left": card.left,
                    "mod": card.mod,
                    "nextReviews": list(self.col._backend.describe_next_states(states)),
                    "flags": card.flags,
                }
            )
        return found

    def getReviewsOfCards(self, cards: list[int]) -> dict[int, list[dict[str, int]]]:
        names = ("id", "usn", "ease", "ivl", "lastIvl", "factor", "time", "type")
        query = f"select {', '.join(names)} from revlog where cid = ?"  # noqa: S608
        found = {}
        for card in cards:
            rows = [dict(zip(names, row, strict=True)) for row in self.col.db.all(query, card)]
            found[card] = [row | {"id": self.server.when(row["id"])} for row in rows]
        return found

    def updateNoteFields(self, note: dict[str, Any]) -> None:
        found = self._note(note["id"])
        self.server.draw()
        for name, value in note["fields"].items():
            if name in found:
                found[name] = value
        self.col.update_note(found, skip_undo_entry=True)

    def addTags(self, notes: list[int], tags: str) -> None:
        self.server.draw()
        self.col.tags.bulk_add(notes, tags)

    def removeTags(self, notes: list[int], tags: str) -> None:
        self.server.draw()
        self.col.tags.bulk_remove(notes, tags)

    def changeDeck(self, cards: list[int], deck: str) -> None:
        self.server.draw()
        self.col.set_deck(cards, self.col.decks.id(deck))

    def setSpecificValueOfCard(
        self,
        card: int,
        keys: list[str],
        newValues: list[Any],
        warning_check: bool = False,
    ) -> Any:
        if not warning_check and _GUARDED & set(keys):
            return False
        try:
            found = self.col.get_card(card)
            for name, value in zip(keys, newValues, strict=True):
                setattr(found, name, value)
            self.col.update_card(found, skip_undo_entry=True)
        except Exception as error:  # noqa: BLE001 - as the add-on does
            return [[False, str(error)]]
        return [True]

    def suspend(self, cards: list[int], suspend: bool = True) -> bool:
        for card in cards:
            if self.suspended(card) == suspend:
                cards.remove(card)  # passes over the next one, as the add-on does
        if not cards:
            return False
        self.server.draw()
        if suspend:
            self.col.sched.suspend_cards(cards)
        else:
            self.col.sched.unsuspend_cards(cards)
        return True

    def unsuspend(self, cards: list[int]) -> None:
        self.suspend(cards, suspend=False)

    def suspended(self, card: int) -> bool:
        try:
            return bool(self.col.get_card(card).queue == -1)
        except NotFoundError as error:
            raise ValueError(f"Card was not found: {card}") from error

    def areSuspended(self, cards: list[int]) -> list[bool | None]:
        states: list[bool | None] = []
        for card in cards:
            try:
                states.append(self.suspended(card))
            except ValueError:
                states.append(None)
        return states

    def getMediaFilesNames(self, pattern: str = "*") -> list[str]:
        return [Path(path).name for path in glob(str(Path(self.col.media.dir()) / pattern))]  # noqa: PTH207

    def storeMediaFile(
        self,
        filename: str,
        data: str,
        deleteExisting: bool = True,
    ) -> str:
        if deleteExisting:
            self.col.media.trash_files([filename])
        name: str = self.col.media.write_data(filename, base64.b64decode(data))
        return name

    def _note(self, note_id: int) -> Any:
        try:
            return self.col.get_note(note_id)
        except NotFoundError as error:
            raise ValueError(f"Note was not found: {note_id}") from error


_GUARDED = set(
    "did id ivl lapses left mod nid odid odue ord queue reps type usn".split()  # noqa: SIM905
)


def _fields(note: Any) -> dict[str, dict[str, Any]]:
    names = [field["name"] for field in note.note_type()["flds"]]
    texts = zip(names, note.fields, strict=True)
    return {name: {"value": text, "order": i} for i, (name, text) in enumerate(texts)}


class _Handler(BaseHTTPRequestHandler):
    """Answers one request, well or as the faults have it."""

    anki: AnkiServer

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        with self.anki.lock:
            if not self.anki.is_closed:
                self._answer(json.loads(body))
        self.close_connection = True

    def _answer(self, request: dict[str, Any]) -> None:
        fault = self.anki.faults.strike(request)
        if fault == "drop":
            return
        if fault == "slow":
            self.rfile.read(1)  # until the client has had enough
        elif fault in _NONSENSE:
            self._send(_NONSENSE[fault])
        else:
            data = json.dumps(self.anki.handle(request)).encode()
            self.anki.is_closed = fault == "closed"
            if not self.anki.is_closed:
                self._send(data, cut=len(data) // 2 if fault == "half" else None)

    def _send(self, data: bytes, cut: int | None = None) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data[:cut])

    def log_message(self, *_: object) -> None:
        """Say nothing."""


_NONSENSE = {
    "garbage": b"<html>It works!</html>",
    "null": b"null",
    "error": b'{"result": null, "error": "collection is not available"}',
}


def serve(server: AnkiServer) -> Callable[[], None]:
    """Start to listen; the function returned ends it."""
    handler = type("Handler", (_Handler,), {"anki": server})
    http = HTTPServer(("127.0.0.1", server.port), handler)
    server.port = http.server_port
    thread = threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()

    def stop() -> None:
        http.shutdown()
        http.server_close()
        thread.join()

    return stop


@pytest.fixture
def anki_server(tmp_path: Path) -> Iterator[AnkiServer]:
    """A running Anki with AnkiConnect, and an empty collection."""
    (tmp_path / "anki").mkdir()
    server = AnkiServer(Collection(str(tmp_path / "anki" / "collection.anki2")))
    stop = serve(server)
    yield server
    stop()
    server.col.close()
