"""Which returns were in when a pack's marts were built: of all members, the pack's own authority first.

As of the build and not of today, since the same build gives the same pack.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from ingestion.days import day_in_words
from ingestion.returns.catalogue import catalogue
from reporting.packs.pack import Pack
from reporting.return_calendar.rows import Owed, standing_on
from reporting.return_calendar.statuses import STATUSES


@dataclass(frozen=True)
class Column:
    """A return of one year or round, and the word for how each member stands in it."""

    title: str
    period_code: str
    due: str
    words: Mapping[str, str]


@dataclass(frozen=True)
class OwedAtBuild:
    """How members stood on the day of the build."""

    day: date
    names: Mapping[str, str]
    columns: tuple[Column, ...]


def owed_at_build(pack: Pack) -> OwedAtBuild:
    """Set out the newest year or round of each return that was open when the marts were built."""
    day = pack.build.built_at.astimezone(ZoneInfo("Europe/London")).date()
    standing: dict[str, dict[str, list[Owed]]] = {}
    for each in standing_on(pack.rows.owed, day):
        if each.opens_on is None or each.opens_on <= day:
            standing.setdefault(each.return_code, {}).setdefault(each.period_code, []).append(each)
    newest = {code: max(periods.values(), key=lambda rows: rows[0].due_on) for code, periods in standing.items()}
    columns = tuple(_column(newest[code]) for code in catalogue() if code in newest)
    others = {code: name for code, name in pack.rows.authorities.items() if code != pack.authority_code}
    return OwedAtBuild(day, {pack.authority_code: pack.authority_name} | others, columns)


def _column(owed: list[Owed]) -> Column:
    first = owed[0]
    title, _, _ = catalogue()[first.return_code].title.partition(",")
    words = {each.authority_code: STATUSES[each.status].word for each in owed}
    due = f"{day_in_words(first.due_on, '%b %Y')}{' ?' if first.is_due_day_assumed else ''}"
    return Column(title, first.period_code, due, words)
