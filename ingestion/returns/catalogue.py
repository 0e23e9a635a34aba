"""The returns that the club takes, and the features that identify each table of a return."""

from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel, ConfigDict, Field, model_validator

from ingestion.errors import ClubError
from ingestion.returns.forms import AnswerTable, rounds_of
from ingestion.returns.published.figures import Dictionary, Figures, Sheet
from ingestion.settings import RETURNS

PUBLISHED = RETURNS / "published"

# Airflow reads the catalogue with every DAG file: libyaml takes a tenth of the time.
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class Shape(StrEnum):
    """The form in which the raw rows of a return are kept."""

    FORM = "form"  # a form with figures in fixed places: one raw row per cell
    RECORDS = "records"  # a header and records below it, or rows of numbered columns: one raw row per record
    TABLES = "tables"  # tables of known columns: one raw table each, read as a stream
    ANSWERS = "answers"  # what people answer to the items of a form: one raw row per answer


class TableLayout(BaseModel):
    """One table of a return and how to recognise it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    recognised_by: tuple[str, ...] = ()
    columns: tuple[str, ...] = Field(default=(), description="Headings that have to be there")
    optional: tuple[str, ...] = Field(default=(), description="Columns that may be there, and are read then")
    also: tuple[str, ...] = Field(default=(), description="Headings that may be there and are not read")
    spellings: dict[str, tuple[str, ...]] = Field(
        default={}, description="Headings that a column goes by, by the layout's own name for it"
    )
    figures: Figures | None = None
    dictionary: Dictionary | None = None
    sheet: Sheet | None = Field(default=None, description="How a sheet whose columns go by their position is read")
    columns_by_position: bool = Field(
        default=False,
        description="No heading tells its columns: every row is a record of its filled cells, by column number",
    )
    dates: tuple[str, ...] = Field(default=(), description="The columns that hold dates")
    events: tuple[str, ...] = Field(
        default=(), description="Those of them that lie in the year itself: the year of a return is told by them"
    )
    is_required: bool = Field(default=False, description="Without it, the return cannot be counted")
    xml_groups: tuple[str, ...] = Field(default=(), description="XML elements that each hold one of its rows")
    xml_flags: tuple[str, ...] = Field(
        default=(),
        description="XML elements of a person that say there is a row here: any that is neither empty nor 0",
    )

    @model_validator(mode="after")
    def _has_names_or_numbers(self) -> "TableLayout":
        if self.columns_by_position and (self.columns or self.figures or self.dictionary):
            raise ValueError(f"the columns of {self.name} go by their position: none is read by its heading")
        if self.sheet and not self.columns_by_position:
            raise ValueError(f"{self.name} is read as a sheet: its columns go by their position")
        return self

    @property
    def known_columns(self) -> tuple[str, ...]:
        """Every column that is read: the required and the optional ones."""
        return (*self.columns, *self.optional)

    def headings(self, column: str) -> tuple[str, ...]:
        """Return the headings that a column may have; its own name unless the layout says otherwise."""
        return self.spellings.get(column, (column,))


class Difference(BaseModel):
    """The difference between the layout of some years and the base."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    first: str = Field(alias="from")
    last: str = Field(alias="to")
    without_tables: tuple[str, ...] = ()


class ReturnLayout(BaseModel):
    """One return: its tables, its years, and the raw table of its rows."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    code: str
    title: str
    shape: Shape
    is_person_level: bool = Field(
        default=False, description="Its rows are single persons: read by the loader alone, and purged in time"
    )
    raw_table: str | None = Field(default=None, description="None where each table has a raw table of its own")
    tables: tuple[TableLayout, ...]
    xml_names: dict[str, str] = Field(default={}, description="XML elements with other names than their columns")
    differences: tuple[Difference, ...] = Field(default=(), description="Of single years, from the base")
    answers: AnswerTable | None = Field(
        default=None, description="Of a return of answers: how they stand in a table"
    )
    periods: tuple[str, ...] = Field(default=(), description="Its years; of a return of answers its rounds")
    schedule: str | None = Field(
        default=None, description="When it is collected, as cron says it, by London's clock; None: with another"
    )
    looks_back: bool = Field(
        default=False,
        description="A year is held against what was accepted for the year before: the oldest is decided first",
    )
    has_collections: bool = Field(
        default=False, description="It also comes from a publisher, as one collection of all councils a year"
    )
    publisher: str | None = None
    totals_of: str | None = None  # the return whose national collections bring these control totals
    ignored_files: tuple[str, ...] = ()  # files of a national collection that belong to no council
    has_short_rows: bool = Field(
        default=False, description="Rows may have fewer cells than the first: notes below a sheet"
    )
    encodings: tuple[str, ...] = Field(
        default=("utf-8",), description="What the files are known to be written in, tried in this order"
    )

    @property
    def raw_tables(self) -> tuple[str, ...]:
        """The names of its tables in `raw`."""
        if self.raw_table:
            return (self.raw_table,)
        return tuple(f"{self.code}_{table.name}" for table in self.tables)

    def tables_of(self, period_code: str) -> tuple[TableLayout, ...]:
        """Return the tables of one year's form."""
        left_out = {
            name
            for difference in self.differences
            if difference.first <= period_code <= difference.last
            for name in difference.without_tables
        }
        return tuple(table for table in self.tables if table.name not in left_out)

    @property
    def has_xml_form(self) -> bool:
        """True if the return may also come as one XML file."""
        return any(table.xml_groups or table.xml_flags for table in self.tables)

    @property
    def is_of_answers(self) -> bool:
        """True if it holds what people answer, by rounds, and no figures of a year."""
        return self.shape is Shape.ANSWERS

    @property
    def is_published(self) -> bool:
        """True if a publisher, not a member, sends the return."""
        return self.publisher is not None


class Listing(BaseModel):
    """The content of `catalogue.yaml`."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    returns: tuple[str, ...] = Field(description="The layouts of the members' returns, as paths from here")
    published_schedule: str = Field(description="When all published datasets are collected, as cron says it")


@cache
def listing() -> Listing:
    """Read the catalogue's own file."""
    return Listing(**_read(RETURNS / "catalogue.yaml"))


@cache
def catalogue() -> dict[str, ReturnLayout]:
    """Read every return by code: the members' as `catalogue.yaml` lists them, then the published ones."""
    layouts = [*listed_returns(), *map(read_layout, published_layouts())]
    return {layout.code: layout for layout in layouts}


@cache
def listed_returns() -> tuple[ReturnLayout, ...]:
    """Read the returns that `catalogue.yaml` lists; quick, because no publisher's layout is read."""
    return tuple(read_layout(RETURNS / name) for name in listing().returns)


def collected_returns() -> list[ReturnLayout]:
    """List the returns that are collected by a DAG of their own."""
    return [layout for layout in listed_returns() if layout.schedule]


def returns_about_persons() -> list[str]:
    """List the codes of the returns whose rows are single persons."""
    return [layout.code for layout in catalogue().values() if layout.is_person_level]


def returns_of_answers() -> list[str]:
    """List the codes of the returns that hold what people answer."""
    return [layout.code for layout in listed_returns() if layout.is_of_answers]


def published_layouts() -> list[Path]:
    """List the layout files of publishers' datasets; files whose names start with `_` are shared by them."""
    return sorted(path for path in PUBLISHED.glob("*.yaml") if not path.name.startswith("_"))


def read_layout(path: Path) -> ReturnLayout:
    """Read one layout file. A table may name a set of `published/_symbols.yaml` as the publisher's symbols."""
    document = _read(path)
    for table in document["tables"]:
        for part in (table.get("figures"), table.get("sheet")):
            if part and isinstance(part["symbols"], str):
                part["symbols"] = _symbol_sets()[part["symbols"]]
    if document["shape"] == Shape.ANSWERS and (path.parent / "items.yaml").exists():
        document["periods"] = rounds_of(path.parent)
    return ReturnLayout(**document)


def _read(path: Path) -> Any:
    return yaml.load(path.read_text(encoding="utf-8"), Loader=_LOADER)  # noqa: S506 -- a safe one


@cache
def _symbol_sets() -> dict[str, dict[str, str]]:
    sets: dict[str, dict[str, str]] = _read(PUBLISHED / "_symbols.yaml")
    return sets


def find_return(code: str) -> ReturnLayout:
    """Find the layout of one return.

    Raises:
        ClubError: no return has this code.
    """
    try:
        return catalogue()[code]
    except KeyError:
        raise ClubError(f"There is no return '{code}'; known are {', '.join(catalogue())}.") from None


def find_totals_of(code: str) -> ReturnLayout | None:
    """Find the return that holds the control totals of this one; None when none are published."""
    return next((layout for layout in listed_returns() if layout.totals_of == code), None)


def published_returns() -> list[ReturnLayout]:
    """List the returns that publishers send."""
    return [layout for layout in catalogue().values() if layout.is_published]
