"""Squared error is noise + bias² + variance if the label is independent of the fit."""

import math
import random


def check() -> None:
    """Enumerate random finite models; also one where the label's noise is shared."""
    rng = random.Random(0)
    for _ in range(200):
        f = rng.uniform(-3, 3)
        weights = [rng.random() + 0.01 for _ in range(rng.randint(2, 6))]
        chance = [w / sum(weights) for w in weights]
        fit = [rng.uniform(-5, 5) for _ in chance]
        up, down = rng.uniform(0.1, 2), rng.uniform(0.1, 2)
        noise = [(up, down / (up + down)), (-down, up / (up + down))]
        sigma2 = sum(p * e * e for e, p in noise)
        mean = sum(p * y for p, y in zip(chance, fit, strict=True))
        variance = sum(p * (y - mean) ** 2 for p, y in zip(chance, fit, strict=True))
        error = sum(
            p * r * (f + e - y) ** 2 for p, y in zip(chance, fit, strict=True) for e, r in noise
        )
        assert math.isclose(error, sigma2 + (f - mean) ** 2 + variance, rel_tol=1e-9)

        # A prediction f + b + s * noise of the same label: a covariance is missing.
        b, s = rng.uniform(-1, 1), rng.uniform(0.2, 1)
        shared = sum(p * (e - b - s * e) ** 2 for e, p in noise)
        naive = sigma2 + b * b + s * s * sigma2
        assert math.isclose(shared, naive - 2 * s * sigma2, rel_tol=1e-9)
