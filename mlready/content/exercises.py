"""Whether the questions that an answer exercises are there, and lie beneath it."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from mlready.content.deck_shapes import SLUG
from mlready.content.problems import Problem, did_you_mean, quoted, warning

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from mlready.content.checks import Linked
    from mlready.content.deck import Deck, Name, Question

MAX_PAIRS = 1_000_000  # of topics that are compared with each other


def check_exercises(linked: Linked) -> Iterator[Problem]:
    """Every question that is named exists, once, and lies beneath the one that names it.

    Of two that exercise each other, the later one is warned of.
    """
    deck, graph = linked.deck, linked.graph
    asking = [question for question in deck.questions.values() if question.exercises]
    # What a broken file holds is not known well enough to miss a question of it.
    unsure = linked.absent | {u.topic.text for u in linked.units if u.topic and u.is_broken}
    is_small = len({question.topic for question in asking}) * len(deck.topics) <= MAX_PAIRS

    @cache
    def closure(topic: str) -> frozenset[str]:
        # An unknown topic in requires is a mistake that is named already.
        return graph.closure([topic] if topic in deck.topics else deck.topics)

    named: set[tuple[str, str]] = set()  # question, what it exercises
    for question in asking:
        seen: set[str] = set()
        for name in question.exercises:
            if name.text in seen:
                message = f"{quoted(name.text)} is listed twice"
                yield warning(question.locate(name), message, "remove one of the two")
            elif (name.text, question.key) in named:
                message = f"{quoted(name.text)} and {quoted(question.key)} exercise each other"
                hint = "keep it with the one whose answer rests on the other"
                yield warning(question.locate(name), message, hint)
            elif name.text in deck.questions:
                yield from _check_beneath(question, name, closure if is_small else None)
            elif name.text.partition("/")[0] not in unsure and _is_key(name.text):
                message = f"unknown question {quoted(name.text)} in exercises"
                yield Problem(question.locate(name), message, _find_meant(deck, name.text))
            seen.add(name.text)
            named.add((question.key, name.text))


def _is_key(text: str) -> bool:
    """Whether it is a key; what is none is a mistake that is named already."""
    return re.fullmatch(f"{SLUG}/{SLUG}", text) is not None


def _find_meant(deck: Deck, key: str) -> str:
    """A hint: what the question is called today, or the nearest key of the same topic."""
    topic, _, name = key.partition("/")
    if key in deck.renames:
        return f"it is called {quoted(deck.renames[key])} now"
    if key in deck.retired:
        return "it was retired: remove it from exercises"
    if topic in deck.topics:
        return did_you_mean(key, [k for k in deck.questions if k.startswith(f"{topic}/")])
    return did_you_mean(key, [k for k in deck.questions if k.endswith(f"/{name}")])


def _check_beneath(
    question: Question, name: Name, closure: Callable[[str], frozenset[str]] | None
) -> Iterator[Problem]:
    """It is another question, of a topic that is beneath this one's.

    Args:
        question: The question that names it.
        name: Where it is named.
        closure: All that a topic rests on; None where asking would take too long.
    """
    if name.text == question.key:
        message = f"{quoted(name.text)} exercises itself"
        yield Problem(question.locate(name), message, "name what the answer rests on")
        return
    topic = name.text.partition("/")[0]
    roots = [question.topic, *(required.text for required in question.requires)]
    if closure is None or any(topic in closure(root) for root in roots):
        return
    message = f"{quoted(name.text)} does not lie beneath {quoted(question.key)}"
    hint = f"add {quoted(topic)} to requires, or remove the question from exercises"
    yield warning(question.locate(name), message, hint)
