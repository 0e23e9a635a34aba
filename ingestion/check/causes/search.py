"""What to put right first: the few things behind most of a submission's findings, worked out and not guessed.

Each candidate is tried: the raw rows are changed as if it were right, in a transaction that is always rolled back,
the work area is made of them anew, and the rules with findings run again. What is not found any more went with it.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

import psycopg
import structlog
from psycopg import sql

from ingestion.check.causes.form_cells import note_form_entries
from ingestion.check.causes.masks import Candidate, number_candidates
from ingestion.check.causes.person import note_person_entries
from ingestion.check.causes.trials import TrialError, Trials
from ingestion.check.failing import error_text, failing_table
from ingestion.check.plan import Plan
from ingestion.check.suite import Suite
from ingestion.returns.catalogue import ReturnLayout, Shape
from ingestion.settings import Settings
from ingestion.warehouse.pseudonym_key import hand_over_key
from ingestion.warehouse.states import Severity

log = structlog.get_logger()

# What is told at most, and the findings that a cause must be behind: so many, and such a share of all.
CAUSES = 3
LEAST = 5
LEAST_SHARE = 0.05

# The candidates tried of each submission, and the seconds that all trials of a check may take together.
TRIED = 8
SECONDS = 25.0

# Nobody reads a report of so many findings one by one; the rules that find most say what is wrong.
MOST_FINDINGS = 20_000

# Of two that explain the same, the one with fewer cells to put right is the more likely.
_COST_OF_A_PLACE = 0.25


@dataclass(frozen=True)
class Cause:
    """A cause that was found: what to put right, and the failing rows that go with it."""

    number: int
    what: Candidate
    failing: frozenset[int]
    critical: int


@dataclass(frozen=True)
class _Failing:
    """The failing rows of the submissions under check."""

    submission_of: dict[int, int]
    critical: frozenset[int]

    def count(self, submission_id: int) -> int:
        return sum(number == submission_id for number in self.submission_of.values())


def find_causes(
    connection: psycopg.Connection, layout: ReturnLayout, suite: Suite, plans: list[Plan], settings: Settings
) -> list[Cause]:
    """Find what is behind most findings of each submission; nothing where the time does not suffice.

    Args:
        connection: the loader's, in autocommit; all that is tried on it is rolled back.
        layout: the return, whose failing rows and work area are there.
        suite: its rules.
        plans: the rules that could run.
        settings: the key of the pseudonyms, which some rules compare.
    """
    own = _sent_by_senders(connection, plans) if layout.shape in (Shape.TABLES, Shape.FORM) else []
    failing = _failing(connection, layout, plans, own)
    if not LEAST <= len(failing.submission_of) <= MOST_FINDINGS:
        return []
    found_by = _rules_that_found(connection, layout)
    again = [plan for plan in plans if plan.rule.key in found_by]
    trials = Trials(connection, layout, suite, again, SECONDS)
    try:
        with connection.transaction(force_rollback=True):
            connection.execute(f"set local statement_timeout = {max(1, int(SECONDS * 1000))}")
            if layout.is_person_level:
                hand_over_key(connection, settings)
                connection.execute("set local enable_nestloop = off")
                connection.execute("set local work_mem = '128MB'")
                note_person_entries(connection, layout, plans)
            else:
                note_form_entries(connection, suite, own)
            candidates = number_candidates(connection, layout, LEAST, LEAST_SHARE, TRIED)
            return _search(trials, candidates, failing)
    except TrialError:
        log.warning("causes not found in time", return_code=layout.code)
    except psycopg.DatabaseError as problem:
        # What is behind findings may be left unsaid; the findings may not.
        if connection.broken:
            raise
        log.warning("causes not found", return_code=layout.code, error=error_text(layout, problem))
    return []


def mark_findings(connection: psycopg.Connection, layout: ReturnLayout, causes: Iterable[Cause]) -> None:
    """Note at each failing row the cause that it goes with."""
    for cause in causes:
        connection.execute(
            sql.SQL("update {} set cause_number = %s where failing_id = any(%s)").format(failing_table(layout)),
            [cause.number, list(cause.failing)],
        )


def _search(trials: Trials, candidates: list[Candidate], failing: _Failing) -> list[Cause]:
    """Try each candidate by itself, choose those that explain most, and try these together."""
    explained = _try_each(trials, candidates, failing)
    chosen = [
        each
        for submission_id in sorted({candidate.submission_id for candidate in explained})
        for each in _choose(
            {one: gone for one, gone in explained.items() if one.submission_id == submission_id},
            max(LEAST, LEAST_SHARE * failing.count(submission_id)),
        )
    ]
    if not chosen:
        return []
    together, _ = trials.run([candidate for _, candidate, _ in chosen], is_last=True)
    causes = [
        Cause(number, candidate, rows & together, len(rows & together & failing.critical))
        for number, candidate, rows in chosen
    ]
    return [cause for cause in causes if len(cause.failing) >= LEAST]


def _try_each(trials: Trials, candidates: list[Candidate], failing: _Failing) -> dict[Candidate, frozenset[int]]:
    """Try the candidates in turns, one of each submission at a time, for as long as there is time."""
    explained: dict[Candidate, frozenset[int]] = {}
    turns: dict[int, list[Candidate]] = defaultdict(list)
    tried: dict[int, int] = defaultdict(int)
    for candidate in candidates:
        tried[candidate.submission_id] += 1
        turns[tried[candidate.submission_id]].append(candidate)
    for turn in turns.values():
        try:
            gone, arisen = trials.run(turn)
        except TrialError:
            break
        for candidate in turn:
            own = frozenset(row for row in gone if failing.submission_of.get(row) == candidate.submission_id)
            new = 0 if candidate.is_blanked else arisen.get(candidate.submission_id, 0)
            if len(own) - new >= LEAST:
                explained[candidate] = own
    return explained


def _choose(
    explained: dict[Candidate, frozenset[int]], least: float
) -> list[tuple[int, Candidate, frozenset[int]]]:
    """Choose greedily: each next one explains the most of what is left, and costs the fewest corrections."""
    left = dict(explained)
    chosen: list[tuple[int, Candidate, frozenset[int]]] = []
    taken: frozenset[int] = frozenset()
    while left and len(chosen) < CAUSES:
        best = max(left, key=lambda each: len(left[each] - taken) - _COST_OF_A_PLACE * each.places)
        rows = left.pop(best) - taken
        if len(rows) >= least:
            chosen.append((len(chosen) + 1, best, rows))
            taken |= rows
    return chosen


def _sent_by_senders(connection: psycopg.Connection, plans: list[Plan]) -> list[int]:
    """Return the submissions that somebody sent: nobody puts right what came with a national collection."""
    numbers = sorted({number for plan in plans for number in plan.submissions})
    rows = connection.execute(
        "select submission_id from ledger.submission where submission_id = any(%s) and collection is null",
        [numbers],
    ).fetchall()
    return [number for (number,) in rows]


def _failing(
    connection: psycopg.Connection, layout: ReturnLayout, plans: list[Plan], submissions: list[int]
) -> _Failing:
    critical = [plan.rule.key for plan in plans if plan.rule.severity is Severity.CRITICAL]
    rows = connection.execute(
        sql.SQL("select failing_id, submission_id, rule = any(%s) from {} where submission_id = any(%s)").format(
            failing_table(layout)
        ),
        [critical, submissions],
    ).fetchmany(MOST_FINDINGS + 1)
    return _Failing(
        {number: submission for number, submission, _ in rows},
        frozenset(number for number, _, is_critical in rows if is_critical),
    )


def _rules_that_found(connection: psycopg.Connection, layout: ReturnLayout) -> set[str]:
    rows = connection.execute(sql.SQL("select distinct rule from {}").format(failing_table(layout))).fetchall()
    return {rule for (rule,) in rows}
