"""Trials: the rules run again over rows in which something is put right, and what they do not find any more."""

import time
from dataclasses import replace

import psycopg
from psycopg import sql

from ingestion.check.causes.masks import Candidate, put_right
from ingestion.check.failing import create_failing, failing_table, lay_out_rule
from ingestion.check.form_tables import FEW, take_snapshot, work_table
from ingestion.check.person_tables import take_this_year
from ingestion.check.plan import Plan
from ingestion.check.suite import Suite
from ingestion.returns.catalogue import ReturnLayout

_IF_RIGHT = "failing_if_right"

# The place of a failing row, such that two of them can be compared by their hashes.
_PLACE = """(
    {row}.rule, {row}.submission_id, coalesce({row}.file_id, 0), coalesce({row}.line_number, 0),
    coalesce({row}.column_number, 0), coalesce({row}.heading, '')
)"""

# What is not found any more, and what was found in cells that are only blanked out.
_GONE = """
select failing.failing_id
from {failing} as failing
where
    failing.submission_id = any({submissions})
    and not exists (select from {if_right} as still where {place_still} = {place_failing})
union
select failing.failing_id
from {failing} as failing
inner join mask_entries as entries
    on failing.file_id = entries.file_id and failing.line_number = entries.line_number
where
    entries.candidate = any({chosen}) and entries.action = 'set' and entries.value is null
    and coalesce(entries.heading, '') = coalesce(failing.heading, '')
    and (entries.column_number is null or entries.column_number = failing.column_number)
"""

_ARISEN = """
select still.submission_id, count(*)
from {if_right} as still
where
    still.line_number > 0
    and not exists (select from {failing} as failing where {place_failing} = {place_still})
group by still.submission_id
"""


class TrialError(Exception):
    """A trial came to no end: there was no time left, or a rule could not run on what it made."""


class Trials:
    """Trials of candidates over the rules that found something."""

    def __init__(
        self,
        connection: psycopg.Connection,
        layout: ReturnLayout,
        suite: Suite,
        plans: list[Plan],
        seconds: float,
    ) -> None:
        """Give all of them together so many seconds; `plans` are those of the rules that found something."""
        self._connection, self._layout, self._suite = connection, layout, suite
        self._plans = plans
        self._ends_at = time.monotonic() + seconds
        self._longest = 0.0
        self._if_right = work_table(layout.code, _IF_RIGHT)
        self._tables = {
            "failing": failing_table(layout),
            "if_right": self._if_right,
            "place_failing": sql.SQL(_PLACE).format(row=sql.SQL("failing")),
            "place_still": sql.SQL(_PLACE).format(row=sql.SQL("still")),
        }

    def run(self, chosen: list[Candidate], is_last: bool = False) -> tuple[frozenset[int], dict[int, int]]:
        """Run the rules as if these were right; return what is gone, and how much is new by submission.

        Raises:
            TrialError: there was no time for it, or a rule could not run.
        """
        started = time.monotonic()
        if not is_last and started + 2 * self._longest > self._ends_at:
            raise TrialError
        submissions = sorted({each.submission_id for each in chosen})
        numbers = [each.candidate for each in chosen]
        with self._connection.transaction(force_rollback=True):
            put_right(self._connection, self._layout, numbers)
            self._take_snapshot(submissions)
            self._run_rules(submissions)
            parts = self._tables | {"chosen": sql.Literal(numbers), "submissions": sql.Literal(submissions)}
            gone = self._connection.execute(sql.SQL(_GONE).format(**parts)).fetchall()
            arisen = self._connection.execute(sql.SQL(_ARISEN).format(**parts)).fetchall()
        self._longest = max(self._longest, time.monotonic() - started)
        return frozenset(number for (number,) in gone), dict(arisen)

    def _take_snapshot(self, submissions: list[int]) -> None:
        if self._layout.is_person_level:
            take_this_year(self._connection, self._layout)
        else:
            take_snapshot(self._connection, self._suite, submissions)

    def _run_rules(self, submissions: list[int]) -> None:
        create_failing(self._connection, self._if_right)
        for plan in self._plans:
            wanted = tuple(number for number in plan.submissions if number in submissions)
            left = self._ends_at - time.monotonic()
            if left <= 0:
                raise TrialError
            self._connection.execute(f"set local statement_timeout = {max(1, int(left * 1000))}")
            error = wanted and lay_out_rule(
                self._connection, self._layout, replace(plan, submissions=wanted), len(wanted) > FEW,
                self._if_right,
            )  # fmt: skip
            if error:
                raise TrialError
        self._connection.execute(sql.SQL("analyze {}").format(self._if_right))
