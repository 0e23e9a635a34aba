"""Lineage of a build: from the files that it has taken in, by the tables they landed in, to the marts.

What is told is names of files, tables and columns, times, and counts of rows. A file of a return about persons is
named by its hash: nobody knows what its sender has called it after.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

import structlog
from psycopg.rows import class_row

from ingestion.lineage.telling import JOBS, PRODUCER, require_packages, tell
from ingestion.returns.catalogue import ReturnLayout, catalogue
from ingestion.settings import Settings
from ingestion.warehouse.connection import Role, connect, warehouse_url

if TYPE_CHECKING:
    from openlineage.client.event_v2 import Dataset, RunEvent

log = structlog.get_logger()

# What every submission leaves in the ledger, whatever it is of.
IN_THE_LEDGER = ("submission", "submission_file", "finding", "decision")

_TAKEN_IN = """
select
    submission.submission_id, submission.sender, submission.return_code, submission.period_code,
    submission.received_at, files.paths, files.hashes
from ledger.submission
inner join (
    select
        submission_id,
        array_agg(landing_path order by file_id) as paths,
        array_agg(sha256 order by file_id) as hashes
    from ledger.submission_file where sha256 is not null group by submission_id
) as files on submission.submission_id = files.submission_id
where
    submission.is_in_force
    and exists (
        select 1 from ledger.decision
        where
            decision.submission_id = submission.submission_id
            and decision.decision_id > %s and decision.decision_id <= %s
    )
order by submission.submission_id
"""


@dataclass(frozen=True)
class TakenIn:
    """A submission in force, with the places and the SHA-256 of its files, in the same order."""

    submission_id: int
    sender: str
    return_code: str
    period_code: str
    received_at: datetime
    paths: list[str]
    hashes: list[str]

    @property
    def layout(self) -> ReturnLayout:
        """Its return."""
        return catalogue()[self.return_code]

    @property
    def files(self) -> list[str]:
        """Its files by their places; those about persons by their hash in its folder."""
        if not self.layout.is_person_level:
            return sorted(set(self.paths))
        placed = zip(self.paths, self.hashes, strict=True)
        return sorted({f"{path.rpartition('/')[0]}/{sha256[:16]}" for path, sha256 in placed})


def tell_of_build(settings: Settings, room: str, suffix: str, since_decision: int, until_decision: int) -> None:
    """Tell what a build was made of, where `CLUB_LINEAGE` is set; whatever hinders that, the build is not undone.

    Args:
        settings: where lineage goes, and where the warehouse is.
        room: the folder of the state folder with dbt's artifacts of the run.
        suffix: of the schemas that it was built into.
        since_decision: files of submissions that were decided after it are told of.
        until_decision: the last decision that the build has taken in.
    """
    from_decision = since_decision, until_decision
    _tell(settings, lambda: _of_build(settings, room, suffix, from_decision))


def tell_of_readings(settings: Settings, room: str, counted: tuple[str, str]) -> None:
    """Tell in the same way what the readings were counted from; `counted` is the table they were taken from."""
    _tell(settings, lambda: _of_readings(settings, room, counted))


def _tell(settings: Settings, events: Callable[[], Iterator["RunEvent"]]) -> None:
    if not settings.lineage:
        return
    try:
        require_packages(settings)
        log.info("lineage was told", events=tell(settings, events()))
    except Exception as error:  # nobody's figures depend on it, and the next build tells again
        log.warning("lineage could not be told", to=settings.lineage, reason=str(error))


def _of_build(settings: Settings, room: str, suffix: str, decisions: tuple[int, int]) -> Iterator["RunEvent"]:
    tables = _Tables.of(settings)
    with connect(settings, Role.LOADER) as connection, connection.cursor(row_factory=class_row(TakenIn)) as cursor:
        taken_in = cursor.execute(_TAKEN_IN, decisions).fetchall()
    for submission in taken_in:
        yield from _of_a_submission(submission, tables)
    yield from _of_dbt(settings, room, suffix)


def _of_readings(settings: Settings, room: str, counted: tuple[str, str]) -> Iterator["RunEvent"]:
    tables, (schema, table) = _Tables.of(settings), counted
    yield from _of_dbt(settings, room, suffix="")
    done = Step("count_readings", datetime.now(UTC))
    yield done.event(tables.named(schema, [table]), tables.named("readings", ["reading"]))


def _of_dbt(settings: Settings, room: str, suffix: str) -> Iterator["RunEvent"]:
    from ingestion.lineage.dbt_run import events_of

    return events_of(settings.state_folder / room / "target", _Tables.of(settings).server, suffix)


@dataclass(frozen=True)
class _Tables:
    """Tables as OpenLineage names them: the server, then database, schema and table."""

    server: str
    database: str

    @classmethod
    def of(cls, settings: Settings) -> "_Tables":
        url = warehouse_url(settings, Role.TRANSFORMER)
        return cls(f"postgres://{url.host}:{url.port or 5432}", str(url.database))

    def named(self, schema: str, names: Iterable[str]) -> list[Any]:
        from openlineage.client.event_v2 import Dataset

        return [Dataset(namespace=self.server, name=f"{self.database}.{schema}.{name}") for name in names]


def _of_a_submission(submission: TakenIn, tables: _Tables) -> Iterator["RunEvent"]:
    """Yield that its files were taken in; of persons, that their rows were pseudonymised, too.

    The job is that of a sender, a return and a period: files of a later version take the place of those before.
    """
    raw = tables.named("raw", submission.layout.raw_tables)
    ledger = tables.named("ledger", IN_THE_LEDGER)
    whose = f"{submission.return_code}.{submission.sender}.{submission.period_code}"
    taken_in = Step(f"take_in.{whose}", submission.received_at, submission.submission_id)
    yield taken_in.event([_file(path) for path in submission.files], [*raw, *ledger])
    if submission.layout.is_person_level:
        pseudonymised = Step(f"pseudonymise.{whose}", submission.received_at, submission.submission_id)
        yield pseudonymised.event(raw, tables.named("pseudonymised", submission.layout.raw_tables))


def _file(path: str) -> "Dataset":
    from openlineage.client.event_v2 import Dataset

    if "://" not in path:
        return Dataset(namespace="file", name=path)
    scheme, _, rest = path.partition("://")
    bucket, *parts = PurePosixPath(rest).parts
    return Dataset(namespace=f"{scheme}://{bucket}", name="/".join(parts))


@dataclass(frozen=True)
class Step:
    """A step of the road that no other program tells of: its job, when it was done, and with what."""

    job: str
    done_at: datetime
    number: int = 0

    def event(self, inputs: list[Any], outputs: list[Any]) -> "RunEvent":
        """Tell that it was done; told again, it is the same run."""
        from openlineage.client.event_v2 import Job, Run, RunEvent, RunState
        from openlineage.client.facet_v2 import job_type_job
        from openlineage.client.uuid import generate_static_uuid

        kind = job_type_job.JobTypeJobFacet(processingType="BATCH", integration="CLUB", jobType="STEP")
        run = generate_static_uuid(self.done_at, f"{self.job} {self.number}".encode())
        return RunEvent(
            eventType=RunState.COMPLETE, eventTime=self.done_at.isoformat(), producer=PRODUCER,
            run=Run(runId=str(run)), job=Job(namespace=JOBS, name=self.job, facets={"jobType": kind}),
            inputs=inputs, outputs=outputs,
        )  # fmt: skip
