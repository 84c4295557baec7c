"""The gradient of log det X is the inverse transpose of X, for free entries."""

import math
import random

Matrix = list[list[float]]


def eliminate(matrix: Matrix) -> tuple[float, Matrix]:
    """Determinant and inverse by Gauss-Jordan elimination with pivoting."""
    size = len(matrix)
    rows = [row + [float(i == j) for j in range(size)] for i, row in enumerate(matrix)]
    determinant = 1.0
    for column in range(size):
        pivot = max(range(column, size), key=lambda i: abs(rows[i][column]))
        if pivot != column:
            rows[column], rows[pivot] = rows[pivot], rows[column]
            determinant = -determinant
        scale = rows[column][column]
        determinant *= scale
        rows[column] = [entry / scale for entry in rows[column]]
        for i in range(size):
            if i != column:
                factor = rows[i][column]
                rows[i] = [a - factor * b for a, b in zip(rows[i], rows[column], strict=True)]
    return determinant, [row[size:] for row in rows]


def check() -> None:
    """Assert the claim over seeded random cases."""
    rng = random.Random(0)
    step = 1e-5
    seen = 0
    asymmetric = 0
    while seen < 100:
        size = rng.randint(2, 4)
        matrix = [[rng.gauss(0.0, 1.0) for _ in range(size)] for _ in range(size)]
        determinant, inverse = eliminate(matrix)
        if determinant < 0.2:
            continue
        seen += 1
        for i in range(size):
            for j in range(size):
                values = []
                for sign in (1.0, -1.0):
                    moved = [row[:] for row in matrix]
                    moved[i][j] += sign * step
                    values.append(math.log(eliminate(moved)[0]))
                slope = (values[0] - values[1]) / (2.0 * step)
                assert abs(slope - inverse[j][i]) < 1e-4 * (1.0 + abs(slope)), (i, j)
                asymmetric += abs(inverse[j][i] - inverse[i][j]) > 0.1
    assert asymmetric > 100, "the cases must tell the inverse from its transpose"
