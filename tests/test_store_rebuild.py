"""Rebuilding: everything derived is the same afterwards, to the last digit."""

from __future__ import annotations

from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mlready.store import rebuilding
from mlready.store.replaying import replay_cards
from mlready.store.tables import revlog
from scheduler.memory import Rating
from scheduler.preset import DEFAULT_PARAMETERS
from tests.store_fixtures import (
    DECK,
    DERIVED,
    HISTORY,
    REFERENCES,
    Desk,
    cloze,
    desk,
    dump_table,
    question,
    run_mlready,
    seeded,
    topics,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from random import Random

__all__ = ["desk"]


def study(desk: Desk, random: Random, times: int) -> None:
    """Rate and undo at random; now and then the clock jumps, also back."""
    cards = list(desk.cards().values())
    for _ in range(times):
        if random.random() < 0.2:
            desk.undo()
        else:
            desk.rate(random.choice(cards), random.choice(list(Rating)))
        desk.pass_time(random.choice((0, 0, 0.01, 0.3, 1, 5, -0.2)))


def fill(desk: Desk) -> None:
    desk.ask(*(question(f"q-{number}") for number in range(8)))
    desk.ask(cloze("c", "{{c1::x}} and {{c2::y}}"), topic="maps")
    desk.sync()


def test_after_hundreds_of_reviews_nothing_differs(desk: Desk) -> None:
    fill(desk)
    study(desk, seeded(1), 500)
    before = desk.dump(*DERIVED)
    history = desk.dump(*HISTORY)
    _, memories = desk.rebuild()
    assert memories == len(before["memories"]) == 10
    assert repr(desk.dump(*DERIVED)) == repr(before)  # floats to the last digit
    assert desk.dump(*HISTORY) == history


def test_one_card_replayed_is_as_all_replayed(desk: Desk) -> None:
    fill(desk)
    study(desk, seeded(2), 100)
    before = desk.dump(*DERIVED)
    for card in desk.cards().values():
        with desk.writer.engine.begin() as connection:
            replay_cards(connection, [card])
    assert desk.dump(*DERIVED) == before


def test_new_parameters_make_all_memories_anew(desk: Desk) -> None:
    fill(desk)
    study(desk, seeded(3), 60)
    before = desk.dump(*DERIVED)["memories"]
    other = (0.5, *DEFAULT_PARAMETERS[1:18], 0.2, *DEFAULT_PARAMETERS[19:])
    desk.writer.set_setting("parameters", " ".join(map(repr, other)))
    changed = desk.dump(*DERIVED)["memories"]
    assert changed != before
    assert [m["due_day"] for m in changed] == [m["due_day"] for m in before]
    desk.rebuild()
    assert desk.dump(*DERIVED)["memories"] == changed
    desk.writer.set_setting("parameters", None)
    assert desk.dump(*DERIVED)["memories"] == before


def test_an_interrupted_rebuild_leaves_all_as_it_was(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(desk)
    study(desk, seeded(4), 30)
    before = desk.dump(*DERIVED, *HISTORY)

    def pull_the_plug(*_: object) -> int:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(rebuilding, "replay_cards", pull_the_plug)
        with pytest.raises(KeyboardInterrupt):
            desk.rebuild()
    assert desk.dump(*DERIVED, *HISTORY) == before
    desk.rebuild()
    assert desk.dump(*DERIVED, *HISTORY) == before


def test_the_command_refuses_a_deck_with_mistakes(desk: Desk) -> None:
    fill(desk)
    before = desk.dump(*DERIVED, *HISTORY)
    desk.write("questions/maps.yaml", "topic: maps\nquestions: [")
    env = {"MLREADY_STORE": str(desk.root.parent / "progress.sqlite3")}
    done = run_mlready("rebuild", "--deck", str(desk.root), env=env)
    assert done.returncode == 1
    assert "1 mistake" in done.stderr
    assert "nothing was changed" in done.stderr
    assert desk.dump(*DERIVED, *HISTORY) == before


def test_the_command_rebuilds(desk: Desk) -> None:
    fill(desk)
    study(desk, seeded(5), 30)
    before = desk.dump(*DERIVED, *HISTORY)
    env = {"MLREADY_STORE": str(desk.root.parent / "progress.sqlite3")}
    done = run_mlready("rebuild", "--deck", str(desk.root), env=env)
    assert (done.returncode, done.stdout) == (0, "")
    assert desk.dump(*DERIVED, *HISTORY) == before


# --- any edits ------------------------------------------------------------------------


class Author:
    """Edits a deck at random, mostly well; every edit is a line that hypothesis can shrink."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.decks: dict[str, dict[str, tuple[str, str]]] = {"sets": {}, "maps": {}}
        self.broken: set[str] = set()
        self.missing: set[str] = set()
        self.count = 0

    def act(self, verb: str, number: int) -> None:
        """Do one edit; `number` says to what."""
        keys = [(topic, name) for topic, asked in self.decks.items() for name in asked]
        if verb == "add" or (not keys and verb in {"edit", "remove", "rename", "move", "cloze"}):
            self.count += 1
            topic = ("sets", "maps")[number % 2]
            self.decks[topic][f"q-{self.count}"] = ("What is it?", "")
        elif verb in {"edit", "remove", "rename", "move", "cloze"}:
            getattr(self, verb)(*keys[number % len(keys)])
        elif verb in {"break", "hide"}:
            marked = self.broken if verb == "break" else self.missing
            marked ^= {("sets", "maps")[number % 2]}
        elif verb == "title":
            self.count += 1
            self.desk.write("references.yaml", REFERENCES.replace("Naive", f"N{self.count}"))
        self.save()

    def edit(self, topic: str, name: str) -> None:
        self.count += 1
        self.decks[topic][name] = (f"What is {self.count}?", self.decks[topic][name][1])

    def cloze(self, topic: str, name: str) -> None:
        self.count += 1
        holes = " ".join(f"{{{{c{n}::x}}}}" for n in range(1, self.count % 3 + 2))
        self.decks[topic][name] = (holes, self.decks[topic][name][1])

    def remove(self, topic: str, name: str) -> None:
        del self.decks[topic][name]

    def rename(self, topic: str, name: str) -> None:
        self.count += 1
        text, _ = self.decks[topic].pop(name)
        self.decks[topic][f"r-{self.count}"] = (text, f"{topic}/{name}")

    def move(self, topic: str, name: str) -> None:
        self.count += 1
        text, _ = self.decks[topic].pop(name)
        other = {"sets": "maps", "maps": "sets"}[topic]
        self.decks[other][f"m-{self.count}"] = (text, f"{topic}/{name}")

    def save(self) -> None:
        self.desk.write("deck.yaml", DECK)
        names = [topic for topic in self.decks if topic not in self.missing]
        self.desk.write("topics/1-basics.yaml", topics(*names))
        for topic, asked in self.decks.items():
            listed = [
                (cloze if "{{" in text else question)(
                    name, text, *([f"formerly: [{old}]"] if old else [])
                )
                for name, (text, old) in asked.items()
            ]
            self.desk.ask(*listed, topic=topic)
            if topic in self.broken:
                self.desk.write(f"questions/{topic}.yaml", f"topic: {topic}\nquestions: [")


VERBS = (
    "add",
    "edit",
    "remove",
    "rename",
    "move",
    "cloze",
    "break",
    "hide",
    "title",
    "rate",
    "undo",
)


def check_history_grew(before: dict[str, Any], after: dict[str, Any]) -> None:
    """No row of history is gone, and what was written down once is as it was."""
    for table in HISTORY:
        names = [column.name for column in table.primary_key]
        keys = {tuple(row[name] for name in names) for row in after[table.name]}
        assert keys >= {tuple(row[name] for name in names) for row in before[table.name]}
    for name in ("revlog", "changes"):
        assert after[name][: len(before[name])] == before[name]


edits = st.lists(st.tuples(st.sampled_from(VERBS), st.integers(0, 11)), max_size=14)


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(edits)
def test_after_any_edits_the_store_is_as_if_made_anew(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[str, int]]
) -> None:
    with TemporaryDirectory(dir=tmp_path_factory.getbasetemp()) as folder:
        desk = Desk(tmp_path_factory.getbasetemp() / folder / "deck")
        author = Author(desk)
        for verb, number in [("add", 0), ("add", 1), ("rate", 0), *steps]:
            before = desk.dump(*HISTORY)
            take_step(desk, author, verb, number)
            check_history_grew(before, desk.dump(*HISTORY))
            check_rebuilt(desk)
        author.broken.clear()
        author.missing.clear()
        author.save()
        desk.sync()
        assert desk.errors() == []
        check_rebuilt(desk)
        desk.close()


def take_step(desk: Desk, author: Author, verb: str, number: int) -> None:
    cards = list(desk.cards().values())
    if verb == "undo":
        desk.undo()
    elif verb == "rate" and cards:
        desk.pass_time(number / 4)
        desk.rate(cards[number % len(cards)], Rating(number % 4 + 1))
    elif verb != "rate":
        author.act(verb, number)
        desk.sync()


class RollBack(Exception):  # noqa: N818
    """Undoes a rebuild that was only made to be looked at."""


def check_rebuilt(desk: Desk) -> None:
    """Every derived table is what a rebuild would make of deck and history.

    While a file is broken, what it was when it last compiled cannot be made again: then only the
    memories are compared, and that no live card lacks its content.
    """
    before = desk.dump(*DERIVED)
    contents = {row["note_id"] for row in before["contents"]}
    assert contents >= {row["note_id"] for row in before["live_cards"]}
    names = [t.name for t in DERIVED] if not desk.errors() else ["memories"]
    after = dry_run(desk)
    for name in names:
        assert repr(after[name]) == repr(before[name]), name


def dry_run(desk: Desk) -> dict[str, Any]:
    """The derived tables as a rebuild makes them, which is then taken back."""
    found: dict[str, Any] = {}
    replay: Callable[..., int] = replay_cards

    def look(connection: Any) -> int:
        replay(connection)
        found.update({table.name: dump_table(connection, table) for table in DERIVED})
        raise RollBack

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(rebuilding, "replay_cards", look)
        with pytest.raises(RollBack):
            desk.rebuild()
    return found


def test_undone_reviews_stay_in_the_log(desk: Desk) -> None:
    fill(desk)
    card = desk.card("sets/q-0")
    review = desk.rate(card)
    desk.undo()
    assert desk.column(revlog, "undoes") == [None, review]
