"""Rows of a table that may hold anything, brought to the numbers and texts they should be."""

import sqlite3
from collections.abc import Iterator, Sequence
from itertools import chain
from math import inf
from operator import lt
from typing import Any, NamedTuple

from exports.anki.histories import HistoryError

MEND = "Open it in Anki and choose Tools > Check Database, or name one of Anki's backups."
_EXPORT_LESS = "Export the decks you want one by one (File > Export)."

_BATCH = 10_000
# Each may be as long as the longest row allowed.
_BATCH_WITH_TEXT = 8
_LEAST, _END = -(2.0**63), 2.0**63


class Query(NamedTuple):
    """A statement whose rows begin with numbers and end with texts.

    Attributes:
        what: What its rows are, for messages.
        statement: The SQL.
        numbers: How many columns are whole numbers; those after them are texts.
        texts: How many there are of those.
        most: How many rows there may be.
        most_text: How many characters all its texts may have together.
        by_id: Whether the first number is the row's id, which grows from row to row.
    """

    what: str
    statement: str
    numbers: int
    texts: int
    most: int
    most_text: int = 0
    by_id: bool = True


def read_batches(connection: sqlite3.Connection, query: Query) -> Iterator[list[Any]]:
    """Yield rows, many at a time, each of their values of the type it should have.

    Raises:
        HistoryError: A value is of another type, an id is not greater than the one before
            it, or there is no end of rows or text.
        sqlite3.Error: The database is damaged.
    """
    cursor = connection.execute(query.statement)
    size = _BATCH_WITH_TEXT if query.texts else _BATCH
    count = text = 0
    last = -inf
    while batch := cursor.fetchmany(size):
        count += len(batch)
        batch, columns = _check_types(batch, query)
        text += sum(len(value) for column in columns[query.numbers :] for value in column)
        if count > query.most:
            raise HistoryError(f"it has more than {query.most:,} {query.what}", _EXPORT_LESS)
        if text > query.most_text:
            raise HistoryError(f"there is too much text in its {query.what}", _EXPORT_LESS)
        if query.by_id:
            ids = columns[0]
            if not all(map(lt, chain((last,), ids), ids)):
                raise HistoryError(f"its {query.what} are not in order", MEND)
            last = ids[-1]
        yield batch


def read_rows(connection: sqlite3.Connection, query: Query) -> Iterator[Any]:
    """Yield the rows that `read_batches` yields one by one."""
    return chain.from_iterable(read_batches(connection, query))


def _check_types(batch: list[Any], query: Query) -> tuple[list[Any], list[tuple[Any, ...]]]:
    """Return the rows, mended where that is safe, and their columns."""
    columns = list(zip(*batch, strict=True))
    types = (int,) * query.numbers + (str,) * query.texts
    if all(set(map(type, column)) == {kind} for column, kind in zip(columns, types, strict=True)):
        return batch, columns
    batch = [_mend_row(row, query) for row in batch]
    return batch, list(zip(*batch, strict=True))


def _mend_row(row: Sequence[Any], query: Query) -> tuple[Any, ...]:
    """Return `row` with fractions cut off its numbers, as Anki reads them."""
    values: list[Any] = []
    for index, value in enumerate(row):
        is_number = index < query.numbers
        if is_number and isinstance(value, float) and _LEAST <= value < _END:
            values.append(int(value))
        elif isinstance(value, int if is_number else str):
            values.append(value)
        else:
            wanted = "number" if is_number else "text"
            where = f"of its {query.what}, the one with id {row[0]!a:.40}"
            raise HistoryError(f"{where} has no {wanted} in column {index + 1}", MEND)
    return tuple(values)
