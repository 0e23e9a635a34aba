"""The known wording nearest to an unknown one: looked up for a few offending labels, never for a whole table."""

from difflib import get_close_matches

import psycopg
from psycopg import sql

# Below this likeness two labels of the form are usually two things; above it, one thing worded anew.
LIKENESS = 0.75


def note_nearest(connection: psycopg.Connection, table: sql.Identifier) -> None:
    """Add the column `nearest` to a table of unknown wordings: the one of `candidates` that `label` is most like.

    The column is empty where none is similar.
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
