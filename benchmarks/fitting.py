"""Parameters of one's own: what a fit costs and gains, and that it does no harm.

`python -m benchmarks.fitting` prints the table learner by learner.
"""

from __future__ import annotations

import csv
import math
import statistics
from dataclasses import dataclass, replace
from datetime import UTC
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, NamedTuple

from benchmarks.timing import Figure, compare, seconds_of
from scheduler.days import StudyCalendar
from scheduler.fitting import Fit, fit_parameters
from scheduler.memory_model import memory_model
from scheduler.preset import DEFAULT_PARAMETERS, HIGHEST_PARAMETERS, LOWEST_PARAMETERS

if TYPE_CHECKING:
    from collections.abc import Iterator

REVLOG = Path(__file__).parents[2] / "shared" / "data" / "revlog.csv"
SIZES = (300, 1_000, 3_000, 10_000)
_LENGTH = 13_000
_FIRST_DAY = 738_000
# How learners differ from the defaults: a stability's logarithm, the other parameters. Assumed, of
# the size of the differences between the fits of many learners.
_SPREAD_OF_STABILITIES = 0.8
_SPREAD = (
    *(0.34, 0.17, 0.36, 0.07, 0.23, 0.11, 0.2, 0.18, 0.05, 0.1),
    *(0.34, 0.15, 0.6, 0.19, 0.19, 0.08, 0.16),
)


class LoggedReview(NamedTuple):
    """One review of a log."""

    card: int
    rating: int
    day: int


Log = list[LoggedReview]


@dataclass(frozen=True, slots=True)
class Learner:
    """A simulated learner: FSRS-6 with other parameters, and what FSRS-6 does not know.

    Attributes:
        spread: how far the parameters are from the defaults; 0: they are the defaults.
        card_noise: how much cards differ in stability, as the deviation of its logarithm.
        drift: how the learner changes over time: "", "linear", "step" or "seasons".
        new_per_day: new cards on most days; thrice as many on others.
        retention: the retrievability at which reviews are due.
        late: how often a review is days late.
    """

    spread: float = 1.0
    card_noise: float = 0.3
    drift: str = ""
    new_per_day: int = 8
    retention: float = 0.9
    late: float = 0.1


LEARNERS = {
    "the defaults": Learner(spread=0, card_noise=0),
    "the defaults, few a day": Learner(spread=0, card_noise=0, new_per_day=2),
    "the defaults, uneven cards": Learner(spread=0, card_noise=0.5),
    "the defaults, with seasons": Learner(spread=0, drift="seasons"),
    "the defaults, then a break in habits": Learner(spread=0, drift="step"),
    "near the defaults": Learner(spread=0.3),
    "near, uneven cards, drifting": Learner(spread=0.3, card_noise=0.6, drift="linear"),
    "near, many a day": Learner(spread=0.3, new_per_day=30),
    "near, at 80 %": Learner(spread=0.3, retention=0.8),
    "typical": Learner(),
    "typical, few a day": Learner(new_per_day=2),
    "typical, uneven cards": Learner(card_noise=0.6),
    "typical, drifting": Learner(drift="linear"),
    "typical, with seasons": Learner(drift="seasons"),
    "typical, often late": Learner(late=0.6),
    "typical, at 95 %": Learner(retention=0.95),
    "far from the defaults": Learner(spread=1.7),
}


def draw_parameters(spread: float, chance: Random) -> tuple[float, ...]:
    """The parameters of a learner who is so far from the defaults."""
    common = chance.gauss(0, _SPREAD_OF_STABILITIES * spread)
    stabilities = sorted(
        default * math.exp(common + chance.gauss(0, _SPREAD_OF_STABILITIES / 2 * spread))
        for default in DEFAULT_PARAMETERS[:4]
    )
    others = [
        default + chance.gauss(0, size * spread)
        for default, size in zip(DEFAULT_PARAMETERS[4:], _SPREAD, strict=True)
    ]
    drawn = zip([*stabilities, *others], LOWEST_PARAMETERS, HIGHEST_PARAMETERS, strict=True)
    return tuple(min(max(value, low), high) for value, low, high in drawn)


def simulate(learner: Learner, seed: int, reviews: int = _LENGTH) -> Log:
    """The log of a learner whose reviews are scheduled with the default parameters."""
    return _Simulation(learner, Random(seed)).run(reviews)


class _Card:
    """A card: what it is to the learner, and what the scheduler believes."""

    def __init__(self, number: int, ease: float) -> None:
        self.number = number
        self.ease = ease
        self.memory: tuple[float, float] | None = None
        self.belief = (0.0, 0.0)
        self.last = 0


class _Simulation:
    """A learner at work."""

    def __init__(self, learner: Learner, chance: Random) -> None:
        self.learner = learner
        self.chance = chance
        self.truth = memory_model(draw_parameters(learner.spread, chance))
        self.scheduler = memory_model(DEFAULT_PARAMETERS)
        self.log: Log = []
        self.due: dict[int, list[_Card]] = {}
        self.cards = 0
        firsts = ((70, 0, 30, 0), (30, 10, 50, 10), (10, 5, 80, 5), (50, 20, 20, 10))
        passes = ((0, 1, 0), (10, 80, 10), (25, 70, 5), (5, 65, 30))
        self.first_ratings = chance.choice(firsts)
        self.passes = chance.choice(passes)
        self.direction = chance.choice((-1, 1))

    def run(self, reviews: int) -> Log:
        day = _FIRST_DAY
        while len(self.log) < reviews:
            day += 1
            if self.chance.random() < 0.1:
                continue
            change = self._change(len(self.log) / reviews, day)
            due = [card for k in sorted(self.due) if k <= day for card in self.due.pop(k)]
            for card in [*due, *self._begin()]:
                self._study(card, day, change)
        return self.log[:reviews]

    def _begin(self) -> list[_Card]:
        count = self.learner.new_per_day * (1 if self.chance.random() < 0.85 else 3)
        self.cards += count
        return [
            _Card(number, math.exp(self.chance.gauss(0, self.learner.card_noise)))
            for number in range(self.cards - count, self.cards)
        ]

    def _change(self, progress: float, day: int) -> float:
        """What the learner's stabilities are multiplied by now."""
        drift = self.learner.drift
        if drift == "linear":
            return math.exp(0.7 * self.direction * (progress - 0.5))
        if drift == "step":
            return math.exp(0.6 * self.direction) if progress > 0.4 else 1.0
        return math.exp(0.4 * math.sin(day / 15)) if drift == "seasons" else 1.0

    def _study(self, card: _Card, day: int, change: float) -> None:
        """The reviews of a card on one day: until it is recalled, or six in vain."""
        elapsed = day - card.last
        if card.memory is None:
            (rating,) = self.chance.choices((1, 2, 3, 4), self.first_ratings)
            card.memory, card.belief = self.truth.begin(rating), self.scheduler.begin(rating)
        else:
            stability = card.memory[0] * card.ease * change
            recalled = self.chance.random() < self.truth.retrievability(stability, elapsed)
            rating = self.chance.choices((2, 3, 4), self.passes)[0] if recalled else 1
            self._rate(card, rating, elapsed)
        self.log.append(LoggedReview(card.number, rating, day))
        for _ in range(6):
            if rating > 1:
                break
            rating = 3 if self.chance.random() < 0.85 else 1
            self._rate(card, rating, 0)
            self.log.append(LoggedReview(card.number, rating, day))
        card.last = day
        self.due.setdefault(day + self._wait(card), []).append(card)

    def _rate(self, card: _Card, rating: int, elapsed: int) -> None:
        assert card.memory is not None
        card.memory = self.truth.review(*card.memory, rating, elapsed)
        card.belief = self.scheduler.review(*card.belief, rating, elapsed)

    def _wait(self, card: _Card) -> int:
        model = self.scheduler
        stretch: float = (self.learner.retention ** (1 / model.decay) - 1) / model.factor
        days = max(round(card.belief[0] * stretch * self.chance.uniform(0.92, 1.08)), 1)
        return days + (self.chance.randint(1, 7) if self.chance.random() < self.learner.late else 0)


def read_real_log(rollover_hour: int = 4) -> Log:
    """The real log, by study days in UTC; empty where it is not there."""
    if not REVLOG.is_file():
        return []
    calendar = StudyCalendar(UTC, rollover_hour)
    with REVLOG.open(encoding="utf-8", newline="") as file:
        rows = sorted(
            (int(row["time_ms"]), int(row["card_id"]), int(row["rating"]))
            for row in csv.DictReader(file)
        )
    return [LoggedReview(card, rating, calendar.day_of(at)) for at, card, rating in rows]


def histories(log: Log) -> list[list[tuple[int, int]]]:
    """A log as the reviews of each card."""
    found: dict[int, list[tuple[int, int]]] = {}
    for card, rating, day in log:
        found.setdefault(card, []).append((rating, day))
    return list(found.values())


class Trial(NamedTuple):
    """A fit to the beginning of a log, held against the rest of it.

    Attributes:
        defaults: the defaults' log-loss on the reviews after the beginning.
        fitted: that of the fit.
    """

    fit: Fit
    defaults: float
    fitted: float

    @property
    def ratio(self) -> float:
        """The fit's loss to the defaults'."""
        return self.fitted / self.defaults


def try_beginning(log: Log, size: int) -> Trial:
    """Fit to the first reviews of a log and predict those that follow."""
    fit = fit_parameters(histories(log[:size]))
    defaults = later_log_loss(log, size, DEFAULT_PARAMETERS)
    fitted = later_log_loss(log, size, fit.parameters) if fit.share else defaults
    return Trial(fit, defaults, fitted)


def later_log_loss(log: Log, size: int, parameters: tuple[float, ...]) -> float:
    """The log-loss of parameters on the reviews after the first so many.

    Written anew here, with the formulas and not the library that fits.
    """
    model = memory_model(parameters)
    memories: dict[int, tuple[float, float, int]] = {}
    losses = []
    for number, (card, rating, day) in enumerate(log):
        if card not in memories:
            memories[card] = (*model.begin(rating), day)
            continue
        stability, difficulty, last = memories[card]
        elapsed = day - last
        if elapsed and number >= size:
            chance = model.retrievability(stability, elapsed)
            losses.append(-math.log(chance if rating > 1 else 1 - chance))
        memories[card] = (*model.review(stability, difficulty, rating, elapsed), day)
    return statistics.fmean(losses)


def measure() -> Iterator[Figure]:
    """Yield the figures of fitting."""
    yield _measure_time()
    real = read_real_log()
    for size in SIZES if real else ():
        trial = try_beginning(real, size)
        yield Figure(
            f"log-loss after {size:,} reviews of the real log: fit / defaults",
            trial.ratio,
            1.01,
            f"{trial.fitted:.4f} against {trial.defaults:.4f}, share {trial.fit.share:g}",
        )
    logs = [simulate(learner, seed) for seed, learner in enumerate(LEARNERS.values())]
    for size in SIZES:
        ratios = [try_beginning(log, size).ratio for log in logs]
        yield Figure(
            f"log-loss after {size:,} reviews, worst of {len(logs)} learners: fit / defaults",
            max(ratios),
            1.01,
            f"mean {statistics.fmean(ratios):.4f}, best {min(ratios):.4f}",
        )


def _measure_time() -> Figure:
    """The time of a fit to 100,000 reviews, validation included, against the library's alone."""
    from fsrs_rs_python import FSRS, FSRSItem, FSRSReview  # noqa: PLC0415 - an extra

    cards = histories(simulate(replace(Learner(), new_per_day=60), 1, 100_000))
    items = []
    for history in cards:
        reviews = []
        last = history[0][1]
        for rating, day in history:
            reviews.append(FSRSReview(rating, day - last))
            if day > last:
                items.append(FSRSItem(reviews))
            last = day
    return compare(
        "fit to 100,000 reviews, validated / the library's bare fit",
        lambda: seconds_of(lambda: fit_parameters(cards)),
        lambda: seconds_of(lambda: FSRS(DEFAULT_PARAMETERS).compute_parameters(items)),
        runs=5,
    )


def main() -> None:
    """Print the table: at each size the share taken and the change of the later log-loss."""
    real = [(f"real log, day from {hour}:00", read_real_log(hour)) for hour in (0, 4, 8, 16)]
    made = (
        (name, simulate(learner, seed)) for seed, (name, learner) in enumerate(LEARNERS.items())
    )
    print(f"{'':<38}" + "".join(f"{size:>18,}" for size in SIZES))
    for name, log in (*real, *made):
        if not log:
            continue
        cells = []
        for size in SIZES:
            trial = try_beginning(log, size)
            cells.append(f"{trial.fit.share:9.3g} {100 * (trial.ratio - 1):+6.2f} %")
        print(f"{name:<38}" + "".join(cells), flush=True)


if __name__ == "__main__":
    main()
