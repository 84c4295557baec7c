"""Var(q·k) = d for independent unit coordinates; one-hot softmax, tiny Jacobian."""

import itertools
import math
import random


def _softmax(s: list[float]) -> list[float]:
    top = max(s)
    powers = [math.exp(u - top) for u in s]
    return [u / sum(powers) for u in powers]


def _check_variance() -> None:
    """Enumerate all sign vectors; with equal coordinates the variance is d squared."""
    for d in range(1, 6):
        signs = list(itertools.product((-1, 1), repeat=d))
        dots = [sum(u * v for u, v in zip(q, k, strict=True)) for q in signs for k in signs]
        assert sum(dots) == 0
        assert sum(u * u for u in dots) == d * len(dots)
        equal = [d * u * v for u in (-1, 1) for v in (-1, 1)]
        assert sum(u * u for u in equal) == d * d * len(equal)


def _check_jacobian(rng: random.Random, scale: float) -> float:
    """Check formula and bounds at random logits; return the largest product seen."""
    s = [rng.gauss(0, scale) for _ in range(rng.randint(2, 8))]
    p, v = _softmax(s), [rng.uniform(-1, 1) for _ in s]
    size = max(abs(u) for u in v)
    eta = 1 - max(p)
    inner = sum(a * b for a, b in zip(p, v, strict=True))
    product = [a * (b - inner) for a, b in zip(p, v, strict=True)]
    h = 1e-5
    above = _softmax([a + h * b for a, b in zip(s, v, strict=True)])
    below = _softmax([a - h * b for a, b in zip(s, v, strict=True)])
    for i, out in enumerate(product):
        assert abs((above[i] - below[i]) / (2 * h) - out) < 1e-8
        assert abs(out) <= 2 * p[i] * (1 - p[i]) * size + 1e-12
        if eta <= 0.5:
            assert abs(out) <= 2 * eta * (1 - eta) * size + 1e-12
        for j, other in enumerate(p):
            assert abs(p[i] * ((i == j) - other)) <= eta + 1e-12
    return max(abs(u) for u in product)


def check() -> None:
    """Check the variance exactly, and the softmax at small and at large logits."""
    _check_variance()
    rng = random.Random(2)
    scaled = [_check_jacobian(rng, 1.0) for _ in range(400)]
    unscaled = [_check_jacobian(rng, math.sqrt(1024)) for _ in range(400)]
    assert sorted(unscaled)[200] < 0.01 < sorted(scaled)[200]
