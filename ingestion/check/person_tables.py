"""The work area of a check of child-level tables: typed once, with what many rules ask for worked out once.

The tables are `checking.<return>_<table>`; which column is what comes from the return's layout, what is more
than a column from `expectations/<return>/tables/`.
"""

from collections.abc import Callable, Iterable

import psycopg
from psycopg import sql

from ingestion.authorities import authorities
from ingestion.check.form_tables import replace_table
from ingestion.check.pseudonyms import hand_over_key
from ingestion.check.suite import Rule, Suite
from ingestion.returns.catalogue import ReturnLayout, TableLayout
from ingestion.seeds import seed_rows
from ingestion.settings import EXPECTATIONS, Settings

_SUBMISSIONS = """
select
    submission_id,
    sender as authority_code,
    period_code,
    make_date(left(period_code, 4)::int, 4, 1) as year_start,
    make_date(left(period_code, 4)::int + 1, 3, 31) as year_end
from ledger.submission
where submission_id = any({ids})
"""

_FILES = """
select files.file_id, files.table_name, files.headings, files.column_offset, submissions.*
from {submissions} as submissions
inner join ledger.submission_file as files on submissions.submission_id = files.submission_id
"""

# What was accepted for the year before, whether its raw rows are still there or not: it is read under pseudonyms.
_LAST_YEARS = """
select
    submissions.submission_id,
    known.submission_id as last_submission_id,
    known.period_code,
    submissions.year_start - interval '1 year' as year_start,
    submissions.year_end - interval '1 year' as year_end
from {submissions} as submissions
inner join ledger.submission as known
    on
        submissions.authority_code = known.sender
        and known.return_code = {return_code}
        and known.is_in_force
        and left(known.period_code, 4)::int = left(submissions.period_code, 4)::int - 1
"""

# The pupils whom other authorities have told of, for the same year or one beside it.
_HELD_ELSEWHERE = """
select distinct held.upn_token, held.authority_code
from {headers} as held
inner join ledger.submission as known on held.submission_id = known.submission_id
where
    known.is_in_force
    and held.upn_token !~ '^UN[1-5]$'
    and exists (
        select 1 from {submissions} as submissions
        where abs(left(submissions.period_code, 4)::int - left(known.period_code, 4)::int) <= 1
    )
"""

_KNOWN_CHILDREN = """
select distinct
    typed.submission_id,
    typed.child,
    raw.child_pseudonym(typed.authority_code, typed.child) as child_id
from ({children}) as typed
where typed.child is not null
"""

# A header looks at uasc, an episode at the header.
_TURN = {"header": 1, "episodes": 2}

_PROVIDERS = """
select submissions.submission_id, providers.*
from {submissions} as submissions
cross join raw.reference_providers as providers
"""

# Blanks of all kinds around a cell say nothing, and codes are the same in small letters.
_TEXT = "nullif(upper(btrim({table}.{column}, E' \\t\\r\\n\\u00a0')), '')"

NEEDS = {
    "last_year": "the return of the year before, accepted in the warehouse (or --last-year)",
    "providers": "the Ofsted list of providers (`club reference providers`, or --providers)",
    "uasc_flag": "the UASC status of each child, 1 or 0: the XML form, or a column UASC in the file of that table",
    "postcodes": "the postcode directory (`club reference postcodes`, or --postcodes)",
}


def take_child_snapshot(
    connection: psycopg.Connection, layout: ReturnLayout, submission_ids: list[int], settings: Settings
) -> None:
    """(Re)make the tables `checking.<return>_*` for these submissions."""
    hand_over_key(connection, settings)
    connection.execute("set local work_mem = '128MB'")
    connection.execute("set local enable_nestloop = off")
    name = _names(layout)
    submissions = name("submissions")
    replace_table(connection, submissions, sql.SQL(_SUBMISSIONS).format(ids=sql.Literal(submission_ids)))
    replace_table(connection, name("files"), sql.SQL(_FILES).format(submissions=submissions))
    replace_table(
        connection,
        name("last_years"),
        sql.SQL(_LAST_YEARS).format(submissions=submissions, return_code=sql.Literal(layout.code)),
    )
    replace_table(
        connection,
        name("held_elsewhere"),
        sql.SQL(_HELD_ELSEWHERE).format(
            submissions=submissions, headers=sql.Identifier("pseudonymised", f"{layout.code}_header")
        ),
    )
    _copy_codes(connection, layout)
    _copy_authorities(connection, layout)
    replace_table(connection, name("providers"), sql.SQL(_PROVIDERS).format(submissions=submissions))
    later = _worked_out(layout)
    for table in sorted(layout.tables, key=lambda table: _TURN.get(table.name, 0)):
        typed = _typed(layout, table)
        statement = later.pop(table.name, None)
        if statement:
            typed = sql.SQL("with typed as ({}) select * from ({}) as worked_out").format(
                typed, sql.SQL(statement)
            )
        replace_table(connection, name(table.name), typed)
    for table_name, statement in later.items():
        replace_table(connection, name(table_name), sql.SQL(statement))
    _take_last_year(connection, layout)


def drop_child_snapshot(connection: psycopg.Connection, layout: ReturnLayout, suite: Suite) -> None:
    """Leave nothing about children behind in the work area."""
    left = connection.execute(
        "select tablename from pg_tables where schemaname = 'checking' and starts_with(tablename, %s)",
        [f"{layout.code}_"],
    ).fetchall()
    tables = [sql.Identifier("checking", name) for (name,) in left]
    tables += [rule.failing_table for rule in suite.rules]
    connection.execute(sql.SQL("drop table if exists {}").format(sql.SQL(", ").join(tables)))


# What is not there, by the submissions that lack it.
Lacking = dict[str, set[int]]


def find_lacking(connection: psycopg.Connection, layout: ReturnLayout) -> Lacking:
    """What rules may need and these submissions lack: their own tables, last year's return, reference lists."""
    name = _names(layout)
    queries = {
        NEEDS["last_year"]: sql.SQL(
            "select submission_id from {} where submission_id not in (select submission_id from {})"
        ).format(name("submissions"), name("last_years")),
        NEEDS["uasc_flag"]: sql.SQL(
            "select submission_id from {} where submission_id not in"
            " (select submission_id from {} where headings -> 'uasc' is not null)"
        ).format(name("submissions"), name("files")),
    }
    for need in ("providers", "postcodes"):
        queries[NEEDS[need]] = sql.SQL(
            "select submission_id from {} where not exists (select 1 from raw.{})"
        ).format(name("submissions"), sql.Identifier(f"reference_{need}"))
    for table in layout.tables:
        queries[_sent(table.name)] = sql.SQL(
            "select submission_id from {} where submission_id not in"
            " (select submission_id from {} where table_name = {})"
        ).format(name("submissions"), name("files"), sql.Literal(table.name))
    return {
        need: {number for (number,) in connection.execute(query).fetchall()} for need, query in queries.items()
    }


def unmet_needs(lacking: Lacking, rule: Rule) -> dict[int, str]:
    """The submissions that a rule cannot be run for, and what is not there.

    A rule points at its own tables: where one of them was not sent, it would point at every child.
    """
    needs = [_sent(table) for table in rule.columns] + [NEEDS[need] for need in rule.needs]
    return {number: need for need in needs for number in lacking.get(need, ())}


def _sent(table_name: str) -> str:
    return f"the table {table_name}, sent with the others"


def _names(layout: ReturnLayout) -> Callable[[str], sql.Identifier]:
    return lambda name: sql.Identifier("checking", f"{layout.code}_{name}")


def _worked_out(layout: ReturnLayout) -> dict[str, str]:
    """The queries of `tables/`, by the table they make."""
    folder = EXPECTATIONS / layout.code / "tables"
    return {path.stem: path.read_text() for path in sorted(folder.glob("*.sql"))}


def _typed(layout: ReturnLayout, table: TableLayout) -> sql.Composed:
    columns: list[sql.Composable] = []
    for column in table.known_columns:
        text = sql.SQL(_TEXT).format(table=sql.Identifier("sent"), column=sql.Identifier(column))
        if column in table.dates:
            columns.append(
                sql.SQL("raw.to_date(sent.{}) as {}").format(sql.Identifier(column), sql.Identifier(column))
            )
            columns.append(sql.SQL("{} as {}").format(text, sql.Identifier(f"{column}_text")))
        else:
            columns.append(sql.SQL("{} as {}").format(text, sql.Identifier(column)))
    return sql.SQL(
        "select sent.submission_id, sent.file_id, sent.line_number, submissions.authority_code,"
        " submissions.period_code, submissions.year_start, submissions.year_end, {columns}"
        " from raw.{raw} as sent"
        " inner join {submissions} as submissions on sent.submission_id = submissions.submission_id"
    ).format(
        columns=sql.SQL(", ").join(columns),
        raw=sql.Identifier(f"{layout.code}_{table.name}"),
        submissions=_names(layout)("submissions"),
    )


def _take_last_year(connection: psycopg.Connection, layout: ReturnLayout) -> None:
    """Last year's tables under the names of this year's: the children who are known by their own names again."""
    name = _names(layout)
    held = connection.execute(sql.SQL("select 1 from {} limit 1").format(name("last_years"))).fetchone()
    tables = [
        sql.SQL("select submission_id, authority_code, child from {}").format(name(table.name))
        for table in layout.tables
    ]
    children = sql.SQL(" union ").join(tables) if held else sql.SQL("{} limit 0").format(tables[0])
    replace_table(connection, name("known_children"), sql.SQL(_KNOWN_CHILDREN).format(children=children))
    for table in layout.tables:
        replace_table(connection, name(f"{table.name}_last"), _last(connection, layout, table))


_INSTEAD_LAST = {
    "pl_post_token": "placement_address_id",
    "home_post_token": "home_address_id",
    "sw_id_token": "social_worker_id",
}


def _last(connection: psycopg.Connection, layout: ReturnLayout, table: TableLayout) -> sql.Composed:
    kept = connection.execute(
        "select column_name from information_schema.columns where table_schema = 'pseudonymised'"
        " and table_name = %s and column_name not in"
        " ('submission_id', 'period_code', 'child_id') order by ordinal_position",
        [f"{layout.code}_{table.name}"],
    ).fetchall()
    columns: list[sql.Composable] = [sql.SQL("held.{}").format(sql.Identifier(column)) for (column,) in kept]
    columns += [
        sql.SQL("held.{}::text as {}").format(sql.Identifier(column), sql.Identifier(f"{column}_text"))
        for (column,) in kept
        if column in table.dates
    ]
    columns += [
        sql.SQL("held.{} as {}").format(sql.Identifier(column), sql.Identifier(token))
        for token, column in _INSTEAD_LAST.items()
        if (column,) in kept
    ]
    if table.name == "episodes":
        columns.append(
            sql.SQL(
                "row_number() over (partition by held.submission_id, held.child_id"
                " order by held.decom nulls last, held.dec nulls last, held.line_number) as episode_number,"
                " row_number() over (partition by held.submission_id, held.child_id"
                " order by held.decom desc nulls first, held.dec desc nulls first, held.line_number desc) = 1"
                " as is_latest"
            )
        )
    return sql.SQL(
        "select last_years.submission_id, last_years.period_code, last_years.year_start::date as year_start,"
        " last_years.year_end::date as year_end, coalesce(known.child, held.child_id) as child, {columns}"
        " from {last_years} as last_years"
        " inner join pseudonymised.{table} as held on last_years.last_submission_id = held.submission_id"
        " left join {known} as known"
        " on last_years.submission_id = known.submission_id and held.child_id = known.child_id"
    ).format(
        columns=sql.SQL(", ").join(columns),
        last_years=_names(layout)("last_years"),
        table=sql.Identifier(f"{layout.code}_{table.name}"),
        known=_names(layout)("known_children"),
    )


def _copy_codes(connection: psycopg.Connection, layout: ReturnLayout) -> None:
    """The codes that are valid in the year of each submission, from the seed that the models use too."""
    name = _names(layout)
    _copy_in(
        connection,
        name("all_codes"),
        ("codeset", "code", "first_period", "last_period"),
        (
            (row["codeset"], row["code"], row["valid_from_period"] or None, row["valid_to_period"] or None)
            for row in seed_rows(f"{layout.code}/{layout.code}_codes")
        ),
    )
    replace_table(
        connection,
        name("codes"),
        sql.SQL(
            "select submissions.submission_id, codes.codeset, codes.code from {} as submissions"
            " inner join {} as codes on submissions.period_code >= coalesce(codes.first_period, '')"
            " and submissions.period_code <= coalesce(codes.last_period, '9999')"
        ).format(name("submissions"), name("all_codes")),
    )


def _copy_authorities(connection: psycopg.Connection, layout: ReturnLayout) -> None:
    _copy_in(
        connection,
        _names(layout)("authorities"),
        ("authority_code", "gss_code", "dfe_la_number"),
        ((each.code, each.gss_code, each.dfe_la_number) for each in authorities().values()),
    )


def _copy_in(
    connection: psycopg.Connection,
    table: sql.Identifier,
    columns: tuple[str, ...],
    rows: Iterable[tuple[str | None, ...]],
) -> None:
    """(Re)make an unlogged table of texts from what the code knows."""
    texts = sql.SQL(", ").join(sql.SQL("{} text").format(sql.Identifier(column)) for column in columns)
    connection.execute(sql.SQL("drop table if exists {}").format(table))
    connection.execute(sql.SQL("create unlogged table {} ({})").format(table, texts))
    with connection.cursor() as cursor, cursor.copy(sql.SQL("copy {} from stdin").format(table)) as copy:
        for row in rows:
            copy.write_row(row)
