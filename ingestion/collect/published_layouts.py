"""The layouts of published tables, and the forms that people fill in, in the database: for models and rules."""

import json
from collections.abc import Iterable

from psycopg import Connection

from ingestion.collect.answer_forms import keep_forms
from ingestion.returns.catalogue import ReturnLayout, TableLayout
from ingestion.returns.published.figures import as_record


def keep_layouts(connection: Connection, layouts: Iterable[ReturnLayout]) -> None:
    """Write the published ones among these into `raw.published_layouts`, and the forms of those that ask people.

    Rows already right stay untouched.
    """
    for layout in layouts:
        if layout.is_of_answers:
            keep_forms(connection, layout)
        if not layout.is_published:
            continue
        tables = {table.name: _as_json(table) for table in layout.tables}
        connection.execute(
            "delete from raw.published_layouts where return_code = %s and table_name <> all(%s)",
            [layout.code, list(tables)],
        )
        for table_name, document in tables.items():
            connection.execute(
                """
                insert into raw.published_layouts as known (return_code, table_name, publisher, title, layout)
                values (%s, %s, %s, %s, %s)
                on conflict (return_code, table_name) do update
                set publisher = excluded.publisher, title = excluded.title, layout = excluded.layout
                where (known.publisher, known.title, known.layout)
                    is distinct from (excluded.publisher, excluded.title, excluded.layout)
                """,
                [layout.code, table_name, layout.publisher, layout.title, document],
            )


def _as_json(table: TableLayout) -> str:
    read = [*table.columns, *(table.figures.columns() if table.figures else ())]
    document = {
        "headings": {column: table.headings(column) for column in dict.fromkeys(read)},
        "also": table.also,
        "columns_by_position": table.columns_by_position,
        "figures": as_record(table.figures) if table.figures else None,
        "sheet": table.sheet.model_dump(mode="json") if table.sheet else None,
        "dictionary": table.dictionary.model_dump(mode="json") if table.dictionary else None,
    }
    return json.dumps(document)
