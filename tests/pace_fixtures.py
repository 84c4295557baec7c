"""Learners who take their time, made up and real, for tests of what is learnt of it."""

from __future__ import annotations

import csv
from collections import defaultdict
from math import exp
from pathlib import Path
from random import Random
from typing import NamedTuple

from scheduler.fsrs_adapter import answer
from scheduler.memory import NEW, Memory, Rating, State, shape_curve
from scheduler.pace import Showing, gather_work, learn_pace
from scheduler.preset import DEFAULT_PARAMETERS, Preset

REAL_LOG = Path(__file__).parents[2] / "shared" / "data" / "revlog.csv"
KINDS = ("definition", "statement", "derivation", "computation", "intuition", "example")
_HOUR_MS, _DAY_MS = 3_600_000, 86_400_000


class Timed(NamedTuple):
    """A showing, and how much of its time was study."""

    showing: Showing
    studied: float


class Prediction(NamedTuple):
    """One card of a day: the seconds that were predicted of it, counted, and studied."""

    predicted: float
    counted: float
    studied: float


def simulate(
    seed: int, factor: float, *, days: int = 40, minutes: float = 30, breaks: float = 0.015
) -> list[Timed]:
    """A learner's showings: log-normal times by kind, breaks, and growing speed.

    Args:
        seed: of all that is left to chance.
        factor: how many times as long as others the learner takes at first.
        days: study days.
        minutes: of study on each.
        breaks: how often the learner goes away for 10 to 60 minutes with a card on the screen.
    """
    random = Random(seed)  # noqa: S311 - for tests
    usual = {kind: random.lognormvariate(3.3, 0.5) for kind in KINDS}
    spread = random.uniform(0.4, 0.8)
    found: list[Timed] = []
    for day in range(days):
        speed = factor * exp(-0.4 * day / days) * random.lognormvariate(0, 0.06)
        spent, card = 0.0, 1_000 * day
        while spent < minutes * 60:
            card += 1
            kind = random.choice(KINDS)
            state = State.NEW if random.random() < 0.2 else State.REVIEW
            for before, after in _showings_of(random, state):
                longer = 1.6 if before == State.NEW else 0.7 if before != State.REVIEW else 1.0
                middle = usual[kind] * speed * longer
                studied = middle * random.lognormvariate(-(spread**2) / 2, spread)
                spent += studied
                away = random.uniform(600, 3600) if random.random() < breaks else 0.0
                shown = Showing(card, day, kind, before, after, studied + away, 0.9)
                found.append(Timed(shown, studied))
    return found


def _showings_of(random: Random, state: State) -> list[tuple[State, State]]:
    """The states before and after each showing of a card on a day."""
    if state == State.REVIEW and random.random() < 0.9:
        return [(State.REVIEW, State.REVIEW)]
    steps = State.RELEARNING if state == State.REVIEW else State.LEARNING
    number = 1 if steps == State.RELEARNING else random.choice((1, 2, 2, 3, 5))
    return [(state, steps), *[(steps, steps)] * (number - 1), (steps, State.REVIEW)]


def read_real_log() -> list[Timed]:
    """The showings of the learner whose log there is, with the states that FSRS makes of it."""
    preset = Preset(fuzz=False)
    factor, decay = shape_curve(DEFAULT_PARAMETERS)
    memories: dict[int, Memory] = {}
    found: list[Timed] = []
    with REAL_LOG.open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            card, at = int(row["card_id"]), int(row["time_ms"])
            day = (at + 4 * _HOUR_MS) // _DAY_MS  # it begins at 20:00 UTC, 4:00 where they live
            before = memories.get(card, NEW)
            after = answer(before, Rating(int(row["rating"])), at, day, preset, card)
            memories[card] = after
            chance = None
            if before.state == State.REVIEW and before.stability and before.last_day is not None:
                chance = (1 + factor * (day - before.last_day) / before.stability) ** decay
            seconds = int(row["duration_ms"]) / 1000
            shown = Showing(card, day, "", before.state, after.state, seconds, chance)
            found.append(Timed(shown, seconds))
    return found


def replay(timed: list[Timed]) -> list[list[Prediction]]:
    """Each day's cards, as a pace learnt from the days before predicts them."""
    days: dict[int, list[Timed]] = defaultdict(list)
    for one in timed:
        days[one.showing.day].append(one)
    history: list[Showing] = []
    found = []
    for day in sorted(days):
        pace = learn_pace(gather_work(history[-5_000:]))
        cards: dict[int, list[Timed]] = defaultdict(list)
        for one in days[day]:
            cards[one.showing.card_id].append(one)
        predictions = []
        for ones in cards.values():
            first = ones[0].showing
            known = first.retrievability
            predictions.append(
                Prediction(
                    pace.seconds(first.kind, first.state, 0.9 if known is None else known),
                    sum(pace.counted_seconds(o.showing.seconds, o.showing.kind) for o in ones),
                    sum(o.studied for o in ones),
                )
            )
        found.append(predictions)
        history += [one.showing for one in days[day]]
    return found


def ratios_of_blocks(
    days: list[list[Prediction]], *, after: float, minutes: float = 20
) -> list[float]:
    """Study time / predicted time over blocks of so many predicted minutes.

    Args:
        days: what `replay` found.
        after: hours of study that come before the first block.
        minutes: of each block.
    """
    found: list[float] = []
    before = predicted = studied = 0.0
    for prediction in [p for day in days for p in day]:
        before += prediction.studied
        if before < after * 3600:
            continue
        predicted += prediction.predicted
        studied += prediction.studied
        if predicted >= minutes * 60:
            found.append(studied / predicted)
            predicted = studied = 0.0
    return found
