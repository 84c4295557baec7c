"""What a preset may be."""

from typing import Any

import fsrs
import pytest
from fsrs.scheduler import LOWER_BOUNDS_PARAMETERS, UPPER_BOUNDS_PARAMETERS

from scheduler.preset import (
    DEFAULT_PARAMETERS,
    HIGHEST_PARAMETERS,
    LOWEST_PARAMETERS,
    Preset,
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
