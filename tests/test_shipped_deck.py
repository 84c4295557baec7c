"""What the deck that ships promises: no mistake, the whole graph, four goals reachable."""

from __future__ import annotations

import json
from functools import cache
from typing import TYPE_CHECKING

import pytest

from mlready.content.compiling import compile_folder
from mlready.content.folder import read_folder
from mlready.content.json_schema import schema_for
from mlready.store.location import shipped_deck
from scheduler.graph import build_graph

if TYPE_CHECKING:
    from mlready.content.deck import Deck

GOALS = (
    "hoeffdings-inequality",
    "bias-variance-decomposition",
    "backpropagation",
    "scaled-dot-product-attention",
)


@cache
def load() -> Deck:
    return compile_folder(read_folder(shipped_deck()))[0]


def test_the_only_thing_missing_is_questions() -> None:
    other = [p for p in load().problems if "has no question yet" not in p.message]
    assert other == []


def test_the_graph_is_whole() -> None:
    deck = load()
    assert len(deck.info.phases) == 5
    assert {topic.phase for topic in deck.topics.values()} == {1, 2, 3, 4, 5}
    assert len(deck.topics) == 160


@pytest.mark.parametrize("goal", GOALS)
def test_a_goal_can_be_reached(goal: str) -> None:
    """Every topic of the closure has four questions, one of which says how it fails."""
    deck = load()
    by_topic: dict[str, list[str]] = {}
    for question in deck.questions.values():
        by_topic.setdefault(question.topic, []).append(question.kind)
        assert question.body is not None
        assert len(question.body.must_mention) >= 2, question.key
        assert question.source is not None, question.key
        assert question.source_at, question.key
    for topic in build_graph(deck.prerequisites()).closure([goal]):
        assert len(by_topic.get(topic, [])) >= 4, topic
        assert "failure-mode" in by_topic[topic], topic


@pytest.mark.parametrize("name", ["deck", "references", "topics", "questions"])
def test_the_schemas_beside_the_deck_are_those_of_the_compiler(name: str) -> None:
    text = (shipped_deck() / "schema" / f"{name}.json").read_text(encoding="utf-8")
    assert json.loads(text) == schema_for(name), "run: mlready schema --write DIR"


def test_every_file_names_its_schema() -> None:
    root = shipped_deck()
    for path in root.rglob("*.yaml"):
        first = path.read_text(encoding="utf-8").splitlines()[0]
        schema = first.removeprefix("# yaml-language-server: $schema=")
        assert (path.parent / schema).is_file(), path
