"""What only shows between files: names that nothing bears, phases, areas, files, coverage.

Each check looks at the linked deck and yields what is wrong with it; none of them changes it.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from mlready.content.exercises import check_exercises
from mlready.content.problems import Location, Problem, did_you_mean, quoted, warning

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from mlready.content.deck import Deck, Name, Question, Topic, Unit
    from scheduler.graph import PrerequisiteGraph

NO_QUESTION = "has no question yet"
MAX_ERRORS = 200  # of one check
MAX_PAIRS = 1_000_000  # of topics that are compared with each other


@dataclass(frozen=True, slots=True)
class Attachments:
    """The files beside the YAML that cards may name."""

    media: frozenset[str]
    claims: frozenset[str]


@dataclass(slots=True)
class Linked:
    """The deck in the making, and what the checks look at.

    Attributes:
        absent: Topics of which a file of questions is left out.
    """

    deck: Deck
    units: list[Unit]
    attachments: Attachments
    graph: PrerequisiteGraph
    absent: frozenset[str] = frozenset()


def run_checks(linked: Linked) -> Iterator[Problem]:
    """Everything that the checks find."""
    for check in CHECKS:
        yield from limit_errors(check(linked))


def limit_errors(problems: Iterator[Problem]) -> Iterator[Problem]:
    """The problems, up to so many errors; a warning never hides an error."""
    errors = 0
    for problem in problems:
        yield problem
        errors += problem.is_error
        if errors == MAX_ERRORS:
            return


def place_of(topic: Topic, name: Name) -> Location:
    """Where a word of a topic stands."""
    return Location(topic.path, name.line, name.column)


def _check_whole(linked: Linked) -> Iterator[Problem]:
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


def _check_topic_names(linked: Linked) -> Iterator[Problem]:
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


def _check_phases(linked: Linked) -> Iterator[Problem]:
    """No prerequisite lies in a later phase, and none is named twice."""
    deck = linked.deck
    for topic in deck.topics.values():
        seen: set[str] = set()
        for name in topic.prerequisites:
            if name.text in seen:
                message = f"{quoted(name.text)} is listed twice"
                yield warning(place_of(topic, name), message, "remove one of the two")
            seen.add(name.text)
            other = deck.topics.get(name.text)
            if other is not None and other.phase > topic.phase:
                message = (
                    f"{quoted(topic.id.text)} (phase {topic.phase}) rests on "
                    f"{quoted(name.text)}, which comes later (phase {other.phase})"
                )
                yield Problem(
                    place_of(topic, name), message, "move one of the two, or cut the edge"
                )


def _check_areas(linked: Linked) -> Iterator[Problem]:
    """Every area that is named exists; nobody can say so where deck.yaml is broken."""
    info = linked.deck.info
    for topic in linked.deck.topics.values():
        if info.id and topic.area and topic.area.text not in info.areas:
            hint = did_you_mean(topic.area.text, info.areas) or "add it to deck.yaml"
            message = f"unknown area {quoted(topic.area.text)}"
            yield Problem(place_of(topic, topic.area), message, hint)


def _check_implied_edges(linked: Linked) -> Iterator[Problem]:
    """An edge that a longer path already implies says nothing."""
    if sum(len(t.prerequisites) ** 2 for t in linked.deck.topics.values()) > MAX_PAIRS:
        return
    for topic_id, prerequisite, via in linked.graph.implied_edges():
        topic = linked.deck.topics[topic_id]
        name = next(n for n in topic.prerequisites if n.text == prerequisite)
        message = f"{quoted(prerequisite)} is already implied by {quoted(via)}"
        yield warning(place_of(topic, name), message, "remove it from prerequisites")


def _check_requires(linked: Linked) -> Iterator[Problem]:
    """What a question requires lies beyond its topic's foundations, and not on top of them."""
    deck, graph = linked.deck, linked.graph
    asking = [question for question in deck.questions.values() if question.requires]
    if len({question.topic for question in asking}) * len(deck.topics) > MAX_PAIRS:
        return

    @cache
    def closure(topic: str) -> frozenset[str]:
        return graph.closure([topic])

    for question in asking:
        for name in question.requires:
            if name.text in deck.topics:
                yield from _compare_required(question, name, closure)


def _compare_required(
    question: Question, name: Name, closure: Callable[[str], frozenset[str]]
) -> Iterator[Problem]:
    topic, required, at = question.topic, name.text, question.locate(name)
    if required in closure(topic):
        message = f"{quoted(required)} is already implied by the topic {quoted(topic)}"
        yield warning(at, message, "remove it from requires")
    elif topic in closure(required):
        message = f"{quoted(required)} rests on {quoted(topic)}, this question's own topic"
        yield warning(at, message, f"move the question to {quoted(required)}")


def _check_references(linked: Linked) -> Iterator[Problem]:
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


def _check_retired(linked: Linked) -> Iterator[Problem]:
    """What is retired is not there any more."""
    deck = linked.deck
    for unit in linked.units:
        for name in unit.retired:
            if name.text in deck.questions or name.text in deck.topics:
                at = Location(unit.path, name.line, name.column)
                message = f"{quoted(name.text)} is retired and still there"
                yield Problem(at, message, "delete it, or take it off the list")


def _check_coverage(linked: Linked) -> Iterator[Problem]:
    """Each topic has questions, and one of them says how it fails."""
    kinds: dict[str, set[str]] = {}
    for unit in linked.units:
        if unit.topic is not None and (unit.is_broken or unit.questions):
            kinds.setdefault(unit.topic.text, set())
        for question in unit.questions:
            kinds.setdefault(question.topic, set()).add(question.kind)
    broken = {u.topic.text for u in linked.units if u.topic is not None and u.is_broken}
    for topic in linked.deck.topics.values():
        name, at = topic.id.text, place_of(topic, topic.id)
        if name not in kinds:
            yield warning(at, f"topic {quoted(name)} {NO_QUESTION}", "it blocks nobody")
        elif "failure-mode" not in kinds[name] and name not in broken:
            hint = "add one of kind failure-mode: when does it fail?"
            yield warning(at, f"topic {quoted(name)} has no failure-mode question", hint)


CHECKS: tuple[Callable[[Linked], Iterator[Problem]], ...] = (
    _check_whole,
    _check_topic_names,
    _check_phases,
    _check_areas,
    _check_implied_edges,
    _check_requires,
    check_exercises,
    _check_references,
    _check_retired,
    _check_coverage,
)
