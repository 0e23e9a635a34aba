"""What holds at every moment, whatever was done to a step: asked after each event, and by a reader throughout."""

import hashlib
import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

from ingestion.errors import ClubError
from ingestion.settings import Settings
from ingestion.warehouse.connection import Role, connect

# Each finds rows that must not be; the sentence says of what.
_NEVER = {
    "a finding stands twice": """
        select submission_id, rule_code, line_number from ledger.finding
        group by submission_id, rule_code, file_id, line_number, column_number, message having count(*) > 1
    """,
    "a version was first decided twice": """
        select submission_id from ledger.decision where from_state = 'received'
        group by submission_id having count(*) > 1
    """,
    "the result of a check stands twice": """
        select rule_code from ledger.rule_result cross join lateral jsonb_object_keys(failing_by_submission) as one
        group by rule_code, one having count(*) > 1
    """,
    "two versions are in force": """
        select sender from ledger.submission where is_in_force
        group by sender, return_code, period_code having count(*) > 1
    """,
    "a state is not what was decided last": """
        select submission_id, state from ledger.submission
        where state <> coalesce((
            select to_state from ledger.decision where decision.submission_id = submission.submission_id
            order by decision_id desc limit 1
        ), 'received')
    """,
    "no version is in force though one is good": """
        select sender from ledger.submission
        group by sender, return_code, period_code
        having bool_or(state in ('accepted', 'accepted_with_warnings')) and not bool_or(is_in_force)
    """,
    "the marts tell of what was decided after their last decision, or not of what was before": """
        select submissions.submission_id, submissions.state
        from marts.dim_submission as submissions
        cross join marts.build
        where submissions.state <> coalesce((
            select to_state from ledger.decision
            where decision.submission_id = submissions.submission_id and decision_id <= build.last_decision_id
            order by decision_id desc limit 1
        ), 'received')
    """,
    "a figure is of a version that does not count": """
        select figures.authority_code from marts.fct_measure as figures
        where not exists (
            select from marts.dim_submission as submissions
            where submissions.submission_id = figures.submission_id and submissions.is_in_force
        )
    """,
    "a version counts and has no figure": """
        select submissions.sender from marts.dim_submission as submissions
        where
            submissions.is_in_force
            and not exists (
                select from marts.fct_measure as figures
                where figures.submission_id = submissions.submission_id
            )
    """,
}  # fmt: skip

_READ = """
select
    (select build_id from marts.build),
    (select md5(string_agg(rows::text, '|' order by rows::text)) from marts.dim_submission as rows),
    (
        select md5(string_agg(rows::text, '|' order by rows::text))
        from (select authority_code, period_code, measure_code, value from marts.fct_measure) as rows
    ),
    (select md5(string_agg(rows::text, '|' order by rows::text)) from sharing.figure as rows)
"""


def look(settings: Settings) -> list[str]:
    """Say what is and must not be."""
    found = []
    with connect(settings, Role.ADMIN) as connection:
        for what, query in _NEVER.items():
            rows = connection.execute(query).fetchall()
            found += [f"{what}: {rows[0]}"] if rows else []
    return found + _look_at_files(settings)


def _look_at_files(settings: Settings) -> list[str]:
    found = []
    for path in settings.archive.rglob("*"):
        if path.is_file() and "." not in path.name and hashlib.sha256(path.read_bytes()).hexdigest() != path.name:
            found.append("a file of the archive has other bytes than its name says")
    for path in settings.outbox.rglob("*.html"):
        if not path.name.startswith(".") and not path.read_text(encoding="utf-8").rstrip().endswith("</html>"):
            found.append(f"a page of the outbox is there by half: {path.name}")
    return found


@contextmanager
def reader(settings: Settings, said: Path) -> Iterator[Callable[[], list[str]]]:
    """Let another process read every 50 ms; provide what it found to be of no one build."""
    said.write_text("")
    pid = os.fork()
    if pid == 0:
        try:
            _read_on(settings, said)
        finally:
            os._exit(0)
    try:
        yield lambda: said.read_text().splitlines()
    finally:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)


def _read_on(settings: Settings, said: Path) -> None:
    seen: dict[int, tuple[object, ...]] = {}
    nemesis = os.getppid()
    while os.getppid() == nemesis:
        try:
            with connect(settings, Role.ANALYST, autocommit=True) as connection:
                while os.getppid() == nemesis:
                    row = connection.execute(_READ).fetchone()
                    # PostgreSQL looks up one name of a statement after the other: where schemas change places in
                    # between, one read may be of two builds. What stands is read alike once more.
                    if connection.execute(_READ).fetchone() != row:
                        continue
                    if problem := _problem_of(row, seen):
                        with said.open("a") as file:
                            file.write(problem + "\n")
                    time.sleep(0.05)
        except (psycopg.OperationalError, ClubError, OSError):
            time.sleep(0.05)
        except psycopg.Error as error:
            with said.open("a") as file:
                file.write(f"a read failed: {str(error).splitlines()[0]}\n")
            time.sleep(0.05)


def _problem_of(row: tuple[object, ...] | None, seen: dict[int, tuple[object, ...]]) -> str:
    if row is None or row[0] is None:
        return "no build is read"
    number, *rest = row
    if rest[1] != rest[2]:
        return "marts and sharing are of two builds"
    if seen.setdefault(int(str(number)), tuple(rest)) != tuple(rest):
        return "two reads of one build differ"
    return ""
