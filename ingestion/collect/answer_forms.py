"""The forms of the returns of answers in the database, for the rules and the models to read."""

import json

from psycopg import Connection, sql
from psycopg.rows import dict_row

from ingestion.errors import ClubError
from ingestion.returns.catalogue import ReturnLayout
from ingestion.returns.forms import Form, form_as_rows, form_of

_KEEP_ROUND = """
insert into raw.answer_rounds as known (
    return_code, round_code, title, introduction, opens_on, closes_on, respondents, form_version
)
values (
    %(return_code)s, %(round_code)s, %(title)s, %(introduction)s, %(opens_on)s, %(closes_on)s, %(respondents)s,
    %(version)s
)
on conflict (return_code, round_code) do update set
    title = excluded.title, introduction = excluded.introduction, opens_on = excluded.opens_on,
    closes_on = excluded.closes_on, respondents = excluded.respondents, form_version = excluded.form_version
where known.form_version <> excluded.form_version
returning true
"""


def keep_forms(connection: Connection, layout: ReturnLayout) -> None:
    """Keep the form of every round that the files of a return state."""
    for round_code in layout.periods:
        keep_form(connection, form_of(layout.code, round_code))


def keep_form(connection: Connection, form: Form) -> None:
    """Keep what one round asks, instead of what it asked before; a form already right is not touched."""
    facts = form.model_dump(
        include={"return_code", "round_code", "title", "introduction", "opens_on", "closes_on"}
    )
    round_facts = facts | {"respondents": list(form.respondents), "version": form.version}
    if connection.execute(_KEEP_ROUND, round_facts).fetchone() is None:
        return
    rows = form_as_rows(form)
    connection.execute(
        "delete from raw.answer_forms where return_code = %s and round_code = %s",
        [form.return_code, form.round_code],
    )
    columns = list(rows[0])
    statement = sql.SQL("insert into raw.answer_forms ({}) values ({})").format(
        sql.SQL(", ").join(map(sql.Identifier, columns)), sql.SQL(", ").join(map(sql.Placeholder, columns))
    )
    with connection.cursor() as cursor:
        cursor.executemany(statement, rows)


def known_rounds(connection: Connection, return_code: str) -> tuple[str, ...]:
    """List the rounds of a return that the warehouse knows, in the order in which they open."""
    rows = connection.execute(
        "select round_code from raw.answer_rounds where return_code = %s"
        " order by opens_on nulls first, round_code",
        [return_code],
    ).fetchall()
    return tuple(code for (code,) in rows)


def latest_round(connection: Connection, return_code: str) -> str | None:
    """Return the round that opens last; None where there is none."""
    return next(reversed(known_rounds(connection, return_code)), None)


def read_form(connection: Connection, return_code: str, round_code: str) -> Form:
    """Read back what a round asks.

    Raises:
        ClubError: no such round is known.
    """
    place = {"return_code": return_code, "round_code": round_code}
    with connection.cursor(row_factory=dict_row) as cursor:
        known = cursor.execute(
            "select title, introduction, opens_on, closes_on, respondents from raw.answer_rounds"
            " where return_code = %(return_code)s and round_code = %(round_code)s",
            place,
        ).fetchone()
        if known is None:
            raise ClubError(f"There is no round '{round_code}' of {return_code}.")
        rows = cursor.execute(
            "select * from raw.answer_forms"
            " where return_code = %(return_code)s and round_code = %(round_code)s order by item_turn, field_turn",
            place,
        ).fetchall()
    items: dict[str, dict[str, object]] = {}
    for row in rows:
        item = items.setdefault(
            row["item_code"],
            {name: row[name] for name in ("section", "wording", "hint", "applies_if", "attributes")}
            | {"code": row["item_code"], "version": row["item_version"], "fields": []},
        )
        fields = item["fields"]
        assert isinstance(fields, list)
        fields.append(
            {name: row[name] for name in ("kind", "label", "choices", "is_required", "least", "most", "longest")}
            | {"code": row["field"]}
        )
    return Form.model_validate_json(json.dumps(place | known | {"items": list(items.values())}, default=str))
