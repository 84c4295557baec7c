"""Ids of reviews in Anki, which are moments, and which both ways must agree on."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

# Reviews that were undone are among them: so an id never changes, whatever is written later.
REVIEW_MOMENTS = """SELECT review_id, reviewed_at FROM revlog WHERE undoes IS NULL
    ORDER BY review_id"""


def anki_review_ids(moments: Iterable[tuple[int, int]]) -> dict[int, int]:
    """Return the id that each review has in Anki, where no two of a collection share one.

    It is the millisecond of the review, or the first after it that is free. Reviews written down
    later do not change the ids of earlier ones. A review that came from Anki has the id that
    it had there, but where one made here had taken it before.

    Args:
        moments: `review_id` and `reviewed_at` of all reviews, in the order of `review_id`.

    Returns:
        Anki's ids by `review_id`.
    """
    ids: dict[int, int] = {}
    taken: set[int] = set()
    for review_id, moment in moments:
        free = moment
        while free in taken:
            free += 1
        taken.add(free)
        ids[review_id] = free
    return ids
