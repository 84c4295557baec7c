"""The steps from one schema version to the next, in order; each runs after a backup."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Connection

# MIGRATIONS[n - 1] leads from version n to n + 1.
MIGRATIONS: tuple[Callable[[Connection], None], ...] = ()
