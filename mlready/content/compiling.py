"""From a folder to a deck, and from a deck to notes in the order of study."""

from __future__ import annotations

import gc
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from mlready.content.checks import Attachments
from mlready.content.linking import link_units
from mlready.content.units import read_unit

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from mlready.content.deck import Deck, Question, Unit
    from mlready.content.folder import DeckFolder
    from scheduler.graph import PrerequisiteGraph


def attachments_of(folder: DeckFolder) -> Attachments:
    """The pictures and claims that cards of this folder may name."""
    return Attachments(frozenset(folder.media), frozenset(folder.claims))


@contextmanager
def collector_paused() -> Iterator[None]:
    """Keep Python from looking for cycles while a deck is read.

    Trees have none, and walking through millions of live nodes for nothing takes a quarter of the
    time that reading takes.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        # What was read is not looked through later either; it goes when nobody holds it.
        gc.freeze()
        if was_on:
            gc.enable()


# Wraps the paths of the files to read, to show how far it is.
Watch: TypeAlias = "Callable[[Sequence[str]], Iterable[str]]"


def compile_folder(folder: DeckFolder, watch: Watch = iter) -> tuple[Deck, dict[str, Unit]]:
    """Read every file and hold them against each other.

    Args:
        folder: the deck's files.
        watch: sees each path as its file is read.

    Returns:
        The deck with all its problems, and the unit of each file by path.
    """
    with collector_paused():
        paths = watch(list(folder.files))
        units = {path: read_unit(path, folder.files[path]) for path in paths}
    deck = link_units(units.values(), attachments_of(folder))
    deck.problems = sorted(deck.problems + folder.problems)
    return deck, units


@dataclass(frozen=True, slots=True)
class Note:
    """A question in its place: `position` counts notes in an order that respects the graph."""

    question: Question
    position: int


def arrange_notes(deck: Deck, graph: PrerequisiteGraph) -> list[Note]:
    """All notes, foundations first; within a topic as the author listed them."""
    by_topic: dict[str, list[Question]] = {}
    for question in deck.questions.values():
        by_topic.setdefault(question.topic, []).append(question)
    ordered = [
        question for topic in graph.topological_order() for question in by_topic.get(topic, [])
    ]
    return [Note(question, position) for position, question in enumerate(ordered)]


def usable_units(
    units: Mapping[str, Unit], earlier: Mapping[str, Unit], attachments: Attachments
) -> tuple[dict[str, Unit], Deck]:
    """What can be reviewed although some files have mistakes.

    A file with an error is replaced by what it last was without one, or left out. The rest is
    linked again until no error remains; each round takes at least one file back, so this ends.

    Args:
        units: every file as it is now.
        earlier: files as they were when they last compiled, by path.
        attachments: the pictures and claims there are.
    """
    used = dict(units)
    suspects = {path for path, unit in units.items() if unit.is_broken}
    while True:
        for path in suspects:
            previous = earlier.get(path)
            if previous is not None and used[path] is not previous:
                used[path] = previous
            else:
                del used[path]
        left_out = [unit.topic for path, unit in units.items() if path not in used]
        absent = frozenset(topic.text for topic in left_out if topic is not None)
        deck = link_units(used.values(), attachments, absent)
        suspects = {problem.location.path for problem in deck.errors} & set(used)
        if not suspects:
            return used, deck
