"""What is wrong with a formula: a value, with its place and a remedy."""

from __future__ import annotations

from mlready.mathtext.records import Record


class Mistake(Record):
    """What does not match, what to do, and the offset where it shows."""

    message: str
    hint: str
    offset: int
