"""How the warehouse is, as the marts for operations have it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeVar

import psycopg
from psycopg.rows import class_row

RUNS_SHOWN, RULES_SHOWN, NODES_SHOWN = 12, 12, 12

_LOADS = """
select
    sender, return_code, last_received_at, newest_state, newest_period_in_force, in_force, not_checked,
    awaiting_sign_off, quarantined, rejected, not_built, critical_findings, warnings, notes
from marts.load_status
order by sender, return_code
"""
_RULES = """
select return_code, rule_code, severity, sum(findings)::bigint as findings, max(received_on) as last_on
from marts.findings_over_time
where received_on > (select max(received_on) from marts.findings_over_time) - 90
group by return_code, rule_code, severity
order by findings desc, rule_code
limit %(limit)s
"""
_RUNS = """
select
    build_run_id, build_id, outcome, finished_at, seconds, is_full, revision, tests_passed, nodes_failed,
    rows_written
from marts.build_run
order by build_run_id desc
limit %(limit)s
"""
_NODES = """
select node, kind, seconds, rows_written
from marts.build_node
where build_run_id = (select max(build_run_id) from marts.build_run where is_full and outcome = 'published')
order by seconds desc, node
limit %(limit)s
"""


@dataclass(frozen=True)
class Load:
    """How a return of a sender stands at this moment."""

    sender: str
    return_code: str
    last_received_at: datetime
    newest_state: str
    newest_period_in_force: str | None
    in_force: int
    not_checked: int
    awaiting_sign_off: int
    quarantined: int
    rejected: int
    not_built: int
    critical_findings: int
    warnings: int
    notes: int


@dataclass(frozen=True)
class Rule:
    """A rule and how many findings it had in the 90 days before the newest one."""

    return_code: str
    rule_code: str
    severity: str
    findings: int
    last_on: date


@dataclass(frozen=True)
class Run:
    """A run of a build."""

    build_run_id: int
    build_id: int | None
    outcome: str
    finished_at: datetime
    seconds: float
    is_full: bool
    revision: str | None
    tests_passed: int
    nodes_failed: int
    rows_written: int


@dataclass(frozen=True)
class Node:
    """A model, seed or test of the last full build."""

    node: str
    kind: str
    seconds: float
    rows_written: int | None

    @property
    def name(self) -> str:
        """Its name without kind and project."""
        return ".".join(self.node.split(".")[2:]) or self.node


Row = TypeVar("Row")


def read_loads(connection: psycopg.Connection) -> list[Load]:
    """Read how the returns of every sender stand."""
    return _read(connection, Load, _LOADS)


def read_rules(connection: psycopg.Connection) -> list[Rule]:
    """Read the rules with the most findings of late."""
    return _read(connection, Rule, _RULES, RULES_SHOWN)


def read_runs(connection: psycopg.Connection) -> list[Run]:
    """Read the last runs of builds, the newest first."""
    return _read(connection, Run, _RUNS, RUNS_SHOWN)


def read_nodes(connection: psycopg.Connection) -> list[Node]:
    """Read what took longest in the last full build."""
    return _read(connection, Node, _NODES, NODES_SHOWN)


def _read(connection: psycopg.Connection, kind: type[Row], query: str, limit: int | None = None) -> list[Row]:
    with connection.cursor(row_factory=class_row(kind)) as cursor:
        rows: Sequence[Row] = cursor.execute(query.encode(), {"limit": limit}).fetchall()
    return list(rows)
