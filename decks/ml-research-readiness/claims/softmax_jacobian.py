"""The softmax Jacobian is diag(s) - s s^T; its entries are at most (K-1) exp(-gap)."""

import math
import random


def _softmax(z: list[float]) -> list[float]:
    top = max(z)
    weights = [math.exp(v - top) for v in z]
    total = sum(weights)
    return [w / total for w in weights]


def check() -> None:
    rng = random.Random(0)
    step = 1e-5
    for _ in range(150):
        k = rng.randint(2, 8)
        z = [rng.gauss(0.0, 3.0) for _ in range(k)]
        s = _softmax(z)
        ordered = sorted(z)
        gap = ordered[-1] - ordered[-2]
        for j in range(k):
            up = _softmax([v + step * (i == j) for i, v in enumerate(z)])
            down = _softmax([v - step * (i == j) for i, v in enumerate(z)])
            for i in range(k):
                entry = s[i] * ((i == j) - s[j])
                assert abs((up[i] - down[i]) / (2.0 * step) - entry) < 1e-8
                assert abs(entry) <= 1.0 - max(s) + 1e-12
        assert 1.0 - max(s) <= (k - 1) * math.exp(-gap) + 1e-12
