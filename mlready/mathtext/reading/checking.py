"""Whether a formula is in the documented subset, and what is the first thing that is not."""

from __future__ import annotations

from mlready.mathtext.reading.balance import find_imbalance
from mlready.mathtext.reading.parser import parse

TYPE_CHECKING = False
if TYPE_CHECKING:
    from mlready.mathtext.reading.mistakes import Mistake


def find_mistake(tex: str) -> Mistake | None:
    """The first thing that is not in the documented subset or that TeX would refuse, or None."""
    found = find_imbalance(tex)
    if found is not None:
        return found
    mistakes = parse(tex).mistakes
    return min(mistakes, key=lambda mistake: mistake.offset) if mistakes else None
