"""Positions of new cards: in order, kept as long as they can be, with room for what comes."""

from collections.abc import Mapping, Sequence
from itertools import combinations, pairwise
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exports.anki.positions import LAST_POSITION, place


@st.composite
def placements(draw: st.DrawFn, last: int) -> tuple[list[str], dict[str, int]]:
    """An order, and positions held by some of it and by others, some of them impossible."""
    order = draw(st.permutations([f"k{number}" for number in range(draw(st.integers(0, 7)))]))
    keys = st.sampled_from([*order, "retired", "gone"])
    return order, draw(st.dictionaries(keys, st.integers(-2, last + 3)))


def keys_of(count: int, name: str = "k") -> list[str]:
    return [f"{name}{number}" for number in range(count)]


def kept(order: Sequence[str], held: Mapping[str, int], positions: Mapping[str, int]) -> set[str]:
    return {key for key in order if held.get(key) == positions[key]}


def can_stay(order: Sequence[str], held: Mapping[str, int], chosen: set[str], last: int) -> bool:
    """Whether all of `chosen` can keep their positions, tried out by giving the least ones."""
    position = 0
    for key in order:
        position = position + 1
        if key in chosen:
            if held[key] < position:
                return False
            position = held[key]
    return position <= last


@given(placements(last=9))
def test_positions_increase_along_the_order_and_stay_in_range(
    case: tuple[list[str], dict[str, int]],
) -> None:
    order, held = case
    positions = place(order, held, last=9)
    assert list(positions) == order
    assert all(a < b for a, b in pairwise(positions[key] for key in order))
    assert all(1 <= position <= 9 for position in positions.values())


@given(placements(last=9))
def test_as_many_stay_as_can_stay(case: tuple[list[str], dict[str, int]]) -> None:
    order, held = case
    staying = [key for key in order if key in held]
    most = max(
        size
        for size in range(len(staying) + 1)
        for chosen in combinations(staying, size)
        if can_stay(order, held, set(chosen), 9)
    )
    assert len(kept(order, held, place(order, held, last=9))) == most


@given(placements(last=LAST_POSITION))
def test_placing_again_changes_nothing(case: tuple[list[str], dict[str, int]]) -> None:
    order, held = case
    positions = place(order, held)
    assert place(order, positions) == positions


@given(placements(last=9), st.randoms(use_true_random=False))
def test_the_order_of_what_is_held_does_not_matter(
    case: tuple[list[str], dict[str, int]], random: Random
) -> None:
    order, held = case
    items = list(held.items())
    random.shuffle(items)
    assert place(order, dict(items), last=9) == place(order, held, last=9)


def test_a_new_deck_leaves_room_between_and_at_the_end() -> None:
    assert list(place(keys_of(3), {}).values()) == [1_000, 2_000, 3_000]


def test_an_insertion_moves_no_other() -> None:
    held = place(keys_of(3), {})
    assert place(["k0", "x", "k1", "y", "z", "k2"], held) == held | {
        "x": 1_500,
        "y": 2_333,
        "z": 2_666,
    }


def test_a_moved_one_goes_between_its_new_neighbours() -> None:
    held = place(keys_of(4), {})
    assert place(["k3", "k0", "k1", "k2"], held) == held | {"k3": 500}


def test_without_room_no_more_are_moved_than_make_some() -> None:
    held = {key: number for number, key in enumerate(keys_of(5), start=500)}
    positions = place(["k0", "k1", "x", "k2", "k3", "k4"], held)
    assert kept(keys_of(5), held, positions) == {"k2", "k3", "k4"}


def test_a_full_range_is_used_to_the_last_position() -> None:
    order = keys_of(9)
    assert list(place(order, {"k3": 9, "k7": 1}, last=9).values()) == list(range(1, 10))


def test_more_notes_than_positions_are_refused() -> None:
    with pytest.raises(ValueError, match="10 notes, but only 9 positions"):
        place(keys_of(10), {}, last=9)


def test_a_hundred_thousand_fit_with_room_everywhere() -> None:
    order = keys_of(100_000)
    held = place(order, {})
    places = [0, *held.values()]
    assert min(b - a for a, b in pairwise(places)) >= 5
    assert places[-1] <= 800_000
    random = Random(1)  # noqa: S311 - a fixed seed
    for key in keys_of(1_000, "new"):
        order.insert(random.randrange(len(order)), key)
    assert len(kept(order, held, place(order, held))) == 100_000


def test_a_deck_that_grows_one_by_one_moves_none_for_long() -> None:
    positions: dict[str, int] = {}
    order: list[str] = []
    for key in keys_of(1_200):
        order.append(key)
        held, positions = positions, place(order, positions)
        assert kept(order, held, positions) == set(held)
