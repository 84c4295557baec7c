"""Berry-Esseen with C = 0.4748 holds for coins, and the rate n**-0.5 is sharp."""

from math import comb, erfc, pi, sqrt


def normal_cdf(x: float) -> float:
    return 0.5 * erfc(-x / sqrt(2.0))


def distance(n: int, p: float) -> float:
    """The largest gap between the standardised Bin(n, p) CDF and the normal CDF."""
    worst = below = 0.0
    for k in range(n + 1):
        gaussian = normal_cdf((k - n * p) / sqrt(n * p * (1.0 - p)))
        above = below + comb(n, k) * p**k * (1.0 - p) ** (n - k)
        worst = max(worst, abs(below - gaussian), abs(above - gaussian))
        below = above
    assert abs(below - 1.0) < 1e-9
    return worst


def check() -> None:
    for n in (1, 2, 3, 5, 8, 13, 40, 100, 250):
        for p in (0.02, 0.1, 0.25, 0.4189, 0.5, 0.6, 0.9):
            third_over_cube = (p * p + (1.0 - p) ** 2) / sqrt(p * (1.0 - p))
            assert distance(n, p) <= 0.4748 * third_over_cube / sqrt(n)

    for n in (20, 80, 320):
        half_jump = comb(n, n // 2) / 2 ** (n + 1)
        assert distance(n, 0.5) >= half_jump - 1e-12
        assert abs(half_jump * sqrt(2.0 * pi * n) - 1.0) < 0.5 / n
