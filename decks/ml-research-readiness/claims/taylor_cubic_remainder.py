"""With an M-Lipschitz Hessian the second-order Taylor error is at most M|h|^3/6."""

import math
import random


def check() -> None:
    """Assert the claim over seeded random cases."""
    # f(x) = sum_k w_k sin(a_k.x) has gradient sum_k w_k cos(a_k.x) a_k and Hessian
    # -sum_k w_k sin(a_k.x) a_k a_k^T, which is M-Lipschitz with M = sum_k |w_k||a_k|^3.
    rng = random.Random(2)
    worst = 0.0
    for _ in range(5000):
        d, terms = rng.randint(1, 3), rng.randint(1, 2)
        x = [rng.gauss(0.0, 1.0) for _ in range(d)]
        h = [rng.gauss(0.0, 0.7) for _ in range(d)]
        size = math.hypot(*h)
        error = lipschitz = 0.0
        for _ in range(terms):
            w = rng.gauss(0.0, 1.0)
            a = [rng.gauss(0.0, 1.0) for _ in range(d)]
            at = sum(p * q for p, q in zip(a, x, strict=True))
            by = sum(p * q for p, q in zip(a, h, strict=True))
            taylor = math.sin(at) + math.cos(at) * by - 0.5 * math.sin(at) * by * by
            error += w * (math.sin(at + by) - taylor)
            lipschitz += abs(w) * math.hypot(*a) ** 3
        bound = lipschitz * size**3 / 6.0
        assert abs(error) <= bound + 1e-12, (error, bound)
        if bound > 1e-6:
            worst = max(worst, abs(error) / bound)
    assert worst > 0.98, "the constant 1/6 is nearly attained, so it cannot be smaller"
