"""Two councils with workers of their own, in network namespaces: what crosses the wire, and what comes of it.

Run with `make bench-edge`, as root on Linux. The club runs here (`club up`, `club edge gate`), each council in a
namespace that reaches nothing but the gate, over plain HTTP so that every byte can be read. Walsall's worker is
killed while it works, and started again. The wire must hold no child's number, birth, pupil number or postcode;
the marts must be those of the road on which everything is sent as it is.
"""

import contextlib
import csv
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psutil
from rich.console import Console
from rich.table import Table

from benchmarks.road import running, take_in
from ingestion.model.build import build_marts
from ingestion.model.crosswalk import prepare_crosswalk
from ingestion.operation.airflow_api import AirflowApi
from ingestion.operation.airflow_process import AirflowProcess
from ingestion.operation.council.names import DAG
from ingestion.operation.service import BUILD_DAG, connect_airflow
from ingestion.settings import PROJECT_ROOT, Settings
from ingestion.warehouse.connection import Role, connect
from ingestion.warehouse.councils import joined_councils
from ingestion.warehouse.migrate import migrate
from samples.ssda903 import write_child_samples
from tests.support.checksums import checksums

COUNCILS = ("dudley", "walsall")
KILLED = "walsall"
YEARS = ("2023-24", "2024-25")
CHILDREN = 40
RETURN = "ssda903"
NETWORK = "10.77"
PORT = 8443
CLUB = str(Path(sys.executable).with_name("club"))
IDENTIFYING = ("CHILD", "DOB", "UPN", "HOME_POST", "PL_POST")
# Which builds there were, and when.
ABOUT_RUNS = ("marts.build", "marts.load_status", "marts.build_run", "marts.build_node")
PATIENCE = 1800  # seconds

console = Console()


def main() -> None:
    """Show it once, and print what was seen; exit with 1 where something is not as it has to be."""
    if os.geteuid() != 0 or shutil.which("ip") is None:
        raise SystemExit("Network namespaces take root, Linux and the program `ip` (Debian: iproute2).")
    with tempfile.TemporaryDirectory(prefix="club-edge-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        write_child_samples(folder / "landing", periods=YEARS, children=CHILDREN, authorities=COUNCILS)
        planted = identities(folder / "landing")
        tell(f"{len(planted)} planted numbers, births and postcodes of {CHILDREN} children a council")
        central = central_road(folder)
        tell("The road on which everything is sent as it is: done")
        seen = edge_road(folder)
        sys.exit(report(planted, central, seen))


@dataclass
class Seen:
    """What was seen of the edge road."""

    wire: dict[str, bytes] = field(default_factory=dict)
    marts: dict[str, str | None] = field(default_factory=dict)
    raw_rows: int = -1
    seconds: float = 0
    failed: tuple[str, ...] = ()
    left: str = ""


def central_road(folder: Path) -> dict[str, str | None]:
    """Take the same returns in as they are, in this process, and return the checksums of what came of it."""
    (folder / "central").mkdir()
    with running(folder / "central", str(folder / "landing")) as settings:
        migrate(settings)
        prepare_crosswalk(settings)
        take_in(settings, RETURN)
        build_marts(settings)
        shutil.copy(settings.state_folder / "secrets.json", folder)  # of the same key, the same pseudonyms
        return checksums(settings, "pseudonymised", "marts")


def edge_road(folder: Path) -> Seen:
    """Let the councils take in their own, kill one worker, and build."""
    seen = Seen()
    home, landing = folder / "club", folder / "club-landing"
    landing.mkdir()
    home.mkdir()
    shutil.copy(folder / "secrets.json", home)
    settings = Settings(
        home=home, landing_zone=str(landing), warehouse_url=None, airflow_port=0, settle_seconds=0,
        edge_address=f"http://{NETWORK}.0.1:{PORT}",
    )  # fmt: skip
    variables = os.environ | {
        "CLUB_HOME": str(home), "LANDING_ZONE": str(landing),
        "CLUB_EDGE_ADDRESS": settings.edge_address, "CLUB_AIRFLOW_PORT": "0", "CLUB_AIRFLOW_PARALLELISM": "2",
        "PYTHONPATH": str(PROJECT_ROOT),
    }  # fmt: skip
    with ExitStack() as stack:
        stack.callback(club, "down", variables=variables)
        wires = [stack.enter_context(namespace(council, number)) for number, council in enumerate(COUNCILS, 1)]
        club("up", variables=variables)
        tell("The club is up")
        address = f"{NETWORK}.0.1"
        gate = stack.enter_context(
            started([CLUB, "edge", "gate", "--host", address, "--port", str(PORT)], variables, folder / "gate.log")
        )
        workers = {
            council: Council(folder, council, variables, stack.enter_context(ExitStack())) for council in COUNCILS
        }
        for council in workers.values():
            council.join()
        until(lambda: joined_councils(settings) == sorted(COUNCILS), "both have joined")
        api = connect_airflow(settings, AirflowProcess(settings))
        begun = time.monotonic()
        run = api.trigger(DAG)
        until(workers[KILLED].is_checking, f"{KILLED} is at work")
        workers[KILLED].kill()
        tell(f"{KILLED}'s worker is killed")
        watch(api, DAG, run, workers[KILLED].keep_working)
        seen.failed = api.tasks(DAG, run).failed
        for dag in (f"collect_{RETURN}", BUILD_DAG):
            until(lambda dag=dag: had_runs(api, dag) and not api.unfinished_runs(dag), f"{dag} has ended")
        seen.seconds = time.monotonic() - begun
        seen.marts = checksums(settings, "pseudonymised", "marts")
        with connect(settings, Role.LOADER) as connection:
            (seen.raw_rows,) = connection.execute(f"select count(*) from raw.{RETURN}_header").fetchone() or (-1,)  # noqa: S608 -- ours
        club("edge", "leave", KILLED, variables=variables)
        seen.left = workers[KILLED].join_again()
        seen.wire = {wire.name: bytes(wire.taken) for wire in wires}
        assert gate.poll() is None
    return seen


def had_runs(api: AirflowApi, dag: str) -> bool:
    """Whether a DAG has run at all."""
    return bool(api._get(f"/api/v2/dags/{dag}/dagRuns", limit=1)["dag_runs"])


@dataclass
class Council:
    """A council's own machine: a namespace, a state folder, a landing zone."""

    folder: Path
    name: str
    club: dict[str, str]
    stack: ExitStack
    worker: subprocess.Popen[bytes] | None = None

    @property
    def variables(self) -> dict[str, str]:
        """The variables of its commands; none of the club's own is among them."""
        own = {name: value for name, value in os.environ.items() if not name.startswith(("CLUB_", "AIRFLOW"))}
        landing = self.folder / f"landing-of-{self.name}"
        if not landing.exists():
            shutil.copytree(self.folder / "landing" / self.name, landing / self.name)
        return own | {
            "CLUB_HOME": str(self.folder / self.name), "LANDING_ZONE": str(landing),
            "PYTHONPATH": str(PROJECT_ROOT), "CLUB_SETTLE_SECONDS": "0",
            "XDG_CACHE_HOME": str(self.folder / f"cache-of-{self.name}"),
        }  # fmt: skip

    def join(self) -> None:
        """Join by one secret, and work."""
        invitation = self.folder / f"{self.name}.txt"
        club("edge", "invite", self.name, "--to", str(invitation), variables=self.club)
        self.work("--invitation", str(invitation))

    def work(self, *arguments: str) -> None:
        """Start the worker in its namespace."""
        command = ["ip", "netns", "exec", f"club-{self.name}", CLUB, "edge", "join", *arguments]
        self.worker = self.stack.enter_context(started(command, self.variables, self.folder / f"{self.name}.log"))

    def is_checking(self) -> bool:
        """Whether its throwaway database runs: it is in the middle of its work."""
        return any("postgres" in name for name in map(_name_of, self.processes()))

    def processes(self) -> list[int]:
        """List all that runs on this machine."""
        return pids_in(f"club-{self.name}")

    def kill(self) -> None:
        """Kill everything of it at once, as a machine that loses its power does."""
        _kill(self.processes())

    def keep_working(self) -> None:
        """Start the worker again when it has ended, as a service manager does."""
        if self.worker is not None and self.worker.poll() is not None:
            self.work()

    def join_again(self) -> str:
        """Try to work after having left, and return what is said."""
        self.kill()
        done = subprocess.run(
            ["ip", "netns", "exec", f"club-{self.name}", CLUB, "edge", "join"],
            env=self.variables, capture_output=True, text=True, timeout=PATIENCE, check=False,
        )  # fmt: skip
        return done.stdout + done.stderr


def watch(api: AirflowApi, dag: str, run: str, meanwhile: Callable[[], None]) -> None:
    """Wait for the end of a run."""

    def ended() -> bool:
        meanwhile()
        return api.run_state(dag, run) in ("success", "failed")

    until(ended, f"the run of {dag} has ended")


def until(holds: Callable[[], bool], what: str) -> None:
    """Wait until something holds, and say so."""
    deadline = time.monotonic() + PATIENCE
    while not holds():
        if time.monotonic() > deadline:
            raise SystemExit(f"Not in {PATIENCE} seconds: {what}")
        time.sleep(0.5)
    tell(f"So far: {what}")


def identities(landing: Path) -> set[str]:
    """Return every child's number, birth (written in both ways), pupil number and postcode in the files."""
    found: set[str] = set()
    for path in landing.rglob("*.csv"):
        with path.open(encoding="utf-8-sig", newline="") as file:
            for row in csv.DictReader(file):
                found |= {row.get(heading) or "" for heading in IDENTIFYING}
    births = {f"{text[6:]}-{text[3:5]}-{text[:2]}" for text in found if text.count("/") == 2}
    return {text for text in found | births if len(text) > 4}


@dataclass
class Wire:
    """What crosses a pair of virtual network interfaces: the payloads of all packets, one after the other."""

    name: str
    taken: bytearray = field(default_factory=bytearray)


@contextmanager
def namespace(council: str, number: int) -> Iterator[Wire]:
    """Make the namespace of a council, which reaches the club alone, and take down what crosses its wire."""
    name, here, there = f"club-{council}", f"club{number}", f"council{number}"
    ip("netns", "add", name)
    try:
        ip("link", "add", here, "type", "veth", "peer", "name", there)
        ip("link", "set", there, "netns", name)
        ip("addr", "add", f"{NETWORK}.{number}.1/24", "dev", here)
        ip("addr", "replace", f"{NETWORK}.0.1/32", "dev", "lo")
        ip("link", "set", here, "up")
        ip("-n", name, "addr", "add", f"{NETWORK}.{number}.2/24", "dev", there)
        ip("-n", name, "link", "set", there, "up")
        ip("-n", name, "link", "set", "lo", "up")
        ip("-n", name, "route", "add", "default", "via", f"{NETWORK}.{number}.1")
        wire = Wire(council)
        with listening(here, wire):
            yield wire
    finally:
        _kill(pids_in(name))
        ip("netns", "del", name)
        subprocess.run(["ip", "addr", "del", f"{NETWORK}.0.1/32", "dev", "lo"], capture_output=True, check=False)


def pids_in(name: str) -> list[int]:
    """List the processes in a namespace."""
    listed = subprocess.run(["ip", "netns", "pids", name], capture_output=True, text=True, check=True)
    return [int(pid) for pid in listed.stdout.split()]


@contextmanager
def listening(interface: str, wire: Wire) -> Iterator[None]:
    """Take every packet down, both ways."""
    with socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, socket.ntohs(3)) as raw:
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 26)
        raw.bind((interface, 0))
        raw.settimeout(0.5)
        over = threading.Event()

        def take() -> None:
            while not over.is_set():
                try:
                    wire.taken += raw.recv(1 << 17)
                except TimeoutError:
                    continue
                except OSError:
                    return

        thread = threading.Thread(target=take)
        thread.start()
        try:
            yield
        finally:
            over.set()
            thread.join()


@contextmanager
def started(
    command: list[str], variables: dict[str, str], log: Path | None = None
) -> Iterator[subprocess.Popen[bytes]]:
    """Run a program for the length of a block, with all that it starts."""
    output = log.open("ab") if log else subprocess.DEVNULL
    process = subprocess.Popen(
        command, env=variables, cwd=PROJECT_ROOT, stdout=output, stderr=output, stdin=subprocess.DEVNULL,
        start_new_session=True,
    )  # fmt: skip
    try:
        yield process
    finally:
        _kill([*_children(process.pid), process.pid])
        process.wait()


def _kill(pids: list[int]) -> None:
    for pid in pids:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


def _name_of(pid: int) -> str:
    try:
        return psutil.Process(pid).name()
    except psutil.Error:
        return ""


def _children(pid: int) -> list[int]:
    try:
        return [child.pid for child in psutil.Process(pid).children(recursive=True)]
    except psutil.Error:
        return []


def club(*arguments: str, variables: dict[str, str]) -> None:
    """Run a command of the club to its end."""
    done = subprocess.run(
        [CLUB, *arguments], env=variables, cwd=PROJECT_ROOT, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise SystemExit(f"club {' '.join(arguments)}: {done.stdout}{done.stderr}")


def ip(*arguments: str) -> None:
    """Set up the network."""
    subprocess.run(["ip", *arguments], check=True, capture_output=True)


def tell(sentence: str) -> None:
    """Say how far it is."""
    console.print(f"{time.strftime('%H:%M:%S')} {sentence}", highlight=False)


def report(planted: set[str], central: dict[str, str | None], seen: Seen) -> int:
    """Print what was seen; return how much of it is not as it has to be."""
    compared = [name for name in central if name not in ABOUT_RUNS]
    other = [name for name in compared if central[name] != seen.marts.get(name)]
    table = Table("what", "seen")
    wrong = len(other) + len(seen.failed)
    for name, taken in seen.wire.items():
        found = sorted(text for text in planted if text.encode() in taken)
        wrong += len(found) + (not taken)
        table.add_row(f"bytes between {name} and the club", f"{len(taken):,}")
        table.add_row("of the planted values found in them", f"{len(found)} of {len(planted):,}")
    table.add_row("tables otherwise than on the central road", f"{', '.join(other) or 0} of {len(compared)}")
    table.add_row("rows about children as sent, at the club", str(seen.raw_rows))
    table.add_row("steps that failed for good", ", ".join(seen.failed) or "none")
    table.add_row("seconds from the start of the run to the marts", f"{seen.seconds:.0f}")
    table.add_row("a worker that has left is told", " ".join(seen.left.split()))
    console.print(table)
    return int(bool(wrong or seen.raw_rows or "no invitation" not in seen.left))


if __name__ == "__main__":
    main()
