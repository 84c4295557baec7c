"""Hoeffding's bound dominates exact tails; the constant 2 cannot be raised to 3."""

import math
import random
from itertools import product


def _tail(ranges: list[tuple[float, float]], probs: list[float], t: float) -> float:
    """Exact upper tail at t of a centred sum of independent two-point variables."""
    mean = sum(a + p * (b - a) for (a, b), p in zip(ranges, probs, strict=True))
    total = 0.0
    for ups in product((False, True), repeat=len(probs)):
        value, weight = 0.0, 1.0
        for up, (a, b), p in zip(ups, ranges, probs, strict=True):
            value += b if up else a
            weight *= p if up else 1.0 - p
        if value - mean >= t - 1e-12:
            total += weight
    return total


def _bound(ranges: list[tuple[float, float]], t: float, constant: float) -> float:
    return math.exp(-constant * t * t / sum((b - a) ** 2 for a, b in ranges))


def check() -> None:
    rng = random.Random(0)
    for _ in range(300):
        n = rng.randint(1, 8)
        lows = [rng.uniform(-2.0, 2.0) for _ in range(n)]
        ranges = [(a, a + rng.uniform(0.1, 3.0)) for a in lows]
        probs = [rng.random() for _ in range(n)]
        width = math.sqrt(sum((b - a) ** 2 for a, b in ranges))
        t = rng.uniform(0.01, 1.2) * width
        assert _tail(ranges, probs, t) <= _bound(ranges, t, 2.0) + 1e-9
    coin = [(0.0, 1.0)]
    assert _tail(coin, [0.5], 0.5) > _bound(coin, 0.5, 3.0)
