"""For 1 <= p <= q: |x|_q <= |x|_p <= d^(1/p-1/q) |x|_q, tight at e_1 and at ones."""

import math
import random


def _norm(x: list[float], p: float) -> float:
    top = max(abs(c) for c in x)
    if math.isinf(p):
        return top
    return top * math.pow(sum(math.pow(abs(c) / top, p) for c in x), 1 / p)


def check() -> None:
    """Compare random vectors in many dimensions, then the two extreme vectors."""
    rng = random.Random(20)
    exponents = [1.0, 1.5, 2.0, 3.0, 7.0, math.inf]
    for _ in range(2000):
        d = rng.randint(1, 12)
        p, q = sorted(rng.choices(exponents, k=2))
        x = [rng.gauss(0, 1) ** 3 for _ in range(d)]
        factor = d ** (1 / p - 1 / q)
        assert _norm(x, q) <= _norm(x, p) * (1 + 1e-12)
        assert _norm(x, p) <= factor * _norm(x, q) * (1 + 1e-12)
        ones = [1.0] * d
        assert math.isclose(_norm(ones, p), factor * _norm(ones, q))
        first = [1.0] + [0.0] * (d - 1)
        assert math.isclose(_norm(first, p), _norm(first, q))
