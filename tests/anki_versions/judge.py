"""Drive one version of Anki: a command a line of JSON in, its result a line out.

Runs inside an environment that has `anki` and nothing else of ours. Commands are the public
methods of `Judge`; a mistake ends the process with a traceback.
"""

from __future__ import annotations

import json
import os
import sys
from itertools import cycle
from typing import Any

from anki.collection import Collection, ExportAnkiPackageOptions, ImportAnkiPackageRequest

LOG = ("new", "updated", "duplicate", "conflicting", "missing_notetype", "missing_deck")


class Judge:
    """A collection of one's own, and what a learner does in it."""

    def __init__(self) -> None:
        self.col: Any = None

    def open(self, path: str) -> None:
        """Open the collection at `path`, a new one if there is none; the one before is closed."""
        if self.col:
            self.col.close()
        self.col = Collection(path)

    # Importing and what came of it

    def import_package(self, package: str, **options: bool) -> dict[str, int]:
        """Import with the options that Anki's own dialog has at first, but for `options`."""
        presets = self.col._backend.get_import_anki_package_presets()
        for name, value in options.items():
            setattr(presets, name, value)
        request = ImportAnkiPackageRequest(package_path=package, options=presets)
        log = self.col.import_anki_package(request).log
        self.col.models._clear_cache()
        return {name: len(getattr(log, name)) for name in LOG if len(getattr(log, name))}

    def check(self) -> list[str]:
        """Check Database and Check Media: what they find."""
        before = [self.rows(table) for table in ("notes", "cards", "revlog")]
        said, is_right = self.col.fix_integrity()
        after = [self.rows(table) for table in ("notes", "cards", "revlog")]
        media = self.col.media.check()
        found = [f"missing media: {name}" for name in media.missing]
        found += [f"unused media: {name}" for name in media.unused]
        # In newer versions it says more on success than in older ones, but ends as they do.
        lines = [line for line in said.splitlines() if line and "rebuilt" not in line]
        return found + lines + ([] if is_right and before == after else ["it mended something"])

    def schema(self) -> int:
        """When the collection's schema last changed; a change asks for a one-way sync."""
        moment: int = self.col.db.scalar("select scm from col")
        return moment

    def rows(self, table: str) -> list[list[Any]]:
        """All of a table."""
        found: list[list[Any]] = self.col.db.all(f"select * from {table} order by id")  # noqa: S608
        return found

    def decks(self) -> dict[str, Any]:
        """Name -> description, and the preset's name and what it says of new cards."""
        found = {}
        for entry in self.col.decks.all_names_and_ids():
            deck = self.col.decks.get(entry.id)
            preset = self.col.decks.config_dict_for_deck_id(entry.id)
            found[entry.name] = {"description": deck["desc"], "preset": preset}
        return found

    def notetypes(self) -> dict[str, Any]:
        """Name -> how many notes use it, its fields and its style."""
        found = {}
        for kind in self.col.models.all():
            fields = [field["name"] for field in kind["flds"]]
            used = self.col.models.use_count(kind)
            found[kind["name"]] = {"notes": used, "fields": fields, "style": kind["css"]}
        return found

    def notes(self) -> dict[str, Any]:
        """Key -> all that a note is, with its cards."""
        found = {}
        for note in map(self.col.get_note, self.col.find_notes("")):
            assert note["Key"] not in found, f"two notes say that they are {note['Key']}"
            found[note["Key"]] = {
                "guid": note.guid,
                "modified": note.mod,
                "fields": {name: text for name, text in note.items() if text},
                "tags": note.tags,
                "cards": [self._card(card) for card in note.cards()],
            }
        return found

    def _card(self, card: Any) -> dict[str, Any]:
        return {
            "id": card.id,
            "ordinal": card.ord,
            "deck": self.col.decks.name(card.did),
            "due": card.due,
            "queue": card.queue,
            "question": card.question(),
            "answer": card.answer(),
        }

    def memory(self) -> dict[str, Any]:
        """`key/ordinal` -> what is known of each card that is not new.

        Its stability and difficulty, as they stand and as the reviews give them anew; its
        reviews and lapses; the days until it is due; its rows of the revlog.
        """
        found = {}
        for card in map(self.col.get_card, self.col.find_cards("-is:new")):
            anew = self.col._backend.compute_memory_state(card.id)
            found[f"{card.note()['Key']}/{card.ord}"] = {
                "state": _numbers(card.memory_state),
                "anew": _numbers(anew.state),
                "counts": [card.reps, card.lapses],
                "due_in": card.due - self.col.sched.today if card.queue == 2 else None,
                "reviews": self.col.db.all(
                    "select id, ease, type from revlog where cid = ? order by id", card.id
                ),
            }
        return found

    def save(self, path: str, legacy: bool) -> None:
        """Export everything, with its scheduling, as the suffix of `path` says."""
        if path.endswith(".colpkg"):
            own = self.col.path
            self.col.export_collection_package(path, include_media=True, legacy=legacy)
            self.col = None
            self.open(own)
            return
        options = ExportAnkiPackageOptions(with_scheduling=True, with_media=True, legacy=legacy)
        self.col.export_anki_package(out_path=path, options=options, limit=None)

    def find(self, search: str) -> list[str]:
        """Keys of the notes that a search finds."""
        return sorted(self.col.get_note(n)["Key"] for n in self.col.find_notes(search))

    # What a learner does

    def study(self, deck: str, ratings: list[int]) -> list[tuple[str, int]]:
        """Do all that is due today, each card rated with the next of `ratings`, in turns.

        Returns the cards that were met for the first time.
        """
        self.col.decks.set_current(self.col.decks.id_for_name(deck))
        met = []
        turns = cycle(ratings)
        while cards := self.col.sched.get_queued_cards().cards:
            card = self.col.get_card(cards[0].card.id)
            if card.type == 0:
                met.append((card.note()["Key"], card.ord))
            self._answer(card, cards[0].states, next(turns) - 1)
        return met

    def _answer(self, card: Any, states: Any, rating: int) -> None:
        card.start_timer()
        answer = self.col.sched.build_answer(card=card, states=states, rating=rating)
        self.col.sched.answer_card(answer)

    def _note(self, key: str) -> Any:
        (found,) = (n for n in map(self.col.get_note, self.col.find_notes("")) if n["Key"] == key)
        return found

    def edit(self, key: str, field: str, text: str) -> None:
        """Write into a field."""
        note = self._note(key)
        note[field] = text
        self.col.update_note(note)

    def tag(self, key: str, tag: str) -> None:
        """Give a note one more tag."""
        self.col.tags.bulk_add([self._note(key).id], tag)

    def flag(self, key: str, number: int) -> None:
        """Flag a note's cards."""
        self.col.set_user_flag_for_cards(number, self._note(key).card_ids())

    def suspend(self, key: str) -> None:
        """Suspend a note's cards."""
        self.col.sched.suspend_cards(self._note(key).card_ids())

    def remove(self, key: str) -> None:
        """Delete a note."""
        self.col.remove_notes([self._note(key).id])

    def restyle(self, notetype: str, style: str) -> None:
        """Add to the style of a note type."""
        kind = self.col.models.by_name(notetype)
        kind["css"] += style
        self.col.models.update_dict(kind)

    def use_fsrs(self) -> None:
        """Switch FSRS on."""
        self.col.set_config("fsrs", True)


def _numbers(state: Any) -> list[float] | None:
    return [state.stability, state.difficulty] if state else None


def main() -> None:
    """Answer each line of standard input."""
    # Whatever Anki prints goes where mistakes go; the answers keep the pipe to themselves.
    with os.fdopen(os.dup(1), "w") as out:
        os.dup2(2, 1)
        judge = Judge()
        for line in sys.stdin:
            name, arguments = json.loads(line)
            result = getattr(judge, name)(**arguments)
            out.write(json.dumps(result) + "\n")
            out.flush()
        if judge.col:
            judge.col.close()


if __name__ == "__main__":
    main()
