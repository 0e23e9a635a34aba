"""Which known wording is nearest to an unknown one: asked of a few offending labels, never of a whole table."""

from difflib import get_close_matches

import psycopg
from psycopg import sql

# Below this likeness two labels of the form are usually two things; above it, one thing worded anew.
LIKENESS = 0.75


def note_nearest(connection: psycopg.Connection, table: sql.Identifier) -> None:
    """Add the column `nearest` to a table of unknown wordings: the one of `candidates` that `label` is most like.

    It is empty where none is like it.
    """
    connection.execute(sql.SQL("alter table {} add column nearest text").format(table))
    unknown = connection.execute(
        sql.SQL("select distinct label, candidates from {} where candidates is not null").format(table)
    ).fetchall()
    for label, candidates in unknown:
        nearest = get_close_matches(label, candidates, n=1, cutoff=LIKENESS)
        if nearest:
            connection.execute(
                sql.SQL("update {} set nearest = %s where label = %s and candidates = %s").format(table),
                [nearest[0], label, candidates],
            )
