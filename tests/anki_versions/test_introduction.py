"""The order in which a learner meets new cards, in each version of Anki."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.anki_versions.conftest import Author
from tests.anki_versions.decks import (
    TRAIL_PHASES,
    TRAIL_TITLE,
    out_of_order,
    trail,
    trail_graph,
)

if TYPE_CHECKING:
    from tests.anki_versions.conftest import Anki, Export

CARDS, A_DAY = 5 * len(trail_graph()), 20


@pytest.fixture(scope="session", params=["forwards", "backwards"])
def packages(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> list[Export]:
    """A deck, and the same with a topic put between others; whatever the order of its files."""
    backwards = request.param == "backwards"
    folder = tmp_path_factory.mktemp(request.param)
    author = Author(folder, trail(trail_graph(), backwards=backwards))
    first = author.export(day=0)
    author.write(trail(trail_graph(with_bridge=True), backwards=backwards))
    return [first, author.export(day=1)]


def firsts(cards: list[tuple[str, int]]) -> list[tuple[str, int]]:
    """Without all but the first card of each note."""
    return [(key, ordinal) for key, ordinal in cards if ordinal == 0]


def flat(days: list[list[tuple[str, int]]]) -> list[tuple[str, int]]:
    return [card for day in days for card in day]


def test_foundations_come_first(anki: Anki, packages: list[Export]) -> None:
    """With Anki's own preset, which shows all first cards of a day before all second ones."""
    anki.put(packages[0])
    days = anki.study_days(TRAIL_TITLE, CARDS // A_DAY + 1)
    assert [len(day) for day in days] == [A_DAY] * (CARDS // A_DAY) + [0]
    met = flat(days)
    assert len(set(met)) == CARDS
    assert not out_of_order(firsts(met), trail_graph())
    # Siblings, too, come in the order of their numbers.
    places = {card: place for place, card in enumerate(met)}
    assert all(places[key, n - 1] < place for (key, n), place in places.items() if n)


def test_every_card_comes_after_those_it_rests_on(anki: Anki, packages: list[Export]) -> None:
    """With the preset that the package brings."""
    anki.put(packages[0], with_deck_configs=True)
    met = flat(anki.study_days(TRAIL_TITLE, CARDS // A_DAY))
    assert len(set(met)) == CARDS
    assert not out_of_order(met, trail_graph())
    places = {card: place for place, card in enumerate(met)}
    for key, ordinal in met:
        assert places[key, ordinal] == places[key, 0] + ordinal


def test_a_topic_put_between_others_takes_its_place(anki: Anki, packages: list[Export]) -> None:
    anki.put(packages[0])
    met = flat(anki.study_days(TRAIL_TITLE, 1))
    graph = trail_graph(with_bridge=True)
    assert anki.put(packages[1])["new"] == 3
    met += flat(anki.study_days(TRAIL_TITLE, CARDS // A_DAY + 1))
    assert len(set(met)) == CARDS + 5
    assert not out_of_order(firsts(met), graph)


def test_phases_are_decks_in_order(anki: Anki, packages: list[Export]) -> None:
    anki.put(packages[0])
    names = [f"{TRAIL_TITLE}::{n} {title}" for n, title in enumerate(TRAIL_PHASES, start=1)]
    assert [name for name in anki.decks() if name != "Default"] == [TRAIL_TITLE, *names]
