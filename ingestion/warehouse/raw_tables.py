"""The raw tables of the returns, created from their layouts where they do not exist yet.

An existing table is left as it is: it is changed by a migration, because its rows have to be kept.
"""

from psycopg import Connection, sql

from ingestion.returns.catalogue import ReturnLayout, Shape, TableLayout, listed_returns
from ingestion.warehouse.connection import Role, role_name

# Column, type, and description.
Column = tuple[str, str, str]

_PLACE: tuple[Column, ...] = (
    ("submission_id", "bigint not null", "The submission"),
    ("file_id", "bigint not null", "The file"),
    ("line_number", "integer not null", "Line of the file, or row of the sheet"),
)
_CELL: tuple[Column, ...] = (
    ("column_number", "integer not null", "1 is spreadsheet column A"),
    ("value", "text not null", "The text as sent; an empty cell has no row"),
)
_RECORD: tuple[Column, ...] = (("record", "jsonb not null", "Column name to text as sent"),)
_ANSWER: tuple[Column, ...] = (
    ("answer_number", "integer not null", "Turn of the answer in its file"),
    ("item_code", "text not null", "The question, case, picture or entry; 'stamp': what the file says of itself"),
    ("respondent", "text not null", "The perspective that answers; empty: the authority as a whole"),
    ("field", "text not null", "Which answer to the item it is: answer, certainty, reason, evidence"),
    ("value", "text not null", "The text as given; what was not answered has no row"),
    ("sheet_name", "text not null", "Sheet of a workbook; empty in a table"),
    ("cell", "text not null", "Cell of the sheet, as C7; in a table the heading"),
)
_OWNER: tuple[Column, ...] = (
    ("authority_code", "text not null", "Whose return it is"),
    ("period_code", "text not null", "Which year it is for"),
)

_IN_FILE = ("submission_id", "file_id")
# The columns after the place, and the key, where a return has one raw table.
_OF_ONE_TABLE: dict[Shape, tuple[tuple[Column, ...], tuple[str, ...]]] = {
    Shape.FORM: (_CELL, (*_IN_FILE, "line_number", "column_number")),
    Shape.RECORDS: (_RECORD, (*_IN_FILE, "line_number")),
    Shape.ANSWERS: (_ANSWER, (*_IN_FILE, "answer_number")),
}

# The pseudonymised columns that replace a column which would identify a person.
INSTEAD: dict[str, tuple[Column, ...]] = {
    "child": (("child_id", "text", "Keyed pseudonym of the child"),),
    "dob": (("birth_month", "date", "First day of the month of birth"),),
    "mc_dob": (("mc_birth_month", "date", "First day of the month of birth of the mother's child"),),
    "upn": (("upn_token", "text", "Keyed token of the pupil number"),),
    "home_post": (
        ("home_post_sector", "text", "Postcode sector of the home"),
        ("home_address_id", "text", "Keyed token of the home's postcode"),
    ),
    "pl_post": (
        ("pl_post_sector", "text", "Postcode sector of the placement"),
        ("placement_address_id", "text", "Keyed token of the placement's postcode"),
    ),
    "sw_id": (("social_worker_id", "text", "Keyed token of the social worker"),),
}


def create_raw_tables(connection: Connection) -> None:
    """Create the missing tables of every listed return, as the loader, who owns them."""
    connection.execute(sql.SQL("set local role {}").format(sql.Identifier(role_name(Role.LOADER))))
    for layout in listed_returns():
        if layout.shape is Shape.TABLES:
            for table, name in zip(layout.tables, layout.raw_tables, strict=True):
                _create_table_of_columns(connection, layout, table, name)
        else:
            (name,) = layout.raw_tables
            columns, key = _OF_ONE_TABLE[layout.shape]
            _create(connection, "raw", name, (*_PLACE, *columns), key, layout.title)
    connection.execute("reset role")


def _create_table_of_columns(connection: Connection, layout: ReturnLayout, table: TableLayout, name: str) -> None:
    about = f"{layout.title}: {table.name}"
    key = ("file_id", "line_number")
    sent = tuple((column, "text", "As sent") for column in table.known_columns)
    _create(connection, "raw", name, (*_PLACE, *sent), key, f"{about}, as sent")
    if layout.is_person_level:
        kept = (*_PLACE, *_OWNER, *(column for original in sent for column in _kept(table, original[0])))
        _create(connection, "pseudonymised", name, kept, key, f"{about}, under keyed pseudonyms")


def _kept(table: TableLayout, column: str) -> tuple[Column, ...]:
    """Return the pseudonymised columns for a column: itself, or others that do not identify the person."""
    kind = "date" if column in table.dates else "text"
    return INSTEAD.get(column, ((column, kind, "As sent"),))


def _create(
    connection: Connection, schema: str, name: str, columns: tuple[Column, ...], key: tuple[str, ...], about: str
) -> None:
    table = sql.Identifier(schema, name)
    if connection.execute("select to_regclass(%s)", [f"{schema}.{name}"]).fetchone() != (None,):
        return
    lines = [sql.SQL("{} ").format(sql.Identifier(column)) + sql.SQL(kind) for column, kind, _ in columns]
    lines.append(sql.SQL("primary key ({})").format(sql.SQL(", ").join(map(sql.Identifier, key))))
    connection.execute(sql.SQL("create table {} ({})").format(table, sql.SQL(", ").join(lines)))
    connection.execute(sql.SQL("comment on table {} is {}").format(table, sql.Literal(about)))
    for column, _, meaning in columns:
        connection.execute(
            sql.SQL("comment on column {} is {}").format(
                sql.Identifier(schema, name, column), sql.Literal(meaning)
            )
        )
    if "submission_id" not in key:
        connection.execute(sql.SQL("create index on {} (submission_id)").format(table))
