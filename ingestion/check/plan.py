"""Plans that say which rules apply to which submissions, and why some do not."""

from collections.abc import Mapping
from dataclasses import dataclass

import psycopg

from ingestion.check.needs import Lacking, find_lacking, unmet_needs
from ingestion.check.suite import Rule, Suite
from ingestion.returns.catalogue import ReturnLayout, Shape

# What a rule looks at: in a form, every cell is a row.
_ROWS = {True: "sum(cell_count)", False: "sum(row_count)"}


@dataclass(frozen=True)
class Plan:
    """The submissions that one rule is run for, and those of its years that lack what it needs."""

    rule: Rule
    submissions: tuple[int, ...]
    unmet: Mapping[int, str]
    rows: int

    @property
    def needs(self) -> str | None:
        """The unmet needs, in words."""
        return "; ".join(dict.fromkeys(self.unmet.values())) or None


# The number of raw rows of a submission in each of its tables.
RowCounts = dict[tuple[int, str | None], int]


def make_plans(
    connection: psycopg.Connection, layout: ReturnLayout, suite: Suite, submission_ids: list[int]
) -> list[Plan]:
    """Make a plan for each rule that is valid in the year of any of these submissions."""
    periods = _periods(connection, submission_ids)
    rows = _row_counts(connection, layout, submission_ids)
    lacking = find_lacking(connection, layout) if layout.is_person_level else {}
    plans = []
    for rule in suite.rules:
        valid = [number for number in submission_ids if rule.is_valid_for(periods[number])]
        if valid:
            plans.append(_plan(rule, valid, lacking, rows))
    return plans


def _plan(rule: Rule, valid: list[int], lacking: Lacking, rows: RowCounts) -> Plan:
    needs = unmet_needs(lacking, rule)
    unmet = {number: needs[number] for number in valid if number in needs}
    submissions = tuple(number for number in valid if number not in unmet)
    return Plan(rule, submissions, unmet, _rows_seen(rule, set(submissions), rows))


def _rows_seen(rule: Rule, submissions: set[int], rows: RowCounts) -> int:
    """Count the rows that a rule looks at: those of the tables that it points at, or of all."""
    return sum(
        count
        for (number, table), count in rows.items()
        if number in submissions and (not rule.columns or table in rule.columns)
    )


def _periods(connection: psycopg.Connection, submission_ids: list[int]) -> dict[int, str]:
    return dict(
        connection.execute(
            "select submission_id, period_code from ledger.submission where submission_id = any(%s)",
            [submission_ids],
        ).fetchall()
    )


def _row_counts(connection: psycopg.Connection, layout: ReturnLayout, submission_ids: list[int]) -> RowCounts:
    found = connection.execute(
        f"select submission_id, table_name, {_ROWS[layout.shape in (Shape.FORM, Shape.ANSWERS)]}"  # noqa: S608 -- one of two
        " from ledger.submission_file where submission_id = any(%s) group by submission_id, table_name",
        [submission_ids],
    ).fetchall()
    return {(number, table): int(count) for number, table, count in found}
