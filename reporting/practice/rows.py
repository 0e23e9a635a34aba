"""Entries of good practice as they stand in one build, with what became of their figures."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import date
from typing import TypeVar

import psycopg
from psycopg.rows import class_row

from ingestion.errors import ClubError
from ingestion.settings import Settings
from ingestion.warehouse.connection import Role
from reporting.one_build import Build, read_one_build

Row = TypeVar("Row")

ARCHIVED = "archived"


@dataclass(frozen=True)
class Practice:
    """An entry; a row of `marts.good_practice`."""

    practice_code: str
    authority_code: str
    authority_name: str
    round_code: str
    title: str
    indicators: str | None
    factor: str | None
    client_group: str | None
    problem: str
    what_was_done: str
    started_in: str | None
    cost_posts: float | None
    cost_pounds: float | None
    evidence_level: str
    evidence_level_title: str
    evidence_level_meaning: str
    evidence_kind: str | None
    evidence: str | None
    outcome_claimed: str | None
    went_wrong: str
    transferable_to: str | None
    contact_role: str | None
    checked_by: str | None
    review_due: date | None
    status: str
    archived_because: str | None
    origin: str | None

    @property
    def anchor(self) -> str:
        """The id of its place on the page."""
        return self.practice_code.replace("/", "-").lower()

    @property
    def is_archived(self) -> bool:
        """True if its sender has taken it out of use."""
        return self.status == ARCHIVED

    def is_overdue(self, today: date) -> bool:
        """Return True if somebody should have looked through it by now."""
        return not self.is_archived and self.review_due is not None and self.review_due < today


@dataclass(frozen=True)
class Indicator:
    """An indicator that an entry is about; a row of `marts.practice_indicator`."""

    practice_code: str
    indicator_code: str
    indicator_title: str


@dataclass(frozen=True)
class FollowUp:
    """What became of an indicator after the start, in a sentence; a row of `marts.practice_follow_up`."""

    practice_code: str
    indicator_code: str
    statement: str


@dataclass(frozen=True)
class PracticeRows:
    """All entries but drafts, the surest first, with what belongs to each."""

    build: Build
    region: str
    practices: tuple[Practice, ...]
    indicators: dict[str, list[Indicator]]
    follow_ups: dict[str, list[FollowUp]]

    def find(self, code: str) -> Practice:
        """Find an entry by its code: `dudley/FC02`, or `FC02` where only one authority has it.

        Raises:
            ClubError: there is none, or there are several.
        """
        wanted = code.lower()
        found = [
            each for each in self.practices
            if each.practice_code.lower() == wanted or each.practice_code.lower().endswith(f"/{wanted}")
        ]  # fmt: skip
        if len(found) == 1:
            return found[0]
        if found:
            raise ClubError(f"Several entries are {code}: {', '.join(each.practice_code for each in found)}.")
        raise ClubError(f"There is no entry {code}; `club practice search` finds those there are.")


_PRACTICES = """
select {columns} from marts.good_practice
where status <> 'draft'
order by status = 'archived', evidence_level, practice_code
"""
_REGION = "select string_agg(distinct region, ' and ' order by region) from marts.dim_authority where is_member"


def read_practices(settings: Settings) -> PracticeRows:
    """Read all entries that are not drafts, all of one build.

    Raises:
        ClubError: nothing was built yet.
    """
    return read_one_build(settings, Role.ANALYST, _read)


def _read(connection: psycopg.Connection) -> PracticeRows:
    builds = _rows(connection, Build, "select {columns} from marts.build")
    if not builds:
        raise ClubError("The marts were not built yet. Run `club load` first.")
    (region,) = connection.execute(_REGION).fetchone() or (None,)
    indicators = "select {columns} from marts.practice_indicator order by practice_code, position"
    follow_ups = """
        select {columns} from marts.practice_follow_up
        order by practice_code, is_decisive desc, indicator_code, years_after
    """
    return PracticeRows(
        build=builds[0],
        region=str(region or "All members"),
        practices=tuple(_rows(connection, Practice, _PRACTICES)),
        indicators=_by_practice(_rows(connection, Indicator, indicators)),
        follow_ups=_by_practice(_rows(connection, FollowUp, follow_ups)),
    )


def _rows(connection: psycopg.Connection, kind: type[Row], query: str) -> list[Row]:
    columns = ", ".join(field.name for field in fields(kind))  # type: ignore[arg-type]  # all kinds are dataclasses
    with connection.cursor(row_factory=class_row(kind)) as cursor:
        return cursor.execute(query.format(columns=columns).encode()).fetchall()


def _by_practice(rows: Iterable[Row]) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        found[row.practice_code].append(row)  # type: ignore[attr-defined]  # rows of both kinds name it
    return dict(found)
