"""A return's suite: its rules, their queries, and the relations the queries look at."""

import re
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from psycopg import sql
from pydantic import BaseModel, ConfigDict, Field

from ingestion.collect.rules import IntakeRule
from ingestion.returns.catalogue import catalogue
from ingestion.settings import EXPECTATIONS

PUBLISHED = "published"

# Some three hundred rules: libyaml reads them in a tenth of the time.
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

_PLACEHOLDER = re.compile(r"\{(\w+)\}")


class Rule(IntakeRule):
    """A rule that is a query: every row it gives is a finding.

    A rule about the tables of children gives `file_id` and `line_number`, may be valid for some years only, and
    may need more than the return itself.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    query: str = Field(description="File name of the query, beside the suite; or the query itself")
    needs_sign_off: bool = False
    statement: str = ""
    first: str | None = Field(default=None, alias="from", description="First year that it is valid for")
    last: str | None = Field(default=None, alias="to", description="Last year that it is valid for")
    columns: dict[str, tuple[str, ...]] = Field(default={}, description="What it points at, by table")
    needs: tuple[str, ...] = Field(default=(), description="What has to be there besides the return")

    @property
    def key(self) -> str:
        """The code, and the first year where there are several versions."""
        return f"{self.code} {self.first}" if self.first else self.code

    @property
    def names_its_column(self) -> bool:
        """Whether the query itself says which of the columns is at fault."""
        return "as column_name" in self.statement

    def is_valid_for(self, period_code: str) -> bool:
        """Whether it is a rule of this year."""
        return (self.first or period_code) <= period_code <= (self.last or period_code)

    @property
    def failing_name(self) -> str:
        """The name of that table."""
        return "failing_" + re.sub(r"\W", "_", self.key)

    @property
    def failing_table(self) -> sql.Identifier:
        """Where a check lays out the rows that break the rule."""
        return sql.Identifier("checking", self.failing_name)

    def message(self) -> sql.Composable:
        """The sentence as an SQL expression over the columns of the query, aliased `failing`.

        `column_letter` is the letter a spreadsheet shows, which the file (`files`) may shift.
        """
        parts: list[sql.Composable] = []
        for number, piece in enumerate(_PLACEHOLDER.split(self.sentence)):
            if piece == "column_letter":
                parts.append(sql.SQL("raw.column_letter(failing.column_number + files.column_offset)"))
            else:
                parts.append(sql.Identifier("failing", piece) if number % 2 else sql.Literal(piece))
        return sql.SQL("concat({})").format(sql.SQL(", ").join(parts))


class Suite(BaseModel):
    """All rules of one return."""

    model_config = ConfigDict(frozen=True)

    return_code: str = Field(alias="return")
    relations: dict[str, str] = Field(default_factory=dict)
    unknown_wordings: dict[str, str] = Field(
        default_factory=dict, description="Tables of wordings that the crosswalk does not know, and their queries"
    )
    unknown_statements: dict[str, str] = Field(default_factory=dict)
    rules: tuple[Rule, ...]


@cache
def load_suite(return_code: str) -> Suite | None:
    """The suite of one return; None when the return has no rules of its own yet.

    A published return takes the rules of all published returns, over a work area of its own.
    """
    folder = EXPECTATIONS / return_code
    layout = catalogue().get(return_code)
    if layout and layout.is_published:
        folder = EXPECTATIONS / PUBLISHED
    path = folder / "suite.yaml"
    if not path.exists():
        return None
    document = _read(path)
    document["unknown_statements"] = {
        name: (folder / query).read_text() for name, query in document.get("unknown_wordings", {}).items()
    }
    document.setdefault("rules", [])
    for other in sorted(folder.glob("*.yaml")):
        if other != path:
            document["rules"] += _read(other)["rules"]
    for entry in document["rules"]:
        query = entry["query"]
        statement = (folder / query).read_text() if query.endswith(".sql") else query
        entry["statement"] = statement.replace(f"checking.{folder.name}_", f"checking.{return_code}_")
    return Suite(**document | {"return": return_code})


def _read(path: Path) -> dict[str, Any]:
    document: dict[str, Any] = yaml.load(path.read_text(), Loader=_LOADER)  # noqa: S506 -- a safe one
    return document
