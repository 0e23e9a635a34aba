"""Read a round of the quiz from the marts."""

from dataclasses import fields
from typing import Any, TypeVar

import psycopg
from psycopg.rows import class_row

from ingestion.errors import ClubError
from reporting.quiz.rows import Agreement, Case, Gap, QuizRows, Reading, Reliability, Round, Settlement

Row = TypeVar("Row")

_GAPS = """
(
    select item_code as case_code, * from marts.perspective_gap
    where return_code = 'definition_quiz' and gap is not null
) as found
where round_code = %(round)s
order by gap desc, case_code, perspective, other_perspective
"""

# Of the rounds before it too: what has changed since.
_RELIABILITIES = """
(
    select quiz_reliability.* from marts.quiz_reliability
    inner join marts.quiz_round using (round_code)
    where
        (coalesce(opens_on, '-infinity'), round_code) <= (
            select coalesce(opens_on, '-infinity'), round_code from marts.quiz_round
            where round_code = %(round)s
        )
    order by opens_on nulls first, round_code, indicator_code, raters, coefficient
) as found
"""


def known_rounds(connection: psycopg.Connection) -> list[Round]:
    """Return the rounds of the quiz, in the order in which they open."""
    return _rows(connection, Round, "marts.quiz_round order by opens_on nulls first, round_code")


def find_round(connection: psycopg.Connection, round_code: str | None) -> Round:
    """Find a round by its code, or the latest.

    Raises:
        ClubError: there is none.
    """
    rounds = known_rounds(connection)
    if not rounds:
        raise ClubError("There is no round of the quiz in the marts. Run `club load` first.")
    found = [one for one in rounds if round_code in (None, one.round_code)]
    if not found:
        known = ", ".join(one.round_code for one in rounds)
        raise ClubError(f"There is no round '{round_code}' of the quiz; known are {known}.")
    return found[-1]


def read_quiz(connection: psycopg.Connection, round_code: str | None) -> QuizRows:
    """Read a round; the latest if none is named.

    Raises:
        ClubError: there is no such round.
    """
    asked = find_round(connection, round_code)
    here = {"round": asked.round_code}
    of_round = "where round_code = %(round)s"
    readings = f"marts.quiz_case_reading {of_round} order by case_code, is_agreed desc, decision_code, value"
    agreements = _rows(connection, Agreement, f"marts.quiz_agreement {of_round}", here)
    return QuizRows(
        round=asked,
        cases=tuple(_rows(connection, Case, f"marts.quiz_case {of_round} order by turn", here)),
        readings=tuple(_rows(connection, Reading, readings, here)),
        agreements={(one.case_code, one.raters): one for one in agreements},
        given=_given(connection, here),
        reasons=_reasons(connection, here),
        reliabilities=tuple(_rows(connection, Reliability, _RELIABILITIES, here)),
        gaps=tuple(_rows(connection, Gap, _GAPS, here)),
        settlements={one.case_code: one for one in read_settlements(connection, asked.round_code)},
    )


def read_settlements(connection: psycopg.Connection, round_code: str) -> list[Settlement]:
    """Read what a round settles, case by case."""
    of_round = "marts.quiz_settlement where round_code = %(round)s order by case_code"
    return _rows(connection, Settlement, of_round, {"round": round_code})


def _given(connection: psycopg.Connection, here: dict[str, Any]) -> dict[tuple[str, str], dict[str, int]]:
    found: dict[tuple[str, str], dict[str, int]] = {}
    for case_code, raters, answer, given in connection.execute(
        "select case_code, raters, answer, given from marts.quiz_tally where round_code = %(round)s"
        " order by case_code, raters, length(answer), answer",
        here,
    ).fetchall():
        found.setdefault((case_code, raters), {})[answer] = given
    return found


def _reasons(connection: psycopg.Connection, here: dict[str, Any]) -> dict[str, list[tuple[str, str]]]:
    found: dict[str, list[tuple[str, str]]] = {}
    for case_code, answer, reason in connection.execute(
        "select distinct case_code, answer, reason from marts.quiz_answer"
        " where round_code = %(round)s and reason is not null order by 1, 2, 3",
        here,
    ).fetchall():
        found.setdefault(case_code, []).append((answer, reason))
    return found


def _rows(
    connection: psycopg.Connection, kind: type[Row], of: str, here: dict[str, Any] | None = None
) -> list[Row]:
    columns = ", ".join(field.name for field in fields(kind))  # type: ignore[arg-type]  # every kind is a dataclass
    with connection.cursor(row_factory=class_row(kind)) as cursor:
        return cursor.execute(f"select {columns} from {of}".encode(), here).fetchall()  # noqa: S608 -- our own words
