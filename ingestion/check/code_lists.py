"""Reference tables in the work area of a check: valid codes and authorities."""

from collections.abc import Iterable

import psycopg
from psycopg import sql

from ingestion.authorities import authorities
from ingestion.check.form_tables import replace_table, work_table
from ingestion.returns.catalogue import ReturnLayout
from ingestion.seeds import seed_rows

_CODES = """
select submissions.submission_id, codes.codeset, codes.code
from {submissions} as submissions
inner join {all_codes} as codes
    on
        submissions.period_code >= coalesce(codes.first_period, '')
        and submissions.period_code <= coalesce(codes.last_period, '9999')
"""


def copy_codes(connection: psycopg.Connection, layout: ReturnLayout) -> None:
    """Copy the codes that are valid in the year of each submission, from the seed that the models use too."""
    submissions, all_codes, codes = (
        work_table(layout.code, name) for name in ("submissions", "all_codes", "codes")
    )
    rows = (
        (row["codeset"], row["code"], row["valid_from_period"] or None, row["valid_to_period"] or None)
        for row in seed_rows(f"{layout.code}/{layout.code}_codes")
    )
    _copy_in(connection, all_codes, ("codeset", "code", "first_period", "last_period"), rows)
    replace_table(connection, codes, sql.SQL(_CODES).format(submissions=submissions, all_codes=all_codes))


def copy_authorities(connection: psycopg.Connection, layout: ReturnLayout) -> None:
    """Copy the codes of each authority."""
    _copy_in(
        connection,
        work_table(layout.code, "authorities"),
        ("authority_code", "gss_code", "dfe_la_number"),
        ((each.code, each.gss_code, each.dfe_la_number) for each in authorities().values()),
    )


def _copy_in(
    connection: psycopg.Connection,
    table: sql.Identifier,
    columns: tuple[str, ...],
    rows: Iterable[tuple[str | None, ...]],
) -> None:
    """(Re)make an unlogged table of texts from these rows."""
    texts = sql.SQL(", ").join(sql.SQL("{} text").format(sql.Identifier(column)) for column in columns)
    connection.execute(sql.SQL("drop table if exists {}").format(table))
    connection.execute(sql.SQL("create unlogged table {} ({})").format(table, texts))
    with connection.cursor() as cursor, cursor.copy(sql.SQL("copy {} from stdin").format(table)) as copy:
        for row in rows:
            copy.write_row(row)
