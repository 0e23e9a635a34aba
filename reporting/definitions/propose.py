"""Propose decisions by what a round of the quiz has settled, read from one build of the marts."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import psycopg

from ingestion.outbox import write_if_changed
from ingestion.settings import SEEDS, Settings
from ingestion.warehouse.connection import Role
from reporting.definitions.effects import Effect
from reporting.definitions.proposal import (
    SEED,
    Rows,
    as_seed,
    decisions_of_the_club,
    difference,
    effects,
    next_year_to_count,
    require_period,
    settled_cases,
    unsettled_cases,
    with_decision,
)
from reporting.one_build import read_one_build
from reporting.quiz.read import find_round, read_settlements
from reporting.quiz.rows import Settlement


@dataclass(frozen=True)
class Proposal:
    """What a round would decide, from which year on, and what it would change, by case."""

    first: str
    agreed_on: date
    settled: list[Settlement]
    unsettled: list[Settlement]
    effects: dict[str, list[Effect]]
    before: Rows
    after: Rows

    @property
    def difference(self) -> list[str]:
        """The lines of the seed that change."""
        return difference(self.before, self.after)

    def write(self) -> Path:
        """Put the decisions into the seed; return its file."""
        path = SEEDS / f"{SEED}.csv"
        write_if_changed(path, as_seed(self.after))
        return path


def propose_decisions(
    settings: Settings, round_code: str, case_code: str | None, first: str | None, agreed_on: date
) -> Proposal:
    """Propose what a round has settled, or one case of it.

    Args:
        settings: where the marts are.
        round_code: the round of the quiz.
        case_code: the only case that is wanted.
        first: the first year counted by it; None for the next one that is not counted yet, or, where none is, the
            next to begin.
        agreed_on: when it was agreed.

    Raises:
        ClubError: there is no such round or case, it is not settled, or the year does not follow what is in force.
    """
    if first is not None:
        require_period(first)

    def read(connection: psycopg.Connection) -> Proposal:
        cases = read_settlements(connection, find_round(connection, round_code).round_code)
        settled = settled_cases(cases, case_code)
        year = first or next_year_to_count(connection, settled[0].indicator_code, agreed_on)
        before = after = decisions_of_the_club()
        for one in settled:
            after = with_decision(after, one, year, agreed_on)
        changes = {one.case_code: effects(connection, one, year) for one in settled}
        return Proposal(
            year, agreed_on, settled, [] if case_code else unsettled_cases(cases), changes, before, after
        )

    return read_one_build(settings, Role.ANALYST, read)
