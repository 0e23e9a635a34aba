"""A return's suite: its rules, their queries, and the relations the queries look at."""

import re
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from jinja2 import Environment, FileSystemLoader
from psycopg import sql
from pydantic import BaseModel, ConfigDict, Field

from ingestion.collect.rules import IntakeRule
from ingestion.returns.catalogue import ReturnLayout, catalogue
from ingestion.settings import EXPECTATIONS

PUBLISHED = "published"
ANSWERS = "answers"

# Some three hundred rules: libyaml reads them in a tenth of the time.
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

_PLACEHOLDER = re.compile(r"\{(\w+)\}")


class Rule(IntakeRule):
    """A rule that is a query: every row it returns is a finding.

    A rule about the tables of persons returns `file_id` and `line_number`, may be valid for some years only, and
    may need more than the return itself.
    """

    query: str = Field(description="File name of the query, beside the suite; or the query itself")
    statement: str = ""
    expectation: dict[str, Any] = Field(
        default_factory=dict, repr=False, description="Its entry in the suite, as Great Expectations takes it"
    )
    first: str | None = Field(default=None, description="First year that it is valid for")
    last: str | None = Field(default=None, description="Last year that it is valid for")
    needs_sign_off: bool = False
    columns: dict[str, tuple[str, ...]] = Field(default={}, description="What it points at, by table")
    needs: tuple[str, ...] = Field(default=(), description="What has to be there besides the return")
    gives: tuple[str, ...] = Field(default=(), description="The columns of its query that every finding takes")

    @property
    def key(self) -> str:
        """The code, and the first year where there are several versions."""
        return f"{self.code} {self.first}" if self.first else self.code

    @property
    def names_its_column(self) -> bool:
        """True if the query itself names the column at fault."""
        return "column_name" in self.gives

    def is_valid_for(self, period_code: str) -> bool:
        """Return True if the rule is valid for this year."""
        return (self.first or period_code) <= period_code <= (self.last or period_code)

    def message(self) -> sql.Composable:
        """Return the sentence as an SQL expression over the columns of the query, aliased `failing`.

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

    return_code: str
    relations: dict[str, str] = Field(default_factory=dict)
    unknown_wordings: dict[str, str] = Field(
        default_factory=dict, description="Tables of wordings that the crosswalk does not know, and their queries"
    )
    unknown_statements: dict[str, str] = Field(default_factory=dict)
    prepared: dict[str, str] = Field(
        default_factory=dict, description="Tables that several rules ask, and their queries over the relations"
    )
    prepared_statements: dict[str, str] = Field(default_factory=dict)
    rules: tuple[Rule, ...]


@cache
def load_suite(return_code: str) -> Suite | None:
    """Load the suite of one return; None when the return has no rules of its own yet.

    A published return takes the rules of all published returns, over a work area of its own; one of answers those
    of all such returns, and then its own.
    """
    layout = catalogue().get(return_code)
    folder = EXPECTATIONS / _shared_suite(layout, return_code)
    path = folder / "suite.yaml"
    if not path.exists():
        return None
    document = _read(path)
    entries = [(entry, folder) for entry in document.get("expectations", [])]
    own = EXPECTATIONS / return_code
    for other in sorted({*folder.glob("*.yaml"), *own.glob("*.yaml")}):
        if other != path:
            entries += [(entry, other.parent) for entry in _read(other)["expectations"]]
    meta = document["meta"]
    gives = meta.pop("gives")
    relations = {name: where.format(return_code=return_code) for name, where in meta.pop("relations", {}).items()}

    def statements(of: str) -> dict[str, str]:
        return {name: _statement(folder, query, return_code) for name, query in meta.get(of, {}).items()}

    return Suite(
        return_code=return_code,
        relations=relations,
        unknown_statements=statements("unknown_wordings"),
        prepared_statements=statements("prepared"),
        rules=tuple(_rule(entry, gives, place, return_code) for entry, place in entries),
        **meta,
    )


def _shared_suite(layout: ReturnLayout | None, return_code: str) -> str:
    """Return the folder of the suite that a return takes its rules from."""
    if layout is None:
        return return_code
    return PUBLISHED if layout.is_published else ANSWERS if layout.is_of_answers else return_code


def _rule(entry: dict[str, Any], gives: list[str], folder: Path, return_code: str) -> Rule:
    """Build a rule from an entry of a suite, which is Great Expectations' own form with the rule's query added."""
    query, kwargs = entry.pop("query"), entry["kwargs"]
    return Rule(
        code=kwargs["rule"],
        first=kwargs.get("from_year"),
        last=kwargs.get("to_year"),
        severity=entry["severity"],
        sentence=entry["description"],
        query=query,
        statement=_statement(folder, query, return_code),
        expectation=entry,
        **{"gives": gives} | entry["meta"],
    )


def _statement(folder: Path, query: str, return_code: str) -> str:
    """Return a query as it is, or from its file. A shared one names its table `{{ work_area }}_cells`."""
    if not query.endswith(".sql"):
        return query
    statement = _queries().from_string((folder / query).read_text(encoding="utf-8"))
    return statement.render(work_area=f"checking.{return_code}", return_code=return_code)


@cache
def _queries() -> Environment:
    """Let a query include what it has in common with others, by its path in this folder."""
    return Environment(loader=FileSystemLoader(EXPECTATIONS))  # noqa: S701 -- SQL, and nothing from outside


def _read(path: Path) -> dict[str, Any]:
    document: dict[str, Any] = yaml.load(path.read_text(encoding="utf-8"), Loader=_LOADER)  # noqa: S506 -- a safe one
    return document
