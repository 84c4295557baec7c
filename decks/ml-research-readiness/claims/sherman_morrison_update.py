"""The rank-one update formula inverts A + u v^T; at 1 + v^T A^-1 u = 0 it is singular."""

import random

Vector = list[float]
Matrix = list[Vector]


def _inverse(a: Matrix) -> Matrix:
    n = len(a)
    rows = [row + [float(i == j) for j in range(n)] for i, row in enumerate(a)]
    for k in range(n):
        pivot = max(range(k, n), key=lambda i: abs(rows[i][k]))
        rows[k], rows[pivot] = rows[pivot], rows[k]
        scale = rows[k][k]
        rows[k] = [c / scale for c in rows[k]]
        for i in set(range(n)) - {k}:
            factor = rows[i][k]
            rows[i] = [c - factor * rows[k][j] for j, c in enumerate(rows[i])]
    return [row[n:] for row in rows]


def _dot(x: Vector, y: Vector) -> float:
    return sum(a * b for a, b in zip(x, y, strict=True))


def _plus_outer(a: Matrix, u: Vector, v: Vector) -> Matrix:
    return [[c + s * t for c, t in zip(row, v, strict=True)] for row, s in zip(a, u, strict=True)]


def check() -> None:
    """Compare with a fresh inverse, then scale u until the kernel vector appears."""
    rng = random.Random(21)
    for _ in range(200):
        n = rng.randint(1, 6)
        a = [[rng.gauss(0, 1) + 8 * (i == j) for j in range(n)] for i in range(n)]
        u = [rng.gauss(0, 1) for _ in range(n)]
        v = [rng.gauss(0, 1) for _ in range(n)]
        inverse = _inverse(a)
        left = [_dot(row, u) for row in inverse]
        right = [_dot(list(column), v) for column in zip(*inverse, strict=True)]
        product = _dot(v, left)
        if abs(1 + product) > 0.1:
            update = _plus_outer(inverse, [-c / (1 + product) for c in left], right)
            fresh = _inverse(_plus_outer(a, u, v))
            for row, other in zip(update, fresh, strict=True):
                assert max(abs(x - y) for x, y in zip(row, other, strict=True)) < 1e-8
        if abs(product) > 0.01:
            singular = _plus_outer(a, [-c / product for c in u], v)
            assert max(abs(_dot(row, left)) for row in singular) < 1e-8
            assert max(abs(c) for c in left) > 0
