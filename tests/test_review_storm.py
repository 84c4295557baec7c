"""Keys as fast as twenty a second: nothing is lost, and no stale screen is seen.

The short form; `make long-review` does the same for ten minutes.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from tests.key_storm import weather

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = [
    pytest.mark.skipif(os.name == "nt", reason="needs a pseudo-terminal"),
    # pytest-xdist runs threads, and a pseudo-terminal needs a fork.
    pytest.mark.filterwarnings("ignore:.*multi-threaded.*fork:DeprecationWarning"),
]


def test_a_storm_of_keys_loses_nothing_and_leaves_no_stale_screen(tmp_path: Path) -> None:
    found = weather(tmp_path, seconds=10, seed=5)
    assert found.lost == []
    assert found.unseen == []
    assert found.stale == []
    assert found.code == 0
    assert found.ratings > 10
