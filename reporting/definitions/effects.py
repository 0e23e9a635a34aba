"""What each decision of the club is worth: the figures and ranks of one year if it were decided otherwise."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

import psycopg
from psycopg.rows import class_row

from ingestion.settings import Settings
from ingestion.warehouse.connection import Role
from reporting.members import read_members
from reporting.one_build import read_one_build

# The latest year that was counted of each indicator.
_EFFECTS = """
with latest as (
    select indicator_code, max(period_code) as period_code from marts.decision_effect group by indicator_code
)

select
    effects.decision_code, effects.value_otherwise, effects.indicator_code, effects.period_code,
    indicators.title, indicators.unit, authorities.name,
    effects.agreed_value, effects.value, effects.change, effects.agreed_rank, effects.rank, effects.places
from marts.decision_effect as effects
inner join latest using (indicator_code, period_code)
inner join marts.dim_indicator as indicators using (indicator_code, definition_version)
inner join marts.dim_authority as authorities using (authority_code)
where authorities.is_member
order by decision_code, value_otherwise, indicator_code, name collate "C"
"""


@dataclass(frozen=True)
class Effect:
    """What a decision would change of one figure."""

    name: str
    indicator_code: str
    period_code: str
    agreed_value: float | None
    value: float | None
    agreed_rank: int | None
    rank: int | None

    @property
    def moves(self) -> bool:
        """Whether the figure or its rank is another one."""
        return (self.agreed_value, self.agreed_rank) != (self.value, self.rank)


@dataclass(frozen=True)
class FigureOtherwise(Effect):
    """A member's figure by what is decided, and by one other answer; its change is in the indicator's unit."""

    decision_code: str
    value_otherwise: str
    title: str
    unit: str
    change: float | None
    places: int | None


@dataclass(frozen=True)
class IndicatorOtherwise:
    """What one answer would make of an indicator in its latest year: a row per member."""

    figures: tuple[FigureOtherwise, ...]

    @property
    def first(self) -> FigureOtherwise:
        """One of its rows, for what is the same in all of them."""
        return self.figures[0]

    @property
    def moved(self) -> list[FigureOtherwise]:
        """The rows that move, the largest change first."""
        moved = [each for each in self.figures if each.moves]
        return sorted(moved, key=lambda each: (-abs(each.change or 0), each.name))

    @property
    def other_places(self) -> int:
        """How many members would have another rank."""
        return sum(bool(each.places) for each in self.figures)


@dataclass(frozen=True)
class Effects:
    """What every other answer would change, by decision and value; and whose figures these are."""

    region: str
    by_answer: dict[tuple[str, str], tuple[IndicatorOtherwise, ...]]


def read_effects(settings: Settings) -> Effects:
    """Read what every other answer would change in the latest year of each indicator."""

    def read(connection: psycopg.Connection) -> Effects:
        region = read_members(connection).region
        with connection.cursor(row_factory=class_row(FigureOtherwise)) as cursor:
            return Effects(region, by_answer(cursor.execute(_EFFECTS)))

    return read_one_build(settings, Role.ANALYST, read)


def by_answer(figures: Iterable[FigureOtherwise]) -> dict[tuple[str, str], tuple[IndicatorOtherwise, ...]]:
    """Group figures, sorted by decision, value and indicator, by the answer and by the indicator."""
    return {
        answer: tuple(
            IndicatorOtherwise(tuple(of_one)) for _, of_one in groupby(of_answer, lambda each: each.indicator_code)
        )
        for answer, of_answer in groupby(figures, lambda each: (each.decision_code, each.value_otherwise))
    }
