"""How the warehouse is as one page, for officer and engineer."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from pathlib import Path

import psycopg
from jinja2 import Environment

from ingestion.outbox import write_if_changed
from ingestion.outbox.pages import page_templates
from ingestion.returns.catalogue import catalogue
from ingestion.settings import Settings
from ingestion.warehouse.connection import Role
from reporting.health.rows import Load, Node, Rule, Run, read_loads, read_nodes, read_rules, read_runs
from reporting.members import Members, read_members
from reporting.one_build import read_one_build

FOLDER = Path(__file__).parent
PAGE = "health.html"

# What waits for a person, by the column that counts it.
WAITING = {
    "quarantined": "set aside by a build: a fault of the warehouse",
    "awaiting_sign_off": "waiting for the officer",
    "rejected": "rejected: the sender corrects",
    "not_checked": "received, not checked yet",
    "not_built": "decided, not in the build that is read",
}


@dataclass(frozen=True)
class Rows:
    """What the page is made of, all of one build."""

    members: Members
    loads: Sequence[Load]
    rules: Sequence[Rule]
    runs: Sequence[Run]
    nodes: Sequence[Node]


@dataclass(frozen=True)
class Findings:
    """The findings in the newest versions of a return, by severity."""

    return_code: str
    critical: int
    warnings: int
    notes: int


def write_health_page(settings: Settings) -> Path:
    """Write the page into the club's outbox.

    Raises:
        ClubError: the marts were built anew again and again meanwhile.
    """
    page = settings.club_outbox / PAGE
    write_if_changed(page, render_page(read_one_build(settings, Role.ANALYST, _read)))
    return page


def render_page(rows: Rows) -> str:
    """Render the page; the same rows give the same text."""
    members, others = _by_member(rows)
    waits = {words: [load for load in rows.loads if getattr(load, column)] for column, words in WAITING.items()}
    return (
        _environment()
        .get_template("health.html.j2")
        .render(
            members=rows.members,
            returns=[code for code in catalogue() if any(load.return_code == code for load in members)],
            fresh={(load.sender, load.return_code): load for load in members},
            others=others,
            waits={words: loads for words, loads in waits.items() if loads},
            columns={words: column for column, words in WAITING.items()},
            findings=_findings(rows.loads),
            titles={code: layout.title for code, layout in catalogue().items()},
            rules=rows.rules,
            runs=rows.runs,
            nodes=rows.nodes,
        )
    )


def _read(connection: psycopg.Connection) -> Rows:
    return Rows(
        read_members(connection), read_loads(connection), read_rules(connection), read_runs(connection),
        read_nodes(connection),
    )  # fmt: skip


def _by_member(rows: Rows) -> tuple[list[Load], list[Load]]:
    """Part what members send from what publishers and national collections have."""
    published = {code for code, layout in catalogue().items() if layout.is_published or layout.totals_of}
    members = [
        load for load in rows.loads if load.sender in rows.members.names and load.return_code not in published
    ]
    return members, [load for load in rows.loads if load.return_code in published]


def _findings(loads: Sequence[Load]) -> list[Findings]:
    by_return = groupby(sorted(loads, key=lambda load: load.return_code), lambda load: load.return_code)
    counted = []
    for code, of_return in by_return:
        found = list(of_return)
        counted.append(
            Findings(
                code, sum(load.critical_findings for load in found), sum(load.warnings for load in found),
                sum(load.notes for load in found),
            )
        )  # fmt: skip
    return [each for each in counted if each.critical or each.warnings or each.notes]


@cache
def _environment() -> Environment:
    return page_templates(FOLDER)
