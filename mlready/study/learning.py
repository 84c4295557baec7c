"""What is learnt from the learner's history after a sitting: how long cards take."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mlready.store.opening import Progress


def learn_from_history(progress: Progress) -> None:
    """Learn from all reviews so far; later plans go by it.

    Raises:
        StoreError: it cannot be kept; what was learnt before stands.
    """
    from mlready.store.learnt import learn  # noqa: PLC0415 - SQLAlchemy imports slowly

    learn(progress.writer().engine, progress.url)
