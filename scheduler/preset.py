"""A preset: the settings that a deck is scheduled with, and what each may be."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

# FSRS-6: https://github.com/open-spaced-repetition/awesome-fsrs/wiki/The-Algorithm
DEFAULT_PARAMETERS: Final = (
    *(0.212, 1.2931, 2.3065, 8.2956, 6.4133, 0.8334, 3.0194),
    *(0.001, 1.8722, 0.1666, 0.796, 1.4835, 0.0614, 0.2629),
    *(1.6483, 0.6014, 1.8729, 0.5425, 0.0912, 0.0658, 0.1542),
)
LOWEST_PARAMETERS: Final = (
    *(0.001, 0.001, 0.001, 0.001, 1.0, 0.001, 0.001),
    *(0.001, 0.0, 0.0, 0.001, 0.001, 0.001, 0.001),
    *(0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 0.1),
)
HIGHEST_PARAMETERS: Final = (
    *(100.0, 100.0, 100.0, 100.0, 10.0, 4.0, 4.0),
    *(0.75, 4.5, 0.8, 3.5, 5.0, 0.25, 0.9),
    *(4.0, 1.0, 6.0, 2.0, 2.0, 0.8, 0.8),
)
_LONGEST_STEP = 7 * 86_400


@dataclass(frozen=True, slots=True)
class Preset:
    """How cards are scheduled.

    Attributes:
        desired_retention: The retrievability at which a review is due.
        learning_steps: Waits of a new card before its first review, in seconds.
        relearning_steps: Waits of a forgotten card, in seconds.
        maximum_interval: The longest interval, in days.
        parameters: The 21 parameters of FSRS-6.
        fuzz: Whether intervals are spread, so that cards learnt together part.
        new_per_day: New cards begun on a study day, at most.
        reviews_per_day: Reviews on a study day, at most; learning does not count.
        minutes_per_day: Expected study time of a study day, at most; None: no limit.
        leech_threshold: Lapses at which a card is called a leech.
    """

    desired_retention: float = 0.9
    learning_steps: tuple[int, ...] = (60, 600)
    relearning_steps: tuple[int, ...] = (600,)
    maximum_interval: int = 36_500
    parameters: tuple[float, ...] = DEFAULT_PARAMETERS
    fuzz: bool = True
    new_per_day: int = 20
    reviews_per_day: int = 200
    minutes_per_day: float | None = None
    leech_threshold: int = 8

    def __post_init__(self) -> None:
        """Check every setting.

        Raises:
            ValueError: Names the setting, its value and what it may be.
        """
        _require("desired_retention", self.desired_retention, 0.7, 0.99)
        _require("maximum_interval", self.maximum_interval, 1, 36_500)
        _require("new_per_day", self.new_per_day, 0, 100_000)
        _require("reviews_per_day", self.reviews_per_day, 0, 100_000)
        _require("leech_threshold", self.leech_threshold, 1, 1_000)
        if self.minutes_per_day is not None:
            _require("minutes_per_day", self.minutes_per_day, 0.0, 1440.0)
        if not isinstance(self.fuzz, bool):
            message = f"fuzz is {self.fuzz!r}; it must be True or False"
            raise ValueError(message)  # noqa: TRY004 - one error for all bad settings
        _require_steps("learning_steps", self.learning_steps)
        _require_steps("relearning_steps", self.relearning_steps)
        _require_parameters(self.parameters)


def _require(field: str, value: float, low: float, high: float) -> None:
    """Refuse a number outside its range, or not whole where its range is whole."""
    types = (int, float) if isinstance(low, float) else int
    if isinstance(value, bool) or not isinstance(value, types):
        kind = "a number" if isinstance(low, float) else "a whole number"
    elif low <= value <= high:
        return
    else:
        kind = ""
    allowed = f"{kind} from {low} to {high}".lstrip()
    message = f"{field} is {value!r}; it must be {allowed}"
    raise ValueError(message)


def _require_steps(field: str, steps: tuple[int, ...]) -> None:
    """Refuse steps that are not a tuple of sensible waits."""
    if not isinstance(steps, tuple):
        message = f"{field} is {steps!r}; it must be a tuple of seconds"
        raise ValueError(message)  # noqa: TRY004 - one error for all bad settings
    for index, step in enumerate(steps):
        _require(f"{field}[{index}]", step, 1, _LONGEST_STEP)


def _require_parameters(parameters: tuple[float, ...]) -> None:
    """Refuse parameters that FSRS-6 would not compute with."""
    if not isinstance(parameters, tuple) or len(parameters) != 21:
        message = f"parameters is {parameters!r}; it must be a tuple of 21 numbers"
        raise ValueError(message)
    bounds = zip(LOWEST_PARAMETERS, HIGHEST_PARAMETERS, strict=True)
    for index, (value, (low, high)) in enumerate(zip(parameters, bounds, strict=True)):
        _require(f"parameters[{index}]", value, low, high)
