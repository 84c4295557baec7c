"""Var(Y) = E[Var(Y|X)] + Var(E[Y|X]), and Var of a random sum, exactly."""

import random
from collections.abc import Mapping
from fractions import Fraction
from itertools import product


def moments(law: Mapping[int, Fraction]) -> tuple[Fraction, Fraction]:
    """The mean and the variance of a finite law."""
    mean = sum((p * y for y, p in law.items()), Fraction(0))
    second = sum((p * y * y for y, p in law.items()), Fraction(0))
    return mean, second - mean * mean


def random_law(rng: random.Random, values: range) -> dict[int, Fraction]:
    weights = {value: rng.randint(1, 9) for value in values}
    total = sum(weights.values())
    return {value: Fraction(weight, total) for value, weight in weights.items()}


def check() -> None:
    rng = random.Random(0)
    for _ in range(50):
        prior = random_law(rng, range(rng.randint(2, 5)))
        given = {x: random_law(rng, range(-3, rng.randint(0, 6))) for x in prior}
        marginal: dict[int, Fraction] = {}
        for x, px in prior.items():
            for y, py in given[x].items():
                marginal[y] = marginal.get(y, Fraction(0)) + px * py
        parts = {x: moments(given[x]) for x in prior}
        within = sum((px * parts[x][1] for x, px in prior.items()), Fraction(0))
        mean = sum((px * parts[x][0] for x, px in prior.items()), Fraction(0))
        between = sum((px * (parts[x][0] - mean) ** 2 for x, px in prior.items()), Fraction(0))
        assert moments(marginal) == (mean, within + between)

    for _ in range(10):
        count = random_law(rng, range(4))
        step = random_law(rng, range(-1, 3))
        total: dict[int, Fraction] = {}
        for n, pn in count.items():
            for path in product(step, repeat=n):
                p = pn
                for value in path:
                    p *= step[value]
                total[sum(path)] = total.get(sum(path), Fraction(0)) + p
        mu, var = moments(step)
        mean_n, var_n = moments(count)
        assert moments(total) == (mean_n * mu, mean_n * var + var_n * mu * mu)
