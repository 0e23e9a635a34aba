"""The meaning of the columns of a published table: place, period, dimensions, and which cells are which measure.

A layout states it once. The database reads it from `raw.published_layouts`; no model and no rule knows a dataset.
"""

from enum import StrEnum
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, model_validator

# A dimension is a column of a model: `most_dimensions` in dbt_project/macros/published.sql.
MOST_DIMENSIONS = 4


class Part(BaseModel):
    """A part of a layout: immutable, and without unknown keys."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Geography(StrEnum):
    """The kind of place that a figure is about."""

    NATIONAL = "national"
    REGIONAL = "regional"
    COUNCIL_TYPE = "council_type"  # all councils of one kind
    LOCAL_AUTHORITY = "local_authority"


class ValueKind(StrEnum):
    """The kind of number that a column holds; it decides which checks apply."""

    COUNT = "count"
    PERCENT = "percent"
    RATE = "rate"
    MONEY = "money"  # may be negative: income can exceed expenditure
    NUMBER = "number"  # anything


class YearMeaning(StrEnum):
    """The year that a bare `2024` stands for."""

    FINANCIAL_YEAR_ENDING = "financial_year_ending"  # 2023-24
    FINANCIAL_YEAR_OF_MID_YEAR = "financial_year_of_mid_year"  # 2024-25, the year that 30 June 2024 lies in
    ACADEMIC_YEAR_ENDING = "academic_year_ending"  # 2023/24
    CALENDAR_YEAR = "calendar_year"
    AT_30_SEPTEMBER = "at_30_september"
    IN_JANUARY = "in_january"
    ANNUAL = "annual"  # the publisher gives no date


class PlaceColumns(Part):
    """The columns that give the place. Without a level, the names tell countries and regions from authorities."""

    name: str
    number: str | None = None
    gss_code: str | None = None
    region: str | None = None
    country: str | None = None
    level: str | None = None
    levels: dict[str, Geography] = {}
    national: tuple[str, ...] = ()
    regional: tuple[str, ...] = ()


class PeriodColumn(Part):
    """The column that gives the year; none when the release is the year."""

    column: str | None = None
    bare_year: YearMeaning = YearMeaning.FINANCIAL_YEAR_ENDING


class ValueColumn(Part):
    """A column of figures."""

    column: str
    kind: ValueKind


class Series(Part):
    """The rows that are one thing (`where`: dimension to its spellings), and the measure in each value column."""

    where: dict[str, tuple[str, ...]]
    measures: dict[str, str]
    qualifier: str | None = None


class EachSeries(Part):
    """A long table: every value of one dimension is a measure of its own, coded `<prefix>_<value>`."""

    dimension: str
    prefix: str
    value: str


class Ratio(Part):
    """`column` = multiplier x numerator / denominator; of the same row, or of the row that is the total."""

    column: str
    numerator: str
    denominator: str
    multiplier: float
    total_dimension: str | None = None
    totals: tuple[str, ...] = ()


class ColumnSum(Part):
    """A rule for every row: `total` is the sum of the parts, each with its sign."""

    total: str
    parts: dict[str, int]


class RowSum(Part):
    """A rule for value columns: the row `total` is the sum of the rows `parts`, in the releases from .. to."""

    dimension: str
    total: str
    parts: tuple[str, ...]
    from_release: str
    to_release: str


class Councils(StrEnum):
    """Where the councils of a sheet stand: one below the other, or side by side in its heading."""

    DOWN = "down"
    ACROSS = "across"


class Sheet(Part):
    """A sheet made for readers: title rows, then councils ("408 - Dudley") and places by name, notes at the end.

    The figures are told by their headings, or by the words left of them where councils stand side by side.
    Which of them is which measure, and from which release to which, is said by the seed `published_sheet_figures`.
    """

    councils: Councils
    kind: ValueKind = ValueKind.NUMBER
    national: tuple[str, ...] = ()
    regional: dict[str, str] = {}  # the sheet's name of a region to the name it goes by
    symbols: dict[str, str]
    prefix: str | None = None  # what the seed does not know is a measure too, coded `<prefix>_<its words>`


class Dictionary(Part):
    """A table that describes the series of another: which column holds what.

    A series is coded `<prefix>_<its name>`; with `series_of`, it is the series of that table whose last dimension
    is spelled so.
    """

    series: str
    prefix: str | None = None
    series_of: str | None = None
    title: str | None = None
    number: str | None = None
    topic: str | None = None
    polarity: str
    polarities: dict[str, str] = {"low": "low", "high": "high"}  # by the publisher's words, in small letters
    unit: str | None = None
    description: str | None = None
    year: str | None = None
    years: dict[str, YearMeaning] = {}

    @model_validator(mode="after")
    def _codes_its_series_in_one_way(self) -> "Dictionary":
        if (self.prefix is None) == (self.series_of is None):
            raise ValueError("a dictionary has either a prefix or the table whose series it describes")
        return self


class Figures(Part):
    """The way in which the figures of one table are read."""

    place: PlaceColumns
    period: PeriodColumn = PeriodColumn()
    dimensions: tuple[str, ...] = Field(max_length=MOST_DIMENSIONS)
    numbered: tuple[str, ...] = ()  # dimensions whose values may follow their number: '5 Residential care'
    values: tuple[ValueColumn, ...]
    series: tuple[Series, ...] = ()
    each_series: EachSeries | None = None
    passed_over: tuple[dict[str, tuple[str, ...]], ...] = ()  # rows that are known and skipped
    qualifiers: dict[str, str] = {}
    symbols: dict[str, str]
    ratios: tuple[Ratio, ...] = ()
    column_sums: tuple[ColumnSum, ...] = ()
    row_sums: tuple[RowSum, ...] = ()

    @model_validator(mode="after")
    def _names_only_what_it_declares(self) -> "Figures":
        values = {value.column for value in self.values}
        for series in self.series:
            if set(series.where) != set(self.dimensions):
                raise ValueError(f"a series names {sorted(series.where)}; the dimensions are {self.dimensions}")
            if unknown := set(series.measures) - values:
                raise ValueError(f"a series has a measure in {sorted(unknown)}, which is no value column")
        return self

    def columns(self) -> list[str]:
        """List the columns that the figures are read from, by the layout's own names."""
        place = self.place
        told = (place.name, place.number, place.gss_code, place.region, place.country, place.level)
        named = [column for column in (*told, self.period.column) if column]
        return [*named, *self.dimensions, *(value.column for value in self.values)]


def as_record(figures: Figures) -> dict[str, Any]:
    """Return the layout as the database keeps it, with an entry for each combination of spellings of a series."""
    record = figures.model_dump(mode="json", exclude={"series", "passed_over"})
    record["series"] = [
        {"key": key, "column": column, "measure_code": code, "qualifier": series.qualifier}
        for series in figures.series
        for key in _keys(figures, series.where)
        for column, code in series.measures.items()
    ]
    record["passed_over"] = [key for where in figures.passed_over for key in _keys(figures, where)]
    return record


def _keys(figures: Figures, where: dict[str, tuple[str, ...]]) -> list[list[str]]:
    """Combine the spellings in every way, in the order of the dimensions."""
    keys: list[list[str]] = [[]]
    for dimension in figures.dimensions:
        keys = [[*key, spelling] for key in keys for spelling in where[dimension]]
    return keys
