"""Rows of an answer of SQLite, whose columns are what the statement says."""

from collections.abc import Iterator
from typing import Any

import apsw

Values = tuple[Any, ...]


def rows(run: apsw.Connection, statement: str, values: Values = ()) -> Iterator[Values]:
    """One after the other. Raises apsw.Error."""
    return iter(run.execute(statement, values))


def first(run: apsw.Connection, statement: str, values: Values = ()) -> Values | None:
    """The first one, None where there is none. Raises apsw.Error."""
    return run.execute(statement, values).fetchone()
