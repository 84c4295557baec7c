"""The batch gradients of a 2-layer softmax MLP agree with central differences."""

import math
import random

Matrix = list[list[float]]


def _transpose(a: Matrix) -> Matrix:
    return [list(column) for column in zip(*a, strict=True)]


def _product(a: Matrix, b: Matrix) -> Matrix:
    columns = _transpose(b)
    return [
        [sum(u * v for u, v in zip(row, column, strict=True)) for column in columns] for row in a
    ]


def _affine(x: Matrix, w: Matrix, b: Matrix) -> Matrix:
    rows = _product(x, _transpose(w))
    return [[u + c[0] for u, c in zip(row, b, strict=True)] for row in rows]


def _forward(x: Matrix, theta: list[Matrix]) -> tuple[Matrix, Matrix]:
    w1, b1, w2, b2 = theta
    hidden = [[math.tanh(u) for u in row] for row in _affine(x, w1, b1)]
    powers = [[math.exp(u) for u in row] for row in _affine(hidden, w2, b2)]
    return hidden, [[u / sum(row) for u in row] for row in powers]


def _loss(x: Matrix, labels: list[int], theta: list[Matrix]) -> float:
    p = _forward(x, theta)[1]
    return -sum(math.log(p[i][c]) for i, c in enumerate(labels)) / len(x)


def _gradients(x: Matrix, labels: list[int], theta: list[Matrix]) -> list[Matrix]:
    hidden, p = _forward(x, theta)
    size = len(x)
    delta2 = [
        [(u - (j == c)) / size for j, u in enumerate(row)] for row, c in zip(p, labels, strict=True)
    ]
    back = _product(delta2, theta[2])
    delta1 = [
        [g * (1 - a * a) for g, a in zip(grads, acts, strict=True)]
        for grads, acts in zip(back, hidden, strict=True)
    ]
    ones = [[1.0] for _ in x]
    first, second = _transpose(delta1), _transpose(delta2)
    return [
        _product(first, x),
        _product(first, ones),
        _product(second, hidden),
        _product(second, ones),
    ]


def check() -> None:
    """Compare every entry of every gradient for random shapes, weights and data."""
    rng = random.Random(1)
    step = 1e-5
    for _ in range(5):
        size, d, h, k = (rng.randint(2, 5) for _ in range(4))
        shapes = [(h, d), (h, 1), (k, h), (k, 1)]
        theta = [[[rng.gauss(0, 1) for _ in range(c)] for _ in range(r)] for r, c in shapes]
        x = [[rng.gauss(0, 1) for _ in range(d)] for _ in range(size)]
        labels = [rng.randrange(k) for _ in range(size)]
        for matrix, gradient in zip(theta, _gradients(x, labels, theta), strict=True):
            assert len(gradient) == len(matrix)
            assert len(gradient[0]) == len(matrix[0])
            for row, slopes in zip(matrix, gradient, strict=True):
                for j, slope in enumerate(slopes):
                    kept = row[j]
                    row[j] = kept + step
                    above = _loss(x, labels, theta)
                    row[j] = kept - step
                    below = _loss(x, labels, theta)
                    row[j] = kept
                    assert abs((above - below) / (2 * step) - slope) < 1e-7
