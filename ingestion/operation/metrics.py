"""How the club stands as figures for a monitor: Prometheus' text format (version 0.0.4), gauges only."""

import os
import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg

from ingestion.errors import ClubError
from ingestion.operation.airflow_process import AirflowProcess
from ingestion.operation.doctor import Fault, examine
from ingestion.operation.doctor.files import SECRETS_LOST
from ingestion.settings import Settings
from ingestion.warehouse.connection import Role, connect
from ingestion.warehouse.states import State

Sample = tuple[Mapping[str, str], float]

_STATES = "select state, count(*) from ledger.submission group by state"
_MAIL = "select state, count(*) from ledger.mail group by state"
_FRESHNESS = """
select sender, return_code, extract(epoch from last_received_at)::double precision
from marts.load_status
order by sender, return_code
"""
_FINDINGS = """
select return_code, severities.severity, sum(severities.findings)::double precision
from marts.load_status
cross join lateral (
    values ('critical', critical_findings), ('warning', warnings), ('info', notes)
) as severities (severity, findings)
group by return_code, severities.severity
order by return_code, severities.severity
"""
_BEHIND = "select coalesce(sum(not_built), 0)::double precision from marts.load_status"
_BUILD = """
select
    extract(epoch from finished_at)::double precision, seconds, tests_passed::double precision,
    rows_written::double precision
from marts.build_run
where outcome = 'published'
order by build_run_id desc
limit 1
"""
_OF_THE_BUILD = (
    ("club_last_build_timestamp_seconds", "When the build that is read was published"),
    ("club_last_build_duration_seconds", "How long it took"),
    ("club_last_build_tests_passed", "How many tests passed in it"),
    ("club_last_build_rows_written", "How many rows it wrote"),
)


@dataclass(frozen=True)
class Metric:
    """One gauge with its samples; none where what it counts could not be asked."""

    name: str
    about: str
    samples: Sequence[Sample]

    def render(self) -> str:
        """Return its lines."""
        head = f"# HELP {self.name} {self.about}\n# TYPE {self.name} gauge\n"
        return head + "".join(f"{self.name}{_labels(labels)} {value:.17g}\n" for labels, value in self.samples)


def metrics_text(settings: Settings) -> str:
    """Return all metrics; while the warehouse is down, those that can be told without it."""
    faults = examine(settings)
    found = [*_of_the_machine(settings, faults)]
    try:
        # To connect would make what was lost anew.
        if any(fault.code in SECRETS_LOST for fault in faults):
            raise ClubError("A key was lost.")
        with connect(settings, Role.LOADER, autocommit=True) as connection:
            found += _of_the_warehouse(connection)
    except (ClubError, psycopg.Error):
        found.append(Metric("club_warehouse_up", "Whether the warehouse answers", [({}, 0)]))
    return "".join(metric.render() for metric in found if metric.samples)


def write_metrics(path: Path, text: str) -> None:
    """Write the metrics in one step, for a collector of another user to read: they name no child and no secret.

    Raises:
        ClubError: the folder is not there or not ours.
    """
    # The textfile collector of node_exporter takes only files that end in .prom.
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        draft.write_text(text, encoding="utf-8")
        draft.chmod(0o644)
        draft.replace(path)
    except OSError as error:
        raise ClubError(f"{path} cannot be written: {error.strerror}.") from error
    finally:
        draft.unlink(missing_ok=True)


def _of_the_machine(settings: Settings, faults: Sequence[Fault]) -> Iterator[Metric]:
    by_code = {(fault.code, fault.kind.value) for fault in faults}
    named: list[Sample] = [({"code": code, "kind": kind}, 1) for code, kind in sorted(by_code)]
    yield Metric("club_faults", "How many faults club doctor names", [({}, len(faults))])
    yield Metric("club_fault", "1 for each kind of fault that club doctor names", named)
    running = AirflowProcess(settings).url is not None
    yield Metric("club_airflow_up", "Whether the Airflow of this state folder runs", [({}, int(running))])
    places = [settings.state_folder, *([] if "://" in settings.landing else [Path(settings.landing)])]
    free: list[Sample] = [
        ({"folder": str(place)}, shutil.disk_usage(place).free) for place in places if place.is_dir()
    ]
    yield Metric("club_disk_free_bytes", "Room left on the disk of a folder", free)


def _of_the_warehouse(connection: psycopg.Connection) -> Iterator[Metric]:
    yield Metric("club_warehouse_up", "Whether the warehouse answers", [({}, 1)])
    states = dict.fromkeys((state.value for state in State), 0) | _counts(connection, _STATES)
    yield Metric("club_submissions", "Submissions by state, of all versions", _by("state", states))
    yield Metric("club_mail", "Mails by state", _by("state", _counts(connection, _MAIL)))
    (built,) = connection.execute("select to_regclass('marts.load_status') is not null").fetchone() or (False,)
    if not built:
        return
    fresh = _rows(connection, _FRESHNESS, "sender", "return")
    yield Metric("club_return_last_received_timestamp_seconds", "When a sender's return last came", fresh)
    yield Metric(
        "club_findings", "Findings in the newest versions", _rows(connection, _FINDINGS, "return", "severity")
    )
    yield Metric("club_submissions_not_built", "Decided since the build that is read", _rows(connection, _BEHIND))
    row = connection.execute(_BUILD).fetchone() or ()
    for (name, about), value in zip(_OF_THE_BUILD, row, strict=False):
        yield Metric(name, about, [({}, value)])


def _counts(connection: psycopg.Connection, query: str) -> dict[str, int]:
    return dict(connection.execute(query.encode()).fetchall())


def _by(label: str, counts: Mapping[str, int]) -> list[Sample]:
    return [({label: name}, count) for name, count in sorted(counts.items())]


def _rows(connection: psycopg.Connection, query: str, *labels: str) -> list[Sample]:
    """Read samples: the labels' columns first, the value last."""
    rows: list[Any] = connection.execute(query.encode()).fetchall()
    return [(dict(zip(labels, row, strict=False)), row[-1]) for row in rows]


def _labels(labels: Mapping[str, str]) -> str:
    written = (f'{name}="{_escaped(value)}"' for name, value in labels.items())
    return f"{{{','.join(written)}}}" if labels else ""


def _escaped(value: str) -> str:
    return value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
