"""Which returns the club takes, and what tells one table of a return from another."""

from enum import StrEnum
from functools import cache
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict

from ingestion.errors import ClubError

FOLDER = Path(__file__).parent


class Shape(StrEnum):
    """How the raw rows of a return are kept."""

    FORM = "form"  # a form with figures in fixed places: one raw row a cell
    RECORDS = "records"  # a header and records below it: one raw row a record


class TableLayout(BaseModel):
    """One table of a return and how to recognise it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    recognised_by: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()


class ReturnLayout(BaseModel):
    """One return: its tables, its years, and the raw table its rows go to."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    code: str
    title: str
    shape: Shape
    raw_table: str
    tables: tuple[TableLayout, ...]
    periods: tuple[str, ...] = ()
    publisher: str | None = None
    totals_of: str | None = None  # the return whose national collections bring these control totals
    ignored_files: tuple[str, ...] = ()  # what stands in a national collection and is no council's

    @property
    def is_published(self) -> bool:
        """Whether a publisher, not a member, sends it."""
        return self.publisher is not None


@cache
def catalogue() -> dict[str, ReturnLayout]:
    """Every return by code, in the order of `catalogue.yaml`."""
    names = yaml.safe_load((FOLDER / "catalogue.yaml").read_text())["returns"]
    layouts = [ReturnLayout(**yaml.safe_load((FOLDER / name).read_text())) for name in names]
    return {layout.code: layout for layout in layouts}


def find_return(code: str) -> ReturnLayout:
    """One return's layout.

    Raises:
        ClubError: no return has this code.
    """
    try:
        return catalogue()[code]
    except KeyError:
        raise ClubError(f"There is no return '{code}'; known are {', '.join(catalogue())}.") from None


def find_totals_of(code: str) -> ReturnLayout | None:
    """The return that holds the control totals of this one; None when nobody publishes any."""
    return next((layout for layout in catalogue().values() if layout.totals_of == code), None)


def published_returns() -> list[ReturnLayout]:
    """The returns that publishers send."""
    return [layout for layout in catalogue().values() if layout.is_published]
