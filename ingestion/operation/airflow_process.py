"""The local Airflow: one `airflow standalone` whose metadata is in the embedded PostgreSQL."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import psutil

from ingestion.errors import ClubError
from ingestion.lineage.telling import require_packages
from ingestion.operation.executors import executor_environment
from ingestion.operation.logs import LOG, rotate_log
from ingestion.outbox import make_private_folder
from ingestion.settings import DAGS, PROJECT_ROOT, Settings
from ingestion.warehouse.ports import HOST, free_port
from ingestion.warehouse.secrets import load_secrets
from ingestion.warehouse.server import AIRFLOW, EmbeddedServer

ADMIN_USER = "admin"
STOP_SECONDS = 10
PASSWORDS = "passwords.json"
# The settings that are the same wherever Airflow runs; the container image reads them too.
CONFIGURATION = Path(__file__).with_name("airflow.cfg")
# Stands before Airflow itself on the path of its parts, so that none of them listens to other machines.
PARTS = Path(__file__).with_name("parts")


class AirflowProcess:
    """The Airflow that belongs to this `CLUB_HOME`."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._state_file = settings.state_folder / "airflow.json"

    @property
    def url(self) -> str | None:
        """Address of the web interface and API, None while Airflow is not running."""
        state = self._state()
        return f"http://{HOST}:{state['port']}" if state else None

    def start(self) -> bool:
        """Start Airflow if it is not running; return False when it already was."""
        if self._state():
            return False
        require_packages(self._settings)
        home = self._settings.airflow_home
        make_private_folder(home)
        self._write_password_file()
        port = free_port(self._remembered_port())
        rotate_log(self._settings)
        with (home / LOG).open("ab") as log:
            process = subprocess.Popen(
                [str(airflow_program()), "standalone"],
                env=os.environ | self.environment(port),
                stdout=log, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL,
                cwd=PROJECT_ROOT, start_new_session=True,
            )  # fmt: skip
        started = psutil.Process(process.pid).create_time()
        self._state_file.write_text(json.dumps({"pid": process.pid, "started": started, "port": port}))
        return True

    def stop(self) -> bool:
        """Stop Airflow and everything it started; return False when it was not running."""
        state = self._state()
        if not state:
            return False
        family = _family(int(state["pid"]))
        for process in family:
            _signal(process, signal.SIGTERM)
        _, alive = psutil.wait_procs(family, timeout=STOP_SECONDS)
        for process in alive:
            _signal(process, signal.SIGKILL)
        return True

    def environment(self, port: int) -> dict[str, str]:
        """Return Airflow's folders, ports and secrets as variables; its other settings are in `airflow.cfg`."""
        secrets = load_secrets(self._settings)
        address = EmbeddedServer(self._settings).address()
        if address is None:
            raise ClubError("Airflow keeps its metadata in the embedded PostgreSQL, which is not running.")
        home = self._settings.airflow_home
        executor = executor_environment(self._settings)
        database = f"postgresql+psycopg2://{AIRFLOW}:{secrets['airflow_database']}@{HOST}:{address.port}/{AIRFLOW}"
        return places(self._settings) | executor | {
            "AIRFLOW__CORE__PARALLELISM": str(self._settings.airflow_parallelism),
            "AIRFLOW__CORE__FERNET_KEY": secrets["airflow_fernet"],
            "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_PASSWORDS_FILE": str(home / PASSWORDS),
            "AIRFLOW__CORE__EXECUTION_API_SERVER_URL": f"http://{HOST}:{port}/execution/",
            "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": database,
            # Without this, Airflow would need asyncpg; psycopg 3 works both ways and is installed already.
            "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN_ASYNC": database.replace("psycopg2", "psycopg", 1),
            "AIRFLOW__API__HOST": HOST,
            "AIRFLOW__API__PORT": str(port),
            "AIRFLOW__API__BASE_URL": f"http://{HOST}:{port}",
            "AIRFLOW__API__WORKERS": "1",
            "AIRFLOW__API__SECRET_KEY": secrets["airflow_session"],
            "AIRFLOW__API_AUTH__JWT_SECRET": secrets["airflow_jwt"],
            "AIRFLOW__LOGGING__WORKER_LOG_SERVER_PORT": str(free_port(0)),
            "AIRFLOW__LOGGING__TRIGGER_LOG_SERVER_PORT": str(free_port(0)),
            # `standalone` looks for the other parts of Airflow on the path.
            "PATH": os.pathsep.join([str(PARTS), str(Path(sys.executable).parent), os.environ.get("PATH", "")]),
            "AIRFLOW__OPENLINEAGE__DISABLED": str(not self._settings.lineage),
            "CLUB_LINEAGE": str(self._settings.lineage_goes_to or ""),
            "CLUB_AIRFLOW": str(airflow_program()),
            # `standalone` would run every task on this machine, whatever else is set.
            "CLUB_AIRFLOW_EXECUTOR": executor["AIRFLOW__CORE__EXECUTOR"],
        }  # fmt: skip

    def serves(self, landing: str) -> bool:
        """Return True if the running Airflow was started for this landing zone."""
        state = self._state()
        if state is None:
            return False
        return psutil.Process(int(state["pid"])).environ().get("LANDING_ZONE") == landing

    def runs_tasks_as_set(self) -> bool:
        """Return True if the running Airflow was started with the executors that are set, and their broker."""
        state = self._state()
        if state is None:
            return False
        started = psutil.Process(int(state["pid"])).environ()
        return all(started.get(name) == value for name, value in executor_environment(self._settings).items())

    def _state(self) -> dict[str, float] | None:
        """Return the state written at the start, if that very process still runs."""
        if not self._state_file.exists():
            return None
        state: dict[str, float] = json.loads(self._state_file.read_text())
        try:
            process = psutil.Process(int(state["pid"]))
            alive = abs(process.create_time() - state["started"]) < 1 and process.status() != psutil.STATUS_ZOMBIE
        except psutil.NoSuchProcess:
            return None
        return state if alive else None

    def _remembered_port(self) -> int:
        if not self._state_file.exists():
            return self._settings.airflow_port
        return int(json.loads(self._state_file.read_text())["port"])

    def logins(self) -> dict[str, str]:
        """Return the passwords of Airflow's users by name; Airflow makes those of all but the admin."""
        path = self._settings.airflow_home / PASSWORDS
        kept: dict[str, str] = json.loads(path.read_text()) if path.exists() else {}
        return kept | {ADMIN_USER: load_secrets(self._settings)["airflow_admin"]}

    def _write_password_file(self) -> None:
        # Others than the admin keep the password that Airflow made for them.
        logins = self.logins()
        path = self._settings.airflow_home / PASSWORDS
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            json.dump(logins, file)


def places(settings: Settings) -> dict[str, str]:
    """Return where everything lies, as variables: the same for every part of Airflow and each worker."""
    return {
        "AIRFLOW_HOME": str(settings.airflow_home),
        "AIRFLOW_CONFIG": str(CONFIGURATION),
        "AIRFLOW__CORE__DAGS_FOLDER": str(DAGS),
        # Passed on explicitly, because the settings may not come from this environment.
        "CLUB_HOME": str(settings.state_folder),
        "LANDING_ZONE": settings.landing,
        "PYTHONPATH": os.pathsep.join(filter(None, [str(PROJECT_ROOT), os.environ.get("PYTHONPATH")])),
    }


def airflow_program() -> Path:
    """Return the path of Airflow's program, which lies beside the Python that runs this."""
    return Path(sys.executable).with_name("airflow")


def _family(pid: int) -> list[psutil.Process]:
    parent = psutil.Process(pid)
    return [*parent.children(recursive=True), parent]


def _signal(process: psutil.Process, number: signal.Signals) -> None:
    try:
        process.send_signal(number)
    except psutil.NoSuchProcess:
        return
