"""Units held against each other: one deck, and every mistake that only shows between files."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from mlready.content.deck import Deck, DeckInfo, Name, Question, Topic, Unit
from mlready.content.problems import Location, Problem, did_you_mean, quoted, warning
from scheduler.graph import PrerequisiteGraph, build_graph, find_cycle, foundations_first

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

# No deck of a person comes near these; they bound the time that a broken one can take.
MAX_TOPICS = 5_000
MAX_CYCLES = 20
MAX_ERRORS = 200  # of one check
MAX_PAIRS = 1_000_000  # of prerequisites that are compared with each other


@dataclass(frozen=True, slots=True)
class Attachments:
    """The files beside the YAML that cards may name."""

    media: frozenset[str]
    claims: frozenset[str]


@dataclass(slots=True)
class _Linked:
    """The deck in the making, and what the checks look at."""

    deck: Deck
    units: list[Unit]
    attachments: Attachments
    graph: PrerequisiteGraph


def link_units(units: Iterable[Unit], attachments: Attachments) -> Deck:
    """Hold the units of a deck against each other.

    Args:
        units: one per file.
        attachments: the pictures and claims there are.

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
    linked = _Linked(deck, ordered, attachments, graph)
    for check in CHECKS:
        deck.problems += _limit(check(linked))
    deck.problems = sorted(set(deck.problems))
    return deck


def _limit(problems: Iterator[Problem]) -> Iterator[Problem]:
    """The problems, up to so many errors; a warning never hides an error."""
    errors = 0
    for problem in problems:
        yield problem
        errors += problem.is_error
        if errors == MAX_ERRORS:
            return


def _at(topic: Topic, name: Name) -> Location:
    return Location(topic.path, name.line, name.column)


def _collect(deck: Deck, units: list[Unit]) -> Iterator[Problem]:
    """Gather topics and questions by identity; the second of two is a problem."""
    topics = [topic for unit in units for topic in unit.topics]
    topics.sort(key=lambda topic: topic.phase)  # stable: file order within a phase
    if len(topics) > MAX_TOPICS:
        extra = topics[MAX_TOPICS]
        message = f"more than {MAX_TOPICS:,} topics in one deck"
        yield Problem(_at(extra, extra.id), message, "split the deck")
    for topic in topics[:MAX_TOPICS]:
        first = deck.topics.setdefault(topic.id.text, topic)
        if first is not topic:
            name, where = quoted(topic.id.text), _at(first, first.id)
            message = f"a second topic {name} (first: {where})"
            yield Problem(_at(topic, topic.id), message, "rename or remove one of the two")
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
        yield Problem(_at(topic, name), message, hint)


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


def _check_whole(linked: _Linked) -> Iterator[Problem]:
    """There is a deck.yaml, there are topics, and phases lie within the list."""
    paths = {unit.path for unit in linked.units}
    if "deck.yaml" not in paths:
        yield Problem(Location("deck.yaml"), "there is no deck.yaml", "see `mlready new`")
    info = linked.deck.info
    if not info.id:
        return
    for unit in linked.units:
        if unit.topics and not 1 <= unit.topics[0].phase <= len(info.phases):
            phase = unit.topics[0].phase
            message = f"phase {phase} does not exist: deck.yaml names {len(info.phases)}"
            yield Problem(Location(unit.path), message, "add its title under phases:")


def _check_topic_names(linked: _Linked) -> Iterator[Problem]:
    """Every topic that is named exists."""
    known = linked.deck.topics
    for unit in linked.units:
        for name, role in _topic_names(unit):
            if name.text not in known:
                at = Location(unit.path, name.line, name.column)
                message = f"unknown topic {quoted(name.text)} in {role}"
                yield Problem(at, message, did_you_mean(name.text, known))


def _topic_names(unit: Unit) -> Iterator[tuple[Name, str]]:
    """The topics that a file names, each with the key that names it."""
    if unit.topic is not None:
        yield unit.topic, "topic"
    for topic in unit.topics:
        for name in topic.prerequisites:
            yield name, "prerequisites"
    for question in unit.questions:
        for name in question.requires:
            yield name, "requires"


def _check_phases(linked: _Linked) -> Iterator[Problem]:
    """No prerequisite lies in a later phase, and none is named twice."""
    deck = linked.deck
    for topic in deck.topics.values():
        seen: set[str] = set()
        for name in topic.prerequisites:
            if name.text in seen:
                message = f"{quoted(name.text)} is listed twice"
                yield warning(_at(topic, name), message, "remove one of the two")
            seen.add(name.text)
            other = deck.topics.get(name.text)
            if other is not None and other.phase > topic.phase:
                message = (
                    f"{quoted(topic.id.text)} (phase {topic.phase}) rests on "
                    f"{quoted(name.text)}, which comes later (phase {other.phase})"
                )
                yield Problem(_at(topic, name), message, "move one of the two, or cut the edge")


def _check_areas(linked: _Linked) -> Iterator[Problem]:
    """Every area that is named exists; nobody can say so where deck.yaml is broken."""
    info = linked.deck.info
    for topic in linked.deck.topics.values():
        if info.id and topic.area and topic.area.text not in info.areas:
            hint = did_you_mean(topic.area.text, info.areas) or "add it to deck.yaml"
            message = f"unknown area {quoted(topic.area.text)}"
            yield Problem(_at(topic, topic.area), message, hint)


def _check_implied_edges(linked: _Linked) -> Iterator[Problem]:
    """An edge that a longer path already implies says nothing."""
    if sum(len(t.prerequisites) ** 2 for t in linked.deck.topics.values()) > MAX_PAIRS:
        return
    for topic_id, prerequisite, via in linked.graph.implied_edges():
        topic = linked.deck.topics[topic_id]
        name = next(n for n in topic.prerequisites if n.text == prerequisite)
        message = f"{quoted(prerequisite)} is already implied by {quoted(via)}"
        yield warning(_at(topic, name), message, "remove it from prerequisites")


def _check_references(linked: _Linked) -> Iterator[Problem]:
    """Every cited work, claim and picture is there."""
    deck, files = linked.deck, linked.attachments
    for question in deck.questions.values():
        source, claim = question.source, question.claim
        if source is not None and source.text not in deck.references:
            hint = did_you_mean(source.text, deck.references) or "add it to references.yaml"
            at = question.locate(source)
            yield Problem(at, f"unknown reference {quoted(source.text)}", hint)
        if claim is not None and claim.text not in files.claims:
            hint = did_you_mean(claim.text, files.claims) or f"write claims/{claim.text}.py"
            yield Problem(question.locate(claim), f"unknown claim {quoted(claim.text)}", hint)
        for image in question.images:
            if image.text not in files.media:
                hint = did_you_mean(image.text, files.media) or "put it into media/"
                message = f"there is no picture {quoted(image.text)} in media/"
                yield Problem(question.locate(image), message, hint)


def _check_former_names(linked: _Linked) -> Iterator[Problem]:
    """A former identity belongs to nobody else, now or before."""
    deck, renames = linked.deck, linked.deck.renames
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
    """All questions of a renamed topic follow it, unless they say otherwise."""
    for question in deck.questions.values():
        for former in deck.topics[question.topic].formerly:
            key = f"{former.text}/{question.id.text}"
            if key not in deck.questions:
                deck.renames.setdefault(key, question.key)


def _check_former_topics(deck: Deck) -> Iterator[Problem]:
    claimed: dict[str, str] = {}
    for topic in deck.topics.values():
        for name in topic.formerly:
            at, old = _at(topic, name), name.text
            if old in deck.topics:
                message = f"formerly {quoted(old)} is a topic of today"
                yield Problem(at, message, "remove it, or rename that topic")
            elif old in claimed:
                message = f"formerly {quoted(old)} is also claimed by {quoted(claimed[old])}"
                yield Problem(at, message, "only one of them can be right")
            claimed[old] = topic.id.text


def _check_retired(linked: _Linked) -> Iterator[Problem]:
    """What is retired is not there any more."""
    deck = linked.deck
    for unit in linked.units:
        for name in unit.retired:
            if name.text in deck.questions or name.text in deck.topics:
                at = Location(unit.path, name.line, name.column)
                message = f"{quoted(name.text)} is retired and still there"
                yield Problem(at, message, "delete it, or take it off the list")


def _check_coverage(linked: _Linked) -> Iterator[Problem]:
    """Each topic has questions, and one of them says how it fails."""
    kinds: dict[str, set[str]] = {}
    for unit in linked.units:
        if unit.topic is not None and (unit.is_broken or unit.questions):
            kinds.setdefault(unit.topic.text, set())
        for question in unit.questions:
            kinds.setdefault(question.topic, set()).add(question.kind)
    broken = {u.topic.text for u in linked.units if u.topic is not None and u.is_broken}
    for topic in linked.deck.topics.values():
        name, at = topic.id.text, _at(topic, topic.id)
        if name not in kinds:
            yield warning(at, f"topic {quoted(name)} has no question yet", "it blocks nobody")
        elif "failure-mode" not in kinds[name] and name not in broken:
            hint = "add one of kind failure-mode: when does it fail?"
            yield warning(at, f"topic {quoted(name)} has no failure-mode question", hint)


CHECKS: tuple[Callable[[_Linked], Iterator[Problem]], ...] = (
    _check_whole,
    _check_topic_names,
    _check_phases,
    _check_areas,
    _check_implied_edges,
    _check_references,
    _check_former_names,
    _check_retired,
    _check_coverage,
)
