"""A preset: the settings that a deck is scheduled with, and what each may be."""

from __future__ import annotations

from dataclasses import dataclass
from math import log
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

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
# FSRS-4.5 keeps its initial difficulty and its changes in 4 to 7, in other ranges than FSRS-6.
_LOWEST_OF_17: Final = (*LOWEST_PARAMETERS[:7], 0.0, *LOWEST_PARAMETERS[8:17])
_HIGHEST_OF_17: Final = (*HIGHEST_PARAMETERS[:5], 5.0, 5.0, *HIGHEST_PARAMETERS[7:17])
# Before FSRS-6 the forgetting curve had one shape for all: R = (1 + 19/81 t / S) ** -0.5.
_FORMER_DECAY: Final = 0.5
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


def convert_parameters(parameters: Sequence[float]) -> tuple[float, ...]:
    """Return the 21 parameters of FSRS-6 that stand for those of an older version.

    FSRS-5 (19 numbers) lacks the shape of the forgetting curve and what stability takes off the
    gain of a review on the same day. FSRS-4.5 (17) has no such gain at all, and an initial
    difficulty that is linear in the rating: the curve of FSRS-6 meets that line at Again and at
    Easy. These rules, and the clipping of what FSRS-6 has no room for, are those of fsrs-rs, which
    Anki uses: https://github.com/open-spaced-repetition/fsrs-rs

    Args:
        parameters: 17, 19 or 21 numbers; 21 are returned as they are.

    Raises:
        ValueError: They are of no known number, or one of 17 is not legal in FSRS-4.5.
    """
    if len(parameters) == 21:
        return tuple(parameters)
    if len(parameters) == 19:
        return (*parameters, 0.0, _FORMER_DECAY)
    if len(parameters) != 17:
        known = "FSRS-6 has 21, FSRS-5 has 19, FSRS-4.5 has 17"
        raise ValueError(f"the count of numbers is {len(parameters)}; {known}")
    _require_bounds(parameters, _LOWEST_OF_17, _HIGHEST_OF_17)
    initial, slope, change, reversion = parameters[4:8]
    converted = (initial + 2 * slope, log(1 + 3 * slope) / 3, change + 0.5, reversion)
    bounds = zip(converted, LOWEST_PARAMETERS[4:8], HIGHEST_PARAMETERS[4:8], strict=True)
    clipped = (min(max(number, low), high) for number, low, high in bounds)
    return (*parameters[:4], *clipped, *parameters[8:], 0.0, 0.0, 0.0, _FORMER_DECAY)


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
    _require_bounds(parameters, LOWEST_PARAMETERS, HIGHEST_PARAMETERS)


def _require_bounds(
    parameters: Sequence[float], lowest: Sequence[float], highest: Sequence[float]
) -> None:
    """Refuse a parameter outside its range."""
    rows = zip(parameters, lowest, highest, strict=True)
    for index, (value, low, high) in enumerate(rows):
        _require(f"parameters[{index}]", value, low, high)
