"""Units held against each other: one deck, and every mistake that only shows between files."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from mlready.content.deck import Deck, DeckInfo, Name, Topic, Unit
from mlready.content.problems import Location, Problem, did_you_mean, warning
from scheduler.graph import PrerequisiteGraph, build_graph, find_cycle


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
        The deck. Its `problems` hold those of the files and those between them; of two things with one identity,
        the first is kept; a prerequisite that does not exist, or that would close a cycle, is left out.
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
        deck.problems += check(linked)
    deck.problems = sorted(set(deck.problems))
    return deck


def _at(topic: Topic, name: Name) -> Location:
    return Location(topic.path, name.line, name.column)


def _collect(deck: Deck, units: list[Unit]) -> Iterator[Problem]:
    """Gather topics and questions by identity; the second of two is a problem."""
    topics = [topic for unit in units for topic in unit.topics]
    topics.sort(key=lambda topic: topic.phase)  # stable: file order within a phase
    for topic in topics:
        first = deck.topics.setdefault(topic.id.text, topic)
        if first is not topic:
            message = f'a second topic "{topic.id.text}" (first: {_at(first, first.id)})'
            yield Problem(_at(topic, topic.id), message, "rename or remove one of the two")
    for unit in units:
        for question in unit.questions:
            if unit.topic is None or unit.topic.text not in deck.topics:
                continue
            first_question = deck.questions.setdefault(question.key, question)
            if first_question is not question:
                where = first_question.locate(first_question.id)
                message = f'a second question "{question.key}" (first: {where})'
                hint = "give one of the two another id"
                yield Problem(question.locate(question.id), message, hint)


def _build_graph(deck: Deck) -> tuple[PrerequisiteGraph, list[Problem]]:
    """The prerequisite graph; edges that close a cycle are reported and left out."""
    problems: list[Problem] = []
    edges = deck.prerequisites()
    while cycle := find_cycle(edges):
        topic, prerequisite = deck.topics[cycle[0]], cycle[1 % len(cycle)]
        name = next(n for n in topic.prerequisites if n.text == prerequisite)
        path = " → ".join([*dict.fromkeys(cycle), cycle[0]])
        message = f"prerequisites form a cycle: {path}"
        hint = "each rests on the next: remove the edge that is least needed"
        problems.append(Problem(_at(topic, name), message, hint))
        kept = tuple(n for n in topic.prerequisites if n.text != prerequisite)
        deck.topics[topic.id.text] = topic._replace(prerequisites=kept)
        edges = deck.prerequisites()
    return build_graph(edges), problems


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
    deck = linked.deck
    known = deck.topics

    def unknown(at: Location, name: Name, role: str) -> Problem:
        return Problem(at, f'unknown topic "{name.text}" {role}', did_you_mean(name.text, known))

    for unit in linked.units:
        if unit.topic is not None and unit.topic.text not in known:
            at = Location(unit.path, unit.topic.line, unit.topic.column)
            yield unknown(at, unit.topic, "in topic")
        for topic in unit.topics:
            for name in topic.prerequisites:
                if name.text not in known:
                    yield unknown(_at(topic, name), name, "in prerequisites")
        for question in unit.questions:
            for name in question.requires:
                if name.text not in known:
                    yield unknown(question.locate(name), name, "in requires")


def _check_self_and_phase(linked: _Linked) -> Iterator[Problem]:
    """No prerequisite lies in a later phase, none is named twice; areas exist."""
    deck = linked.deck
    for topic in deck.topics.values():
        seen: set[str] = set()
        for name in topic.prerequisites:
            if name.text in seen:
                message = f'"{name.text}" is listed twice'
                yield warning(_at(topic, name), message, "remove one of the two")
            seen.add(name.text)
            other = deck.topics.get(name.text)
            if other is not None and other.phase > topic.phase:
                message = (
                    f'"{topic.id.text}" (phase {topic.phase}) rests on "{name.text}", '
                    f"which comes later (phase {other.phase})"
                )
                yield Problem(_at(topic, name), message, "move one of the two, or cut the edge")
        if topic.area and topic.area.text not in deck.info.areas:
            hint = did_you_mean(topic.area.text, deck.info.areas) or "add it to deck.yaml"
            yield Problem(_at(topic, topic.area), f'unknown area "{topic.area.text}"', hint)


def _check_implied_edges(linked: _Linked) -> Iterator[Problem]:
    """An edge that a longer path already implies says nothing."""
    for topic_id, prerequisite, via in linked.graph.implied_edges():
        topic = linked.deck.topics[topic_id]
        name = next(n for n in topic.prerequisites if n.text == prerequisite)
        message = f'"{prerequisite}" is already implied by "{via}"'
        yield warning(_at(topic, name), message, "remove it from prerequisites")


def _check_references(linked: _Linked) -> Iterator[Problem]:
    """Every cited work, claim and picture is there."""
    deck, files = linked.deck, linked.attachments
    for question in deck.questions.values():
        source, claim = question.source, question.claim
        if source is not None and source.text not in deck.references:
            hint = did_you_mean(source.text, deck.references) or "add it to references.yaml"
            at = question.locate(source)
            yield Problem(at, f'unknown reference "{source.text}"', hint)
        if claim is not None and claim.text not in files.claims:
            hint = did_you_mean(claim.text, files.claims) or f"write claims/{claim.text}.py"
            yield Problem(question.locate(claim), f'unknown claim "{claim.text}"', hint)
        for image in question.images:
            if image.text not in files.media:
                hint = did_you_mean(image.text, files.media) or "put it into media/"
                at = question.locate(image)
                yield Problem(at, f'there is no picture "{image.text}" in media/', hint)


def _check_former_names(linked: _Linked) -> Iterator[Problem]:
    """A former identity belongs to nobody else, now or before."""
    deck = linked.deck
    claimed: dict[str, str] = {}
    yield from _check_former_topics(deck)
    for question in deck.questions.values():
        for name in question.formerly:
            at = question.locate(name)
            old = name.text
            if old in deck.questions:
                message = f'formerly "{old}" is the key of a question of today'
                yield Problem(at, message, "give the newer question another id")
            elif old in claimed:
                message = f'formerly "{old}" is also claimed by "{claimed[old]}"'
                yield Problem(at, message, "history can follow only one of them")
            else:
                claimed[old] = question.key
    for topic in deck.topics.values():
        for former in topic.formerly:
            _follow_topic(deck, former.text, topic.id.text, claimed)
    deck.renames = claimed


def _follow_topic(deck: Deck, old: str, new: str, claimed: dict[str, str]) -> None:
    """All questions of a renamed topic follow it, unless they say otherwise."""
    for question in deck.questions.values():
        if question.topic == new:
            key = f"{old}/{question.id.text}"
            if key not in deck.questions:
                claimed.setdefault(key, question.key)


def _check_former_topics(deck: Deck) -> Iterator[Problem]:
    claimed: dict[str, str] = {}
    for topic in deck.topics.values():
        for name in topic.formerly:
            if name.text in deck.topics:
                message = f'formerly "{name.text}" is a topic of today'
                yield Problem(_at(topic, name), message, "remove it, or rename that topic")
            elif name.text in claimed:
                message = f'formerly "{name.text}" is also claimed by "{claimed[name.text]}"'
                yield Problem(_at(topic, name), message, "only one of them can be right")
            claimed[name.text] = topic.id.text


def _check_retired(linked: _Linked) -> Iterator[Problem]:
    """What is retired is not there any more."""
    deck = linked.deck
    for unit in linked.units:
        for name in unit.retired:
            if name.text in deck.questions or name.text in deck.topics:
                at = Location(unit.path, name.line, name.column)
                message = f'"{name.text}" is retired and still there'
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
            yield warning(at, f'topic "{name}" has no question yet', "it blocks nobody")
        elif "failure-mode" not in kinds[name] and name not in broken:
            hint = "add one of kind failure-mode: when does it fail?"
            yield warning(at, f'topic "{name}" has no failure-mode question', hint)


CHECKS: tuple[Callable[[_Linked], Iterator[Problem]], ...] = (
    _check_whole,
    _check_topic_names,
    _check_self_and_phase,
    _check_implied_edges,
    _check_references,
    _check_former_names,
    _check_retired,
    _check_coverage,
)
