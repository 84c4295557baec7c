"""How long an answer takes, until a learner's own pace is learnt."""

from __future__ import annotations

from typing import Final

_SECONDS: Final = {"derivation": 75.0, "computation": 60.0, "example": 35.0, "comparison": 35.0}
_USUAL_SECONDS: Final = 25.0


def expected_seconds(kind: str) -> float:
    """Return the seconds that one review of a question of a kind is likely to take."""
    return _SECONDS.get(kind, _USUAL_SECONDS)
