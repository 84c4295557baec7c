"""On e_1 + eps e_(j+1) classical Gram-Schmidt gives <q2, q3> = 1/2, modified gives 0."""

import math

Vector = list[float]


def _dot(x: Vector, y: Vector) -> float:
    return sum(a * b for a, b in zip(x, y, strict=True))


def _gram_schmidt(columns: list[Vector], *, modified: bool) -> list[Vector]:
    basis: list[Vector] = []
    for column in columns:
        rest = column
        for q in basis:
            coefficient = _dot(q, rest if modified else column)
            rest = [r - coefficient * c for r, c in zip(rest, q, strict=True)]
        length = math.sqrt(_dot(rest, rest))
        basis.append([r / length for r in rest])
    return basis


def _columns(eps: float) -> list[Vector]:
    return [[1.0] + [eps * (i == j) for i in range(3)] for j in range(3)]


def check() -> None:
    """Run both for several eps whose square is lost in rounding, and one that is not."""
    for exponent in (9, 10, 12, 14):
        eps = 10.0**-exponent
        assert 1 + eps**2 == 1
        _, c2, c3 = _gram_schmidt(_columns(eps), modified=False)
        assert math.isclose(_dot(c2, c3), 0.5, rel_tol=1e-9)
        q1, q2, q3 = _gram_schmidt(_columns(eps), modified=True)
        assert abs(_dot(q2, q3)) < 1e-9
        assert max(abs(_dot(q1, q2)), abs(_dot(q1, q3))) <= eps
    for modified in (False, True):
        _, q2, q3 = _gram_schmidt(_columns(0.5), modified=modified)
        assert abs(_dot(q2, q3)) < 1e-12
