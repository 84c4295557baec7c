"""What a preset may be."""

from math import exp
from typing import Any

import fsrs
import pytest
from fsrs.scheduler import LOWER_BOUNDS_PARAMETERS, UPPER_BOUNDS_PARAMETERS
from hypothesis import given
from hypothesis import strategies as st

from scheduler.memory_model import memory_model
from scheduler.preset import (
    DEFAULT_PARAMETERS,
    HIGHEST_PARAMETERS,
    LOWEST_PARAMETERS,
    Preset,
    convert_parameters,
)

# The defaults of the older versions.
FSRS_4_5 = (
    *(0.4197, 1.1869, 3.0412, 15.2441, 7.1434, 0.6477, 1.0007, 0.0674, 1.6597),
    *(0.1712, 1.1178, 2.0225, 0.0904, 0.3025, 2.1214, 0.2498, 2.9466),
)
FSRS_5 = (
    *(0.40255, 1.18385, 3.173, 15.69105, 7.1949, 0.5345, 1.4604, 0.0046, 1.54575, 0.1192),
    *(1.01925, 1.9395, 0.11, 0.29605, 2.2698, 0.2315, 2.9898, 0.51655, 0.6621),
)


def test_defaults_are_those_of_fsrs() -> None:
    theirs = fsrs.Scheduler()
    ours = Preset()
    assert ours.parameters == theirs.parameters
    assert ours.desired_retention == theirs.desired_retention
    assert ours.maximum_interval == theirs.maximum_interval
    assert ours.learning_steps == tuple(s.total_seconds() for s in theirs.learning_steps)
    assert ours.relearning_steps == tuple(s.total_seconds() for s in theirs.relearning_steps)


def test_bounds_are_those_of_fsrs() -> None:
    assert LOWEST_PARAMETERS == LOWER_BOUNDS_PARAMETERS
    assert HIGHEST_PARAMETERS == UPPER_BOUNDS_PARAMETERS


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        (
            {"desired_retention": 1.0},
            "desired_retention is 1.0; it must be from 0.7 to 0.99",
        ),
        ({"desired_retention": float("nan")}, "desired_retention is nan; "),
        (
            {"desired_retention": "high"},
            "desired_retention is 'high'; it must be a number from 0.7 to 0.99",
        ),
        (
            {"maximum_interval": 0},
            "maximum_interval is 0; it must be from 1 to 36500",
        ),
        (
            {"new_per_day": 2.5},
            "new_per_day is 2.5; it must be a whole number from 0 to 100000",
        ),
        ({"reviews_per_day": -1}, "reviews_per_day is -1; it must be from 0 to 100000"),
        ({"reviews_per_day": True}, "reviews_per_day is True; it must be a whole number"),
        (
            {"minutes_per_day": 1441},
            "minutes_per_day is 1441; it must be from 0.0 to 1440.0",
        ),
        ({"leech_threshold": 0}, "leech_threshold is 0; it must be from 1 to 1000"),
        (
            {"learning_steps": (60, 0)},
            "learning_steps[1] is 0; it must be from 1 to 604800",
        ),
        (
            {"relearning_steps": [600]},
            "relearning_steps is [600]; it must be a tuple of seconds",
        ),
        ({"parameters": (1.0,)}, "parameters is (1.0,); it must be a tuple of 21 numbers"),
        (
            {"parameters": (0.0, *DEFAULT_PARAMETERS[1:])},
            "parameters[0] is 0.0; it must be from 0.001 to 100.0",
        ),
        (
            {"fuzz": "no"},
            "fuzz is 'no'; it must be True or False",
        ),
    ],
)
def test_bad_setting_is_named_with_its_value_and_range(
    settings: dict[str, Any], message: str
) -> None:
    with pytest.raises(ValueError) as caught:  # noqa: PT011 - the text is checked
        Preset(**settings)
    assert str(caught.value).startswith(message)


def test_edges_are_allowed() -> None:
    Preset(
        learning_steps=(),
        relearning_steps=(604_800,),
        new_per_day=0,
        reviews_per_day=0,
        minutes_per_day=0,
        parameters=LOWEST_PARAMETERS,
        fuzz=False,
    )


def test_parameters_of_fsrs_6_are_not_converted() -> None:
    assert convert_parameters(DEFAULT_PARAMETERS) == DEFAULT_PARAMETERS


def test_parameters_of_fsrs_5_get_the_former_curve() -> None:
    assert convert_parameters(FSRS_5) == (*FSRS_5, 0.0, 0.5)


def test_parameters_of_fsrs_4_5_keep_the_difficulties_of_again_and_easy() -> None:
    converted = convert_parameters(FSRS_4_5)
    again, easy = (converted[4] - exp(converted[5] * (rating - 1)) + 1 for rating in (1, 4))
    assert again == pytest.approx(FSRS_4_5[4] + 2 * FSRS_4_5[5])
    assert easy == pytest.approx(FSRS_4_5[4] - FSRS_4_5[5])
    assert converted[:4] == FSRS_4_5[:4]
    assert converted[7:] == (*FSRS_4_5[7:], 0.0, 0.0, 0.0, 0.5)


@pytest.mark.parametrize("count", [0, 1, 16, 18, 20, 22])
def test_other_counts_are_refused(count: int) -> None:
    with pytest.raises(ValueError, match=f"is {count}; FSRS-6 has 21"):
        convert_parameters([1.0] * count)


@pytest.mark.parametrize("number", [-1.0, float("nan"), float("inf")])
def test_numbers_that_no_fsrs_4_5_has_are_refused(number: float) -> None:
    with pytest.raises(ValueError, match=r"parameters\[5\] is .*; it must be from 0.001 to 5.0"):
        convert_parameters((*FSRS_4_5[:5], number, *FSRS_4_5[6:]))


# The numbers that the optimizers of FSRS-4.5 could return.
RANGES_4_5 = (
    *((0.1, 100.0),) * 4,
    *((1.0, 10.0), (0.1, 5.0), (0.1, 5.0), (0.0, 0.75), (0.0, 3.0), (0.1, 0.8), (0.01, 2.5)),
    *((0.5, 5.0), (0.01, 0.2), (0.01, 0.9), (0.01, 2.0), (0.0, 1.0), (1.0, 4.0)),
)
HISTORY = ((4, 0), (3, 0), (3, 8), (1, 30), (2, 0), (3, 5))
RANGES_5 = tuple(zip(LOWEST_PARAMETERS[:19], HIGHEST_PARAMETERS[:19], strict=True))


@given(
    st.tuples(*(st.floats(low, high) for low, high in RANGES_4_5))
    | st.tuples(*(st.floats(low, high) for low, high in RANGES_5))
    | st.sampled_from((FSRS_4_5, FSRS_5))
)
def test_conversion_is_that_of_fsrs_rs(older: tuple[float, ...]) -> None:
    reason = "fsrs-rs-python, which comes with [dev], is not installed"
    rs = pytest.importorskip("fsrs_rs_python", reason=reason)
    filled = rs.check_and_fill_parameters(older)
    # It does not clip yet; its model does, before it computes with them.
    bounds = zip(filled, LOWEST_PARAMETERS, HIGHEST_PARAMETERS, strict=True)
    clipped = [min(max(number, low), high) for number, low, high in bounds]
    converted = convert_parameters(older)
    assert Preset(parameters=converted).parameters == converted
    assert converted == pytest.approx(clipped, rel=1e-6, abs=1e-7)
    reviews = [rs.FSRSReview(rating, gap) for rating, gap in HISTORY]
    theirs = rs.FSRS(list(older)).memory_state(rs.FSRSItem(reviews))
    model = memory_model(converted)
    memory = model.begin(HISTORY[0][0])
    for rating, gap in HISTORY[1:]:
        memory = model.review(*memory, rating, gap)
    assert memory == pytest.approx((theirs.stability, theirs.difficulty), rel=1e-3)
