"""Units held against each other: one deck, and every mistake that only shows between files."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from mlready.content.checks import Attachments, Linked, limit_errors, place_of, run_checks
from mlready.content.deck import Deck, DeckInfo, Question, Unit
from mlready.content.problems import Problem, quoted
from scheduler.graph import PrerequisiteGraph, build_graph, find_cycle, foundations_first

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

# No deck of a person comes near these; they bound the time that a broken one can take.
MAX_TOPICS = 5_000
MAX_CYCLES = 20


def link_units(
    units: Iterable[Unit], attachments: Attachments, absent: frozenset[str] = frozenset()
) -> Deck:
    """Hold the units of a deck against each other.

    Args:
        units: one per file.
        attachments: the pictures and claims there are.
        absent: topics of which a file of questions is left out: no question of theirs is missed.

    Returns:
        The deck. Its `problems` hold those of the files and those between them; of two things
        with one identity, the first is kept; a prerequisite that does not exist, or that would
        close a cycle, is left out.
    """
    ordered = sorted(units, key=lambda unit: unit.path)
    info = next((unit.info for unit in ordered if unit.info), None)
    deck = Deck(
        info=info or DeckInfo("", "", "", (), ()),
        references={ref.key: ref for unit in ordered for ref in unit.references},
        topics={},
        questions={},
        retired=frozenset(name.text for unit in ordered for name in unit.retired),
        renames={},
        problems=[problem for unit in ordered for problem in unit.problems],
    )
    deck.problems += _collect(deck, ordered)
    graph, cycles = _build_graph(deck)
    deck.problems += cycles
    deck.problems += limit_errors(_collect_renames(deck))
    deck.problems += run_checks(Linked(deck, ordered, attachments, graph, absent))
    deck.problems = sorted(set(deck.problems))
    return deck


def _collect(deck: Deck, units: list[Unit]) -> Iterator[Problem]:
    """Gather topics and questions by identity; the second of two is a problem."""
    topics = [topic for unit in units for topic in unit.topics]
    topics.sort(key=lambda topic: topic.phase)  # stable: file order within a phase
    if len(topics) > MAX_TOPICS:
        extra = topics[MAX_TOPICS]
        message = f"more than {MAX_TOPICS:,} topics in one deck"
        yield Problem(place_of(extra, extra.id), message, "split the deck")
    for topic in topics[:MAX_TOPICS]:
        first = deck.topics.setdefault(topic.id.text, topic)
        if first is not topic:
            name, where = quoted(topic.id.text), place_of(first, first.id)
            message = f"a second topic {name} (first: {where})"
            yield Problem(place_of(topic, topic.id), message, "rename or remove one of the two")
    for question in _questions_of_known_topics(deck, units):
        first_question = deck.questions.setdefault(question.key, question)
        if first_question is not question:
            where = first_question.locate(first_question.id)
            message = f"a second question {quoted(question.key)} (first: {where})"
            hint = "give one of the two another id"
            yield Problem(question.locate(question.id), message, hint)


def _questions_of_known_topics(deck: Deck, units: list[Unit]) -> Iterator[Question]:
    for unit in units:
        if unit.topic is not None and unit.topic.text in deck.topics:
            yield from unit.questions


def _build_graph(deck: Deck) -> tuple[PrerequisiteGraph, list[Problem]]:
    """The prerequisite graph; edges that close a cycle are reported and left out."""
    problems = list(islice(_cut_cycles(deck), MAX_CYCLES))
    if len(problems) == MAX_CYCLES:
        _cut_remaining_cycles(deck)
    return build_graph(deck.prerequisites()), problems


def _cut_cycles(deck: Deck) -> Iterator[Problem]:
    while cycle := find_cycle(deck.prerequisites()):
        topic, prerequisite = deck.topics[cycle[0]], cycle[1 % len(cycle)]
        name = next(n for n in topic.prerequisites if n.text == prerequisite)
        kept = tuple(n for n in topic.prerequisites if n.text != prerequisite)
        deck.topics[topic.id.text] = topic._replace(prerequisites=kept)
        message = f"prerequisites form a cycle: {_format_cycle(cycle)}"
        hint = "each rests on the next: remove the edge that is least needed"
        yield Problem(place_of(topic, name), message, hint)


def _format_cycle(cycle: list[str]) -> str:
    shown = cycle if len(cycle) <= 20 else [*cycle[:10], "…", *cycle[-9:]]
    return " → ".join(name if name == "…" else quoted(name)[1:-1] for name in [*shown, cycle[0]])


def _cut_remaining_cycles(deck: Deck) -> None:
    """Leave out every prerequisite that comes later in one order of all topics."""
    edges = deck.prerequisites()
    order = foundations_first(edges, edges.__getitem__)
    rank = {topic: place for place, topic in enumerate(order)}
    for topic_id, topic in deck.topics.items():
        below = {name for name in edges[topic_id] if rank[name] < rank[topic_id]}
        kept = tuple(n for n in topic.prerequisites if n.text in below)
        deck.topics[topic_id] = topic._replace(prerequisites=kept)


def _collect_renames(deck: Deck) -> Iterator[Problem]:
    """Gather who was called what; a former identity belongs to nobody else, now or before."""
    renames = deck.renames
    yield from _check_former_topics(deck)
    for question in deck.questions.values():
        for name in question.formerly:
            at, old = question.locate(name), name.text
            if old in deck.questions:
                message = f"formerly {quoted(old)} is the key of a question of today"
                yield Problem(at, message, "give the newer question another id")
            elif old in renames:
                message = f"formerly {quoted(old)} is also claimed by {quoted(renames[old])}"
                yield Problem(at, message, "history can follow only one of them")
            else:
                renames[old] = question.key
    _follow_topics(deck)


def _follow_topics(deck: Deck) -> None:
    """All questions of a renamed topic follow it, unless they say otherwise.

    So does what a question was called there before: a store may have missed the name in between.
    """
    for old, new in list(deck.renames.items()):
        topic, _, name = old.partition("/")
        for former in deck.topics[topic].formerly if topic in deck.topics else ():
            deck.renames.setdefault(f"{former.text}/{name}", new)
    for question in deck.questions.values():
        for former in deck.topics[question.topic].formerly:
            key = f"{former.text}/{question.id.text}"
            if key not in deck.questions:
                deck.renames.setdefault(key, question.key)


def _check_former_topics(deck: Deck) -> Iterator[Problem]:
    claimed: dict[str, str] = {}
    for topic in deck.topics.values():
        for name in topic.formerly:
            at, old = place_of(topic, name), name.text
            if old in deck.topics:
                message = f"formerly {quoted(old)} is a topic of today"
                yield Problem(at, message, "remove it, or rename that topic")
            elif old in claimed:
                message = f"formerly {quoted(old)} is also claimed by {quoted(claimed[old])}"
                yield Problem(at, message, "only one of them can be right")
            claimed[old] = topic.id.text
