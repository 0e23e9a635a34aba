"""The needs of rules besides the return itself, and the submissions that lack them."""

import psycopg
from psycopg import sql

from ingestion.check.form_tables import work_table
from ingestion.check.suite import Rule
from ingestion.returns.catalogue import ReturnLayout

NEEDS = {
    "last_year": "the return of the year before, accepted in the warehouse (or --last-year)",
    "providers": "the Ofsted list of providers (`club reference providers`, or --providers)",
    "uasc_flag": "the UASC status of each child, 1 or 0: the XML form, or a column UASC in the file of that table",
    "postcodes": "the postcode directory (`club reference postcodes`, or --postcodes)",
}

_WITHOUT_LAST_YEAR = """
select submission_id from {submissions}
where submission_id not in (select submission_id from {last_years})
"""

_WITHOUT_FLAG = """
select submission_id from {submissions}
where submission_id not in (select submission_id from {files} where headings -> 'uasc' is not null)
"""

_WITHOUT_LIST = "select submission_id from {submissions} where not exists (select 1 from {reference_list})"

_WITHOUT_TABLE = """
select submission_id from {submissions}
where submission_id not in (select submission_id from {files} where table_name = {table})
"""

# Each unmet need, and the submissions that lack it.
Lacking = dict[str, set[int]]


def find_lacking(connection: psycopg.Connection, layout: ReturnLayout) -> Lacking:
    """Find what these submissions lack that rules may need: own tables, last year's return, reference lists."""
    tables = {name: work_table(layout.code, name) for name in ("submissions", "last_years", "files")}
    queries = {
        NEEDS["last_year"]: sql.SQL(_WITHOUT_LAST_YEAR).format(**tables),
        NEEDS["uasc_flag"]: sql.SQL(_WITHOUT_FLAG).format(**tables),
    }
    for need in ("providers", "postcodes"):
        reference_list = sql.Identifier("raw", f"reference_{need}")
        queries[NEEDS[need]] = sql.SQL(_WITHOUT_LIST).format(**tables, reference_list=reference_list)
    for table in layout.tables:
        queries[_sent(table.name)] = sql.SQL(_WITHOUT_TABLE).format(**tables, table=sql.Literal(table.name))
    return {
        need: {number for (number,) in connection.execute(query).fetchall()} for need, query in queries.items()
    }


def unmet_needs(lacking: Lacking, rule: Rule) -> dict[int, str]:
    """Return the submissions that a rule cannot be run for, each with the need that is not met.

    A rule points at its own tables: where one of them was not sent, it would point at every row.
    """
    needs = [_sent(table) for table in rule.columns] + [NEEDS[need] for need in rule.needs]
    return {number: need for need in needs for number in lacking.get(need, ())}


def _sent(table_name: str) -> str:
    return f"the table {table_name}, sent with the others"
