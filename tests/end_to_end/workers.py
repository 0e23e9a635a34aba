"""An installation whose tasks run on Celery workers, each the `club worker` command in a process of its own."""

import signal
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from ingestion.settings import PROJECT_ROOT, Settings
from ingestion.warehouse.connection import Role, connect
from tests.end_to_end.club import CLUB, Club
from tests.support.broker import Broker
from tests.support.checksums import checksums
from tests.support.waiting import until

READY_SECONDS = 300
# What else runs after a build: packs, readings and mail, which are of no matter to what a load comes to.
AFTER_A_BUILD = ("publish_packs", "count_readings", "chase_returns")


SUBMISSION = "sender, return_code, period_code, version"
LEDGER = {
    "submissions": f"select {SUBMISSION}, state, is_in_force from ledger.submission",
    "decisions": f"select {SUBMISSION}, from_state, to_state from ledger.decision inner join ledger.submission"
    " using (submission_id)",
    "findings": f"select {SUBMISSION}, rule_code, table_name, line_number, column_number, message"
    " from ledger.finding inner join ledger.submission using (submission_id)",
}


class Worker:
    """One `club worker`, which may be stopped, or lose any of its processes."""

    def __init__(self, club: "WorkingClub", number: int, concurrency: int) -> None:
        self._log = club.home.parent / f"worker-{number}.log"
        with self._log.open("wb") as log:
            self.process = subprocess.Popen(
                [CLUB, "worker", "--concurrency", str(concurrency)], env=club.environment(), cwd=PROJECT_ROOT,
                stdout=log, stderr=subprocess.STDOUT, start_new_session=True,
            )  # fmt: skip

    @property
    def said(self) -> str:
        """All that it has printed."""
        return self._log.read_text(errors="replace")

    def wait_until_ready(self) -> None:
        """Wait until it takes tasks."""
        until(lambda: " ready." in self.said or self.process.poll() is not None, READY_SECONDS, 0.2)
        assert self.process.poll() is None, self.said

    def pool(self) -> list[psutil.Process]:
        """The processes in which tasks are supervised, one each."""
        children = psutil.Process(self.process.pid).children()
        return [each for each in children if "ForkPoolWorker" in _title(each) or "supervisor" in _title(each)]

    def tasks(self) -> list[psutil.Process]:
        """The processes in which the steps themselves run, now."""
        return [task for each in self.pool() for task in each.children()]

    def send_to_all(self, number: signal.Signals) -> None:
        """Send a signal to each of its processes."""
        for each in [psutil.Process(self.process.pid), *psutil.Process(self.process.pid).children(recursive=True)]:
            with suppress(psutil.NoSuchProcess):
                each.send_signal(number)

    def kill(self) -> None:
        """End all of it at once, as its machine does that goes down."""
        if self.process.poll() is None:
            self.send_to_all(signal.SIGKILL)
            self.process.wait()

    def stop(self) -> int:
        """Stop it as an operator does; return its exit code."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        return self.process.wait(180)


@dataclass
class WorkingClub(Club):
    """One installation of the product, its broker, and the workers that were started."""

    broker: Broker
    workers: list[Worker] = field(default_factory=list)
    _started: int = 0

    def environment(self) -> dict[str, str]:
        """The process environment of the commands."""
        return super().environment() | {"CLUB_EXECUTOR": "celery", "CLUB_BROKER_URL": self.broker.url}

    def start_worker(self, concurrency: int = 2) -> Worker:
        """Start one more worker; Airflow has to run."""
        self._started += 1
        self.workers.append(Worker(self, self._started, concurrency))
        return self.workers[-1]

    def bring_up(self, workers: int) -> None:
        """Start everything, and let a build be followed by nothing else."""
        up = self.run("up")
        assert up.returncode == 0, up.stdout + up.stderr
        for dag_id in AFTER_A_BUILD:
            assert self.pause(dag_id, True)
        self.have_workers(workers)

    def have_workers(self, count: int) -> list[Worker]:
        """Start so many workers, with those that run still; return all of them."""
        self.workers = [worker for worker in self.workers if worker.process.poll() is None]
        for worker in [self.start_worker() for _ in range(count - len(self.workers))]:
            worker.wait_until_ready()
        return self.workers

    @contextmanager
    def ledger_held(self) -> Iterator[Callable[[], int]]:
        """Let nothing be registered until the end; provide how many steps wait to do so."""
        waiting = "select count(*) from pg_locks where relation = 'ledger.submission'::regclass and not granted"
        with connect(self.settings, Role.ADMIN) as holder, connect(self.settings, Role.ADMIN) as other:
            other.autocommit = True
            holder.execute("lock table ledger.submission in exclusive mode")
            yield lambda: (other.execute(waiting).fetchone() or (0,))[0]

    def most_tries(self, task: str) -> int:
        """How often a step was begun, of all with its name the one that was begun most often."""
        with self.connect_to_airflow() as connection:
            query = "select max(try_number) from task_instance where task_id = %s"
            return (connection.execute(query, [task]).fetchone() or (0,))[0]


@contextmanager
def working_club(folder: Path, landing: Path) -> Iterator[WorkingClub]:
    """Provide an installation with a broker; everything is stopped in the end."""
    with Broker(folder / "broker") as broker:
        club = WorkingClub(folder / "home", landing, broker)
        try:
            yield club
        finally:
            for worker in club.workers:
                worker.kill()
            club.run("down")


def what_came_of_it(settings: Settings) -> dict[str, object]:
    """Every table of the road, and how the submissions stand; not when, nor by which run."""
    with connect(settings, Role.LOADER) as connection:
        rows = {
            name: sorted(connection.execute(query.encode()).fetchall(), key=str) for name, query in LEDGER.items()
        }
    return {**rows, **checksums(settings, "raw", "intermediate", "marts", "sharing")}


def kill(process: psutil.Process) -> None:
    """Kill a process that may have just ended."""
    with suppress(psutil.NoSuchProcess):
        process.send_signal(signal.SIGKILL)


def _title(process: psutil.Process) -> str:
    try:
        return " ".join(process.cmdline())
    except psutil.Error:
        return ""
