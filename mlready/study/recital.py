"""The points an answer must mention, ticked off by the learner, and the rating that suggests.

All points said suggest Good: how easy they came is for the learner to say, so Easy is never
suggested. Most of them, more than half, suggest Hard, and fewer Again: Hard counts as recalled, and
a right answer can lack none of these points.
"""

from __future__ import annotations

from typing import NamedTuple

from scheduler.memory import Rating


class Recital(NamedTuple):
    """What was said of an answer's points.

    Attributes:
        points: how many there are.
        said: the numbers of those that were said, from 0.
        at: the point that is asked about; `points` after the last.
    """

    points: int
    said: frozenset[int] = frozenset()
    at: int = 0

    @property
    def is_through(self) -> bool:
        """Whether each point was asked about."""
        return self.at >= self.points

    def tick(self) -> Recital:
        """The point was said (or not, if it was ticked already); on to the next."""
        if self.is_through:
            return self
        return self._replace(said=self.said ^ {self.at}, at=self.at + 1)

    def miss(self) -> Recital:
        """The point is as it was; on to the next, and from the end back to the first."""
        return self._replace(at=0 if self.is_through else self.at + 1)

    @property
    def suggested(self) -> Rating | None:
        """The rating this suggests; None as long as nothing was said about any point."""
        if not self.points or not (self.said or self.is_through):
            return None
        if len(self.said) == self.points:
            return Rating.GOOD
        return Rating.HARD if 2 * len(self.said) > self.points else Rating.AGAIN
