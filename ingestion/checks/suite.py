"""A return's suite: its rules, their queries, and the relations the queries look at."""

import re
from functools import cache

import yaml
from psycopg import sql
from pydantic import BaseModel, ConfigDict, Field

from ingestion.checks.rules import IntakeRule
from ingestion.returns.catalogue import catalogue
from ingestion.settings import EXPECTATIONS

PUBLISHED = "published"

_PLACEHOLDER = re.compile(r"\{(\w+)\}")


class Rule(IntakeRule):
    """A rule that is a query: every row it gives is a finding."""

    query: str = Field(description="File name of the query, beside the suite")
    needs_sign_off: bool = False
    statement: str = ""

    @property
    def failing_table(self) -> sql.Identifier:
        """Where a check lays out the rows that break the rule."""
        return sql.Identifier("checking", f"failing_{self.code.replace('.', '_')}")

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
    relations: dict[str, str]
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
    document = yaml.safe_load(path.read_text())
    document["unknown_statements"] = {
        name: (folder / query).read_text() for name, query in document.get("unknown_wordings", {}).items()
    }
    for entry in document["rules"]:
        statement = (folder / entry["query"]).read_text()
        entry["statement"] = statement.replace(f"checking.{folder.name}_", f"checking.{return_code}_")
    return Suite(**document | {"return": return_code})
