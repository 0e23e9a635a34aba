"""What a sender said of a finding that is right as it stands: said once, shown whenever the finding arises again.

The same finding is the same rule at the same place: of a form the line of that name and the column, of a table of
persons the column and the person, under a pseudonym. The ledger keeps only a hash of it.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import LiteralString

import psycopg
from psycopg import sql
from psycopg.rows import class_row

from ingestion.errors import ClubError
from ingestion.feedback.facts import DecidedSubmission
from ingestion.returns.catalogue import ReturnLayout, Shape, catalogue
from ingestion.settings import Settings
from ingestion.warehouse.connection import Role, connect
from ingestion.warehouse.pseudonym_key import hand_over_key

# The place of a finding, as far as it stays the same; a person's is null once the rows are purged.
_PLACE: LiteralString = "encode(sha256(convert_to(concat_ws(' ', {parts}), 'UTF8')), 'hex')"
_NAME_OF_LINE: LiteralString = """(
    select cells.value from raw.{table} as cells
    where cells.file_id = finding.file_id and cells.line_number = finding.line_number
    order by cells.column_number
    limit 1
)"""
_PERSON: LiteralString = """(
    select raw.child_pseudonym(submission.sender, upper(btrim(sent.child))) from raw.{table} as sent
    where sent.file_id = finding.file_id and sent.line_number = finding.line_number
)"""

_FINDING = """
select submission.submission_id, submission.sender, submission.return_code, finding.rule_code
from ledger.finding inner join ledger.submission on finding.submission_id = submission.submission_id
where finding.finding_id = %s
"""

_PLACE_OF_FINDING = """
select {place}
from ledger.finding inner join ledger.submission on finding.submission_id = submission.submission_id
where finding.finding_id = {finding}
"""

_INSERT = """
insert into ledger.explanation (
    sender, return_code, rule_code, place, explanation, explained_by, submission_id
)
values (%(sender)s, %(return_code)s, %(rule_code)s, %(place)s, %(text)s, %(by)s, %(submission_id)s)
"""

# What was said last of a place counts, and goes before what was said of the whole rule.
_OF_SUBMISSION = """
with placed as (
    select finding.finding_id, finding.rule_code, finding.needs_sign_off, {place} as place
    from ledger.finding inner join ledger.submission on finding.submission_id = submission.submission_id
    where
        finding.submission_id = {submission}
        and finding.rule_code in (
            select known.rule_code from ledger.explanation as known
            where known.sender = submission.sender and known.return_code = submission.return_code
        )
)

select distinct on (placed.finding_id)
    placed.finding_id, placed.rule_code, placed.needs_sign_off, known.explanation, known.explained_by,
    known.explained_at
from placed
inner join ledger.explanation as known
    on
        known.sender = {sender} and known.return_code = {return_code} and placed.rule_code = known.rule_code
        and (known.place is null or placed.place = known.place)
order by placed.finding_id, known.place is null, known.explanation_id desc
"""


@dataclass(frozen=True)
class Explained:
    """What was said of a finding, by whom and when."""

    finding_id: int
    rule_code: str
    needs_sign_off: bool
    explanation: str
    explained_by: str
    explained_at: datetime


def explain(settings: Settings, finding_id: int, text: str, by: str, whole_rule: bool) -> tuple[int, str]:
    """Keep what a sender says of a finding; return its submission and the code of its rule.

    Args:
        settings: where the warehouse is.
        finding_id: the number of the finding, as the report has it.
        text: what the sender says.
        by: who says it.
        whole_rule: it is true of every finding of the rule in this sender's returns.

    Raises:
        ClubError: there is no such finding, nothing was said, or its place is not known any more.
    """
    if not text.strip():
        raise ClubError("Say what lies behind the finding: the explanation is empty.")
    with connect(settings, Role.LOADER) as connection:
        row = connection.execute(_FINDING, [finding_id]).fetchone()
        if row is None:
            raise ClubError(
                f"There is no finding {finding_id}; its number stands in the column Number of findings.xlsx."
            )
        submission_id, sender, return_code, rule_code = row
        place = None if whole_rule else _place_of(connection, settings, return_code, finding_id)
        connection.execute(
            _INSERT,
            {
                "sender": sender, "return_code": return_code, "rule_code": rule_code, "place": place,
                "text": text.strip(), "by": by, "submission_id": submission_id,
            },
        )  # fmt: skip
    return submission_id, rule_code


def explanations_of(
    connection: psycopg.Connection, settings: Settings, submission: DecidedSubmission
) -> dict[int, Explained]:
    """Read what was said of the findings of a submission, by the number of the finding."""
    layout = catalogue().get(submission.return_code)
    known = connection.execute(
        "select 1 from ledger.explanation where sender = %s and return_code = %s limit 1",
        [submission.sender, submission.return_code],
    ).fetchone()
    if known is None or layout is None:
        return {}
    hand_over_key(connection, settings)
    statement = sql.SQL(_OF_SUBMISSION).format(
        place=_place(layout),
        submission=sql.Literal(submission.submission_id),
        sender=sql.Literal(submission.sender),
        return_code=sql.Literal(submission.return_code),
    )
    with connection.cursor(row_factory=class_row(Explained)) as cursor:
        return {each.finding_id: each for each in cursor.execute(statement)}


def _place_of(connection: psycopg.Connection, settings: Settings, return_code: str, finding_id: int) -> str:
    layout = catalogue().get(return_code)
    if layout is None:
        raise ClubError(
            f"There is no return {return_code} any more; explain the rule as a whole, with --whole-rule."
        )
    hand_over_key(connection, settings)
    statement = sql.SQL(_PLACE_OF_FINDING).format(place=_place(layout), finding=sql.Literal(finding_id))
    row = connection.execute(statement).fetchone()
    if row is None or row[0] is None:
        raise ClubError(
            f"Whose row finding {finding_id} is about is not known any more: its rows were purged. "
            "Explain the rule as a whole, with --whole-rule."
        )
    return str(row[0])


def _place(layout: ReturnLayout) -> sql.Composable:
    """Return the expression for the place of a finding."""
    if not layout.is_person_level:
        line: sql.Composable = sql.SQL("finding.line_number::text")
        if layout.shape is Shape.FORM and layout.raw_table:
            named = sql.SQL(_NAME_OF_LINE).format(table=sql.Identifier(layout.raw_table))
            line = sql.SQL("coalesce({}, {})").format(named, line)
        parts = sql.SQL("finding.table_name, finding.heading, finding.column_number, {}").format(line)
        return sql.SQL(_PLACE).format(parts=parts)
    cases = [
        sql.SQL("when {} then {}").format(
            sql.Literal(table.name), sql.SQL(_PERSON).format(table=sql.Identifier(f"{layout.code}_{table.name}"))
        )
        for table in layout.tables
    ]
    person = sql.SQL("case finding.table_name {} end").format(sql.SQL(" ").join(cases))
    parts = sql.SQL("finding.table_name, finding.heading, {}").format(person)
    return sql.SQL("case when {person} is not null then {place} end").format(
        person=person, place=sql.SQL(_PLACE).format(parts=parts)
    )
