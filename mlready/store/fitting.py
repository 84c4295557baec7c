"""Sets of parameters: what a fit is made from, and how one set takes the place of another."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

from mlready.store.reading import COUNTED
from scheduler.histories import find_fit_history

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from mlready.store.reading import Reader

# In the order in which replaying counts them.
HISTORIES = f"""SELECT COALESCE(c.merged_into, c.card_id) AS owner, r.rating, r.study_day, r.effect
    FROM (SELECT *, CASE WHEN origin = ''
              THEN MAX(reviewed_at) OVER (PARTITION BY card_id, origin ORDER BY review_id)
              ELSE reviewed_at END AS reached
          FROM revlog WHERE {COUNTED}) AS r
    JOIN cards AS c ON c.card_id = r.card_id
    ORDER BY 1, r.reached, r.review_id"""

LAST_SET = """SELECT old_parameters, new_parameters FROM parameter_sets
    ORDER BY set_id DESC LIMIT 1"""

FITTED_SETS = "SELECT new_parameters FROM parameter_sets WHERE evidence <> ''"

STORED_PARAMETERS = "SELECT value FROM settings WHERE name = 'parameters'"


class ParameterSet(NamedTuple):
    """A change of parameters.

    Attributes:
        old: what they were, as settings have them; None: the defaults.
        new: what they became.
    """

    old: str | None
    new: str | None


def read_histories(reader: Reader) -> list[list[tuple[int, int]]]:
    """The reviews of each card that count, oldest first, as (rating, study day).

    Of a card that began anew those since then; of one whose beginning is lost, none.
    """
    rows = reader.rows(HISTORIES)
    found = (
        find_fit_history((rating, day, effect) for _, rating, day, effect in group)
        for _, group in groupby(rows, key=lambda row: row[0])
    )
    return [history for history in found if history]


def read_fitted(reader: Reader) -> frozenset[str]:
    """Every set that came of a fit, as settings have it."""
    return frozenset(str(new) for (new,) in reader.rows(FITTED_SETS))


def set_before(last: ParameterSet, current: str | None) -> str | None:
    """The set that the current one took the place of.

    Where the current one is not that of the last change, it was set by other means since.
    """
    return last.old if current == last.new else last.new


def keep_set(connection: Connection, new: str | None, now_ms: int, evidence: str) -> None:
    """Write down, within a transaction, that parameters are about to change, if they are.

    Args:
        connection: within a transaction that sets them.
        new: what they become, as settings have them; None: the defaults.
        now_ms: the moment, in Unix milliseconds.
        evidence: what the fit found, as JSON; empty if nothing was fitted.
    """
    from sqlalchemy import insert, text  # noqa: PLC0415 - reading needs none of it

    from mlready.store.tables import parameter_sets  # noqa: PLC0415

    old = connection.execute(text(STORED_PARAMETERS)).scalar()
    if new == old:
        return  # else undoing it would change nothing, and hide the change before
    row = {"made_at": now_ms, "old_parameters": old, "new_parameters": new, "evidence": evidence}
    connection.execute(insert(parameter_sets), row)
