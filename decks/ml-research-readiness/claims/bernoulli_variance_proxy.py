"""The best sub-Gaussian variance proxy of Bernoulli(p) is (1-2p)/(2 log((1-p)/p))."""

import math
import random


def _log_mgf(p: float, t: float) -> float:
    return math.log1p(p * math.expm1(t)) - p * t


def check() -> None:
    rng = random.Random(0)
    for _ in range(300):
        p = rng.uniform(0.001, 0.999)
        if abs(p - 0.5) < 0.01:
            continue
        odds = math.log((1.0 - p) / p)
        proxy = (1.0 - 2.0 * p) / (2.0 * odds)
        for _ in range(60):
            t = rng.uniform(-25.0, 25.0)
            assert _log_mgf(p, t) <= proxy * t * t / 2.0 + 1e-9
        worst = 2.0 * odds
        assert _log_mgf(p, worst) > 0.999 * proxy * worst * worst / 2.0
        assert p * (1.0 - p) <= proxy <= 0.25
    small = 0.98 / (2.0 * math.log(99.0))
    assert abs(small - 0.107) < 0.0005
