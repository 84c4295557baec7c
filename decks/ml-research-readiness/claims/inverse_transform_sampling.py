"""For any CDF F, inf{x: F(x) >= u} <= x iff u <= F(x), and it maps uniform U to F."""

import random
from bisect import bisect_right
from fractions import Fraction


class Discrete:
    """A law on finitely many integers, with its CDF and quantile function."""

    def __init__(self, atoms: list[int], masses: list[Fraction]) -> None:
        self.atoms = atoms
        self.masses = masses

    def cdf(self, x: Fraction) -> Fraction:
        return sum(self.masses[: bisect_right(self.atoms, x)], Fraction(0))

    def inverse(self, u: Fraction) -> int:
        return min(atom for atom in self.atoms if self.cdf(Fraction(atom)) >= u)


def check() -> None:
    rng = random.Random(0)
    for _ in range(60):
        atoms = sorted(rng.sample(range(-20, 21), rng.randint(1, 6)))
        weights = [rng.randint(1, 9) for _ in atoms]
        total = sum(weights)
        law = Discrete(atoms, [Fraction(weight, total) for weight in weights])

        # The levels include every jump value of F in (0, 1), where "<" would differ.
        points = [Fraction(k, 2) for k in range(-44, 45, 3)]
        points += [Fraction(atom) for atom in atoms]
        for j in range(1, 2 * total):
            u = Fraction(j, 2 * total)
            quantile = law.inverse(u)
            for x in points:
                assert (quantile <= x) == (u <= law.cdf(x))

        # Midpoints of equal cells: the exact Lebesgue measure of each preimage.
        cells = [Fraction(2 * j + 1, 2 * total) for j in range(total)]
        images = [law.inverse(u) for u in cells]
        for atom, weight in zip(atoms, weights, strict=True):
            assert images.count(atom) == weight
