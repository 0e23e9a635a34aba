"""A case of the quiz that is settled, as a dated decision: the rows of the seed, and what they would change."""

import csv
import io
import re
from collections.abc import Iterable
from datetime import date
from difflib import unified_diff

import psycopg
from psycopg.rows import class_row

from ingestion.errors import ClubError
from ingestion.seeds import seed_rows
from reporting.definitions.effects import Effect
from reporting.quiz.rows import Settlement
from reporting.quiz.words import outcome_in_words, votes_in_words

SEED = "ssda903/club_decisions"
SETTLED = "settled"
AS_DECIDED = "as_decided"

Rows = list[dict[str, str]]

_PERIOD = re.compile(r"\d{4}-\d{2}")


def settled_cases(settlements: Iterable[Settlement], case_code: str | None) -> list[Settlement]:
    """Return what a round settles: one case of each decision, that with the fewest votes for it.

    Args:
        settlements: the cases of the round.
        case_code: the only one that is wanted.

    Raises:
        ClubError: there is no such case, or it is not settled, or none is; the sentence says by which rule.
    """
    asked = [one for one in settlements if case_code in (None, one.case_code)]
    if not asked:
        raise ClubError(f"The round has no case '{case_code}'.")
    settled = [one for one in asked if one.finding == SETTLED]
    if not settled and case_code:
        raise ClubError(f"{case_code}: {votes_in_words(asked[0])} {outcome_in_words(asked[0])}")
    if not settled:
        refused = "".join(f"\n{one.case_code}: {outcome_in_words(one)}" for one in unsettled_cases(asked))
        raise ClubError(f"No case of the round settles anything otherwise than is decided.{refused}")
    weakest_first = sorted(settled, key=lambda one: (one.votes_for, one.case_code))
    return list({one.decision_code: one for one in reversed(weakest_first)}.values())


def unsettled_cases(settlements: Iterable[Settlement]) -> list[Settlement]:
    """Return the cases that tell a decision apart, and neither keep nor change it."""
    return [one for one in settlements if one.decision_code and one.finding not in (SETTLED, AS_DECIDED)]


def with_decision(rows: Rows, settled: Settlement, first: str, agreed_on: date) -> Rows:
    """Return the rows of the seed with a decision that follows the one in force, which ends the year before.

    Args:
        rows: the decisions of the club.
        settled: the case that settles it.
        first: the first year that is counted by it.
        agreed_on: when it was agreed.

    Raises:
        ClubError: what is in force begins in that year or later, or is decided so already.
    """
    require_period(first)
    code = settled.decision_code
    (before,) = (row for row in rows if row["decision_code"] == code and not row["valid_to_period"])
    since = before["valid_from_period"]
    if since >= first:
        raise ClubError(f"`{code}` was decided from {since} on; what follows it begins later than {first}.")
    if before["value"] == settled.value:
        raise ClubError(f"`{code}` is `{settled.value}` already.")
    after = before | {
        "decision_version": str(int(before["decision_version"]) + 1),
        "value": str(settled.value),
        "valid_from_period": first,
        "agreed_on": agreed_on.isoformat(),
        "round": settled.round_code,
        "votes_for": str(settled.votes_for),
        "votes_against": str(settled.votes_against),
        "supersedes": before["decision_version"],
        "provenance": "club",
    }
    ended = before | {"valid_to_period": year_beside(first, -1)}
    return [each for row in rows for each in ((ended, after) if row is before else (row,))]


def as_seed(rows: Rows) -> str:
    """Write rows of a seed as its file has them."""
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def difference(before: Rows, after: Rows) -> list[str]:
    """Return the lines of the seed that change, as `diff` shows them."""
    old, new = as_seed(before).splitlines(), as_seed(after).splitlines()
    return list(unified_diff(old, new, f"{SEED}.csv", f"{SEED}.csv, proposed", lineterm="", n=0))


def decisions_of_the_club() -> Rows:
    """Read the decisions of the club."""
    return seed_rows(SEED)


def next_year_to_count(connection: psycopg.Connection, indicator_code: str, agreed_on: date) -> str:
    """Return the year after the last one for which an indicator was counted from returns.

    Where none was, the first year that begins after the decision was agreed.
    """
    (last,) = connection.execute(
        "select max(period_code) from marts.fct_indicator"
        " where indicator_code = %s and basis = 'submitted' and value is not null",
        [indicator_code],
    ).fetchone() or (None,)
    if last is None:
        return year_after(agreed_on)
    return year_beside(last, 1)


def effects(connection: psycopg.Connection, settled: Settlement, first: str) -> list[Effect]:
    """Read what a decision would change of the years from its first on; where none is counted yet, of the last."""
    with connection.cursor(row_factory=class_row(Effect)) as cursor:
        return cursor.execute(
            """
            with found as (
                select * from marts.decision_effect
                where decision_code = %(decision)s and value_otherwise = %(value)s
            )

            select name, indicator_code, period_code, agreed_value, value, agreed_rank, rank
            from found
            inner join marts.dim_authority using (authority_code)
            where period_code >= least(%(first)s, (select max(period_code) from found))
            order by indicator_code, period_code, name
            """,
            {"decision": settled.decision_code, "value": settled.value, "first": first},
        ).fetchall()


def require_period(period: str) -> None:
    """Make sure that a year is written as the club writes it.

    Raises:
        ClubError: it is not.
    """
    if not _PERIOD.fullmatch(period) or period != year_beside(year_beside(period, 1), -1):
        raise ClubError(f"'{period}' is no financial year; write it as 2027-28.")


def year_after(day: date) -> str:
    """Return the first financial year that begins after a day."""
    begins = day.year + (1 if (day.month, day.day) >= (4, 1) else 0)
    return f"{begins}-{(begins + 1) % 100:02}"


def year_beside(period: str, years: int) -> str:
    """Return the financial year so many years later."""
    first = int(period[:4]) + years
    return f"{first}-{(first + 1) % 100:02}"
