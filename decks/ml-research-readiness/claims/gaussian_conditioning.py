"""A Gaussian given some of its coordinates is Gaussian with the Schur complement."""

import math
import random

Matrix = list[list[float]]
Vector = list[float]


def cholesky(matrix: Matrix) -> Matrix:
    """The lower triangular L with L L^T equal to a positive definite matrix."""
    size = len(matrix)
    lower = [[0.0] * size for _ in range(size)]
    for i in range(size):
        for j in range(i + 1):
            rest = matrix[i][j] - sum(lower[i][k] * lower[j][k] for k in range(j))
            lower[i][j] = math.sqrt(rest) if i == j else rest / lower[j][j]
    return lower


def forward(lower: Matrix, right: Vector) -> Vector:
    """Solve L z = right."""
    out: Vector = []
    for i, value in enumerate(right):
        rest = value - sum(lower[i][k] * out[k] for k in range(i))
        out.append(rest / lower[i][i])
    return out


def dot(a: Vector, b: Vector) -> float:
    """The inner product."""
    return sum(x * y for x, y in zip(a, b, strict=True))


def log_density(x: Vector, mean: Vector, covariance: Matrix) -> float:
    """The log density of the Gaussian with this mean and covariance at x."""
    lower = cholesky(covariance)
    z = forward(lower, [a - b for a, b in zip(x, mean, strict=True)])
    log_root = sum(math.log(lower[i][i]) for i in range(len(x)))
    return -0.5 * dot(z, z) - log_root - 0.5 * len(x) * math.log(2.0 * math.pi)


def check() -> None:
    """Assert the claim over seeded random cases."""
    rng = random.Random(1)
    for _ in range(300):
        p, q = rng.randint(1, 3), rng.randint(1, 3)
        d = p + q
        root = [[rng.gauss(0.0, 1.0) for _ in range(d)] for _ in range(d)]
        cov = [[dot(root[i], root[j]) + 0.1 * (i == j) for j in range(d)] for i in range(d)]
        mean = [rng.gauss(0.0, 2.0) for _ in range(d)]
        x = [rng.gauss(0.0, 2.0) for _ in range(d)]

        # With S22 = L L^T and z(v) = L^-1 v:  S12 S22^-1 v = z(S21)^T z(v).
        cov2 = [row[p:] for row in cov[p:]]
        lower = cholesky(cov2)
        gap = forward(lower, [x[i] - mean[i] for i in range(p, d)])
        cross = [forward(lower, cov[i][p:]) for i in range(p)]
        new_mean = [mean[i] + dot(cross[i], gap) for i in range(p)]
        new_cov = [[cov[i][j] - dot(cross[i], cross[j]) for j in range(p)] for i in range(p)]

        joint = log_density(x, mean, cov)
        marginal = log_density(x[p:], mean[p:], cov2)
        conditional = log_density(x[:p], new_mean, new_cov)
        difference = joint - marginal - conditional
        assert abs(difference) < 1e-6 * (1.0 + abs(joint)), difference
