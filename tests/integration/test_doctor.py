"""The doctor names each fault that is planted, and no other one."""

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psutil
import psycopg
import pytest
from psycopg import sql
from typer.testing import CliRunner

from ingestion.backup.manifest import MANIFEST
from ingestion.cli.app import app
from ingestion.operation.airflow_process import AirflowProcess
from ingestion.operation.dag_names import BUILD_DAG, collect_dags
from ingestion.operation.doctor import Fault, backups, building, examine, packages
from ingestion.settings import Settings
from ingestion.warehouse.connection import Role, connect
from ingestion.warehouse.ports import free_port
from ingestion.warehouse.revisions import known_revisions
from ingestion.warehouse.secrets import load_secrets
from ingestion.warehouse.server import AIRFLOW, EmbeddedServer
from tests.support.waiting import until

NOBODY = 65534


@pytest.fixture(scope="module")
def club(sample_warehouse: Settings) -> Iterator[Settings]:
    """The samples with an Airflow that looks as if it ran: its real database, and a process that listens.

    Slow, as Airflow makes its tables.
    """
    settings = sample_warehouse
    environment = os.environ | AirflowProcess(settings).environment(free_port(0))
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-m", "airflow", "db", "migrate"],
        env=environment, capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    for folder in (settings.outbox, settings.archive, settings.airflow_home):
        folder.mkdir(exist_ok=True)
        folder.chmod(0o700)
    port, empty = free_port(0), settings.state_folder / "nothing"
    empty.mkdir()
    process = subprocess.Popen(
        [sys.executable, "-m", "http.server", str(port), "--bind", "127.0.0.1", "--directory", str(empty)],
        env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    started = psutil.Process(process.pid).create_time()
    state = {"pid": process.pid, "started": started, "port": port}
    (settings.state_folder / "airflow.json").write_text(json.dumps(state))
    with airflow_database(settings) as database:
        for job in ("SchedulerJob", "DagProcessorJob", "TriggererJob"):
            database.execute(
                "insert into job (job_type, state, latest_heartbeat)"
                " values (%s, 'running', now() + interval '1 day')",
                [job],
            )
        database.execute(
            "insert into dag_bundle (name, active) values ('dags-folder', true) on conflict do nothing"
        )
        for dag in (*collect_dags(), BUILD_DAG):
            add_dag(database, dag)
    try:
        yield settings
    finally:
        process.kill()
        process.wait()


@contextmanager
def airflow_database(settings: Settings) -> Iterator[psycopg.Connection]:
    address = EmbeddedServer(settings).address()
    assert address is not None
    dsn = address.dsn(AIRFLOW, load_secrets(settings)["airflow_database"], AIRFLOW)
    with psycopg.connect(dsn, autocommit=True) as connection:
        yield connection


def add_dag(database: psycopg.Connection, dag: str) -> None:
    """Give every column of a DAG's row that has to have one a value of its type."""
    required = database.execute(
        "select column_name, data_type from information_schema.columns where table_name = 'dag'"
        " and is_nullable = 'NO' and column_default is null"
    ).fetchall()
    values = {"boolean": False, "integer": 1}
    row = {name: values.get(kind, "{}" if kind == "json" else "x") for name, kind in required}
    row |= {"dag_id": dag, "is_paused": False, "is_stale": False, "bundle_name": "dags-folder"}
    database.execute(
        sql.SQL("insert into dag ({}) values ({})").format(
            sql.SQL(", ").join(map(sql.Identifier, row)), sql.SQL(", ").join([sql.Placeholder()] * len(row))
        ),
        list(row.values()),
    )


@contextmanager
def written(settings: Settings, plant: str, mend: str, database: str = "warehouse") -> Iterator[None]:
    """Change rows as somebody with every right could, and change them back."""
    with airflow_database(settings) if database == AIRFLOW else as_admin(settings) as connection:
        connection.execute(plant.encode())
        try:
            yield
        finally:
            connection.execute(mend.encode())


@contextmanager
def as_admin(settings: Settings) -> Iterator[psycopg.Connection]:
    with connect(settings, Role.ADMIN, autocommit=True) as connection:
        yield connection


@contextmanager
def mode(path: Path, planted: int) -> Iterator[None]:
    before = path.stat().st_mode
    path.chmod(planted)
    try:
        yield
    finally:
        path.chmod(before)


@contextmanager
def renamed(path: Path) -> Iterator[None]:
    aside = path.with_name(f"{path.name}.aside")
    path.rename(aside)
    try:
        yield
    finally:
        aside.rename(path)


@contextmanager
def contents(path: Path, text: str) -> Iterator[None]:
    before = path.read_bytes() if path.exists() else None
    path.write_text(text)
    path.chmod(0o600)
    try:
        yield
    finally:
        path.unlink()
        if before is not None:
            path.write_bytes(before)
            path.chmod(0o600)


def codes(settings: Settings, *, thorough: bool = False) -> list[str]:
    return [fault.code for fault in examine(settings, thorough=thorough)]


def an_archived_file(settings: Settings) -> Path:
    return min(path for path in settings.archive.rglob("*") if path.is_file())


def key_lost(settings: Settings) -> object:
    secrets = settings.state_folder / "secrets.json"
    kept = json.loads(secrets.read_text())
    return contents(secrets, json.dumps({name: kept[name] for name in kept if name != "pseudonym"}))


def an_unknown_folder(settings: Settings) -> object:
    @contextmanager
    def plant() -> Iterator[None]:
        folder = Path(settings.landing) / "atlantis"
        folder.mkdir()
        try:
            yield
        finally:
            folder.rmdir()

    return plant()


def an_archived_file_changed(settings: Settings) -> object:
    @contextmanager
    def plant() -> Iterator[None]:
        path = an_archived_file(settings)
        before = path.read_bytes()
        path.chmod(0o600)
        path.write_bytes(before[:-1] + bytes([before[-1] ^ 1]))
        try:
            yield
        finally:
            path.write_bytes(before)

    return plant()


def owned_by_nobody(folder: Path) -> object:
    @contextmanager
    def plant() -> Iterator[None]:
        os.chown(folder, NOBODY, NOBODY)
        try:
            yield
        finally:
            os.chown(folder, os.geteuid(), os.getegid())

    return plant()


def a_reader_in_next_schemas(settings: Settings) -> object:
    @contextmanager
    def plant() -> Iterator[None]:
        with as_admin(settings) as admin, connect(settings, Role.BI) as reader:
            admin.execute("grant usage on schema marts_next to club_bi")
            reader.execute("select from marts_next.dim_period limit 1")
            try:
                yield
            finally:
                reader.rollback()
                admin.execute("revoke usage on schema marts_next from club_bi")

    return plant()


HOLDER = """
import sys, time
from pathlib import Path
from ingestion.settings import Settings
from ingestion.warehouse.connection import Role
from ingestion.warehouse.step_lock import one_at_a_time
settings = Settings(home=Path(sys.argv[1]), warehouse_url=None)
with one_at_a_time(settings, Role.TRANSFORMER, "build"):
    print("held", flush=True)
    time.sleep(600)
"""


def a_holder_that_was_stopped(settings: Settings) -> object:
    @contextmanager
    def plant() -> Iterator[None]:
        with subprocess.Popen(
            [sys.executable, "-c", HOLDER, str(settings.home)], stdout=subprocess.PIPE, text=True
        ) as process:
            assert process.stdout is not None and process.stdout.readline() == "held\n"
            process.send_signal(signal.SIGSTOP)
            try:
                yield
            finally:
                process.kill()
        until(lambda: "step_holder_dead" not in codes(settings))

    return plant()


FIRST_BUILD = "model_build_id = (select min(model_build_id) from ledger.model_build)"
A_MAIL = (
    "insert into ledger.mail (kind, about, recipient, role, message_id, build_id, subject, text_body, html_body,"
    " state, attempts, attempted_at, composed_at)"
    " values ('overdue', 'x', 'club', 'officer', 'planted', 1, 'x', 'x', 'x', "
)
NEWEST = "(select max(submission_id) from ledger.submission)"
OLD = "now() - interval '40 days'"
FOREIGN_KEY = "fk_fct_measure_period_code"
FOREIGN_KEY_AGAIN = (
    f"alter table marts.fct_measure add constraint {FOREIGN_KEY} foreign key (period_code)"
    " references marts.dim_period (period_code) not enforced"
)

# What is planted, by the fault that must be named.
Plant = Callable[[Settings], object]
PLANTED: dict[str, Plant] = {
    "folder_not_ours": lambda club: owned_by_nobody(club.archive),
    "secrets_open": lambda club: mode(club.state_folder / "secrets.json", 0o644),
    "folder_open": lambda club: mode(club.outbox, 0o755),
    "landing_zone_missing": lambda club: renamed(Path(club.landing)),
    "landing_zone_unreadable": lambda club: mode(Path(club.landing) / "dudley", 0o000),
    "unknown_sender": an_unknown_folder,
    "contacts_faulty": lambda club: contents(
        club.contacts_file, "recipient,role,address\natlantis,data_lead,a@example.org\n"
    ),
    "migration_behind": lambda club: written(
        club, "update ledger.alembic_version set version_num = '0020'",
        f"update ledger.alembic_version set version_num = '{known_revisions()[0]}'",
    ),
    "migration_ahead": lambda club: written(
        club, "update ledger.alembic_version set version_num = '9999'",
        f"update ledger.alembic_version set version_num = '{known_revisions()[0]}'",
    ),
    "clock_set_back": lambda club: written(
        club,
        f"update ledger.model_build set finished_at = finished_at + interval '30 days' where {FIRST_BUILD}",
        f"update ledger.model_build set finished_at = finished_at - interval '30 days' where {FIRST_BUILD}",
    ),
    "last_build_failed": lambda club: written(
        club, "insert into ledger.build_run (started_at, finished_at, is_full) values (now(), now(), true)",
        "delete from ledger.build_run where model_build_id is null",
    ),
    "crosswalk_out_of_date": lambda club: written(
        club, "update ledger.model_build set definitions_digest = reverse(definitions_digest)",
        "update ledger.model_build set definitions_digest = reverse(definitions_digest)",
    ),
    "marts_of_other_definitions": lambda club: written(
        club, "update marts.build set definitions_digest = reverse(definitions_digest)",
        "update marts.build set definitions_digest = reverse(definitions_digest)",
    ),
    "build_lagging": lambda club: written(
        club, "update marts.build set last_decision_id = last_decision_id - 1",
        "update marts.build set last_decision_id = last_decision_id + 1",
    ),
    "step_holder_dead": a_holder_that_was_stopped,
    "reader_in_the_way": a_reader_in_next_schemas,
    "schemas_left": lambda club: written(
        club, "create schema marts_left_77", "drop schema marts_left_77"
    ),
    "rules_not_run": lambda club: written(
        club,
        "insert into ledger.rule_result (return_code, rule_code, submissions_checked, outcome, error)"
        " values ('pss_ex1', 'pss_ex1.planted', 1, 'error', 'division by zero')",
        "delete from ledger.rule_result where rule_code = 'pss_ex1.planted'",
    ),
    "grants_missing": lambda club: written(
        club, "revoke select on marts.fct_measure from club_bi",
        "grant select, references on marts.fct_measure to club_bi",
    ),
    "foreign_keys_missing": lambda club: written(
        club, f"alter table marts.fct_measure drop constraint {FOREIGN_KEY}", FOREIGN_KEY_AGAIN
    ),
    "quarantined": lambda club: written(
        club, f"update ledger.submission set state = 'quarantined' where submission_id = {NEWEST}",
        f"update ledger.submission set state = 'accepted' where submission_id = {NEWEST}",
    ),
    "awaiting_sign_off": lambda club: written(
        club,
        f"update ledger.submission set state = 'awaiting_sign_off', checked_at = {OLD}"
        f" where submission_id = {NEWEST}",
        f"update ledger.submission set state = 'accepted', checked_at = now() where submission_id = {NEWEST}",
    ),
    "not_checked": lambda club: written(
        club,
        f"update ledger.submission set state = 'received', received_at = received_at - interval '7 hours'"
        f" where submission_id = {NEWEST}",
        f"update ledger.submission set state = 'accepted', received_at = received_at + interval '7 hours'"
        f" where submission_id = {NEWEST}",
    ),
    "archive_missing": lambda club: renamed(an_archived_file(club)),
    "archive_differs": an_archived_file_changed,
    "mail_undelivered": lambda club: written(
        club, A_MAIL + "'failed', 1, now(), now())",
        "delete from ledger.mail where message_id = 'planted'",
    ),
    "mail_waiting": lambda club: written(
        club, A_MAIL + f"'composed', 0, null, {OLD})",
        "delete from ledger.mail where message_id = 'planted'",
    ),
    "pseudonym_key_missing": key_lost,
    "airflow_silent": lambda club: written(
        club, "update job set latest_heartbeat = now() - interval '10 minutes' where job_type = 'SchedulerJob'",
        "update job set latest_heartbeat = now() + interval '1 day'", AIRFLOW,
    ),
    "dag_import_error": lambda club: written(
        club,
        "insert into import_error (filename, bundle_name, stacktrace) values ('broken.py', 'dags-folder', 'x')",
        "delete from import_error", AIRFLOW,
    ),
    "dag_paused": lambda club: written(
        club, "update dag set is_paused = true where dag_id = 'build_marts'",
        "update dag set is_paused = false", AIRFLOW,
    ),
    "dag_missing": lambda club: written(
        club, "update dag set is_stale = true where dag_id = 'build_marts'",
        "update dag set is_stale = false", AIRFLOW,
    ),
    "last_run_failed": lambda club: written(
        club,
        "insert into dag_run (dag_id, run_id, run_type, state, run_after, end_date, clear_number, span_status)"
        " values ('build_marts', 'planted', 'manual', 'failed', now(), now(), 0, 'ended')",
        "delete from dag_run", AIRFLOW,
    ),
    "airflow_not_running": lambda club: renamed(club.state_folder / "airflow.json"),
}  # fmt: skip

# What these need is planted by other settings, not by another state of the machine.
OTHER_SETTINGS = {
    "disk_nearly_full": {"least_free_mebibytes": 10**9},
    "airflow_other_landing_zone": {"landing_zone": "elsewhere"},
    "database_at_another_port": {"database_port": 1},
    "broker_unreachable": {"executor": "celery", "broker_url": "redis://127.0.0.1:1/0"},
    "backup_old": {"backups": "nowhere"},
}
# Without the key or in another version, nothing that rests on it is looked at.
HIDES = {"pseudonym_key_missing", "migration_behind", "migration_ahead"}


@pytest.fixture(scope="module")
def sound(club: Settings) -> set[tuple[str, str]]:
    """What the samples lack before anything is planted: returns that nobody sent, and whoever waits."""
    found = {(fault.code, fault.what) for fault in examine(club)}
    assert {code for code, _ in found} <= {"overdue", "packages_unlike_the_lock"}, found
    return found


@pytest.mark.parametrize("code", PLANTED)
def test_a_planted_fault_is_named_and_no_other(club: Settings, sound: set[tuple[str, str]], code: str) -> None:
    with PLANTED[code](club):  # type: ignore[attr-defined]
        found = examine(club)
    named = [fault for fault in found if (fault.code, fault.what) not in sound]
    assert [fault.code for fault in named] == [code], named
    assert named[0].mend
    if code not in HIDES:
        assert {(fault.code, fault.what) for fault in found} >= sound
    assert {(fault.code, fault.what) for fault in examine(club)} == sound


def test_more_than_twenty_faults_are_planted() -> None:
    assert len(PLANTED) > 30


@pytest.mark.parametrize("code", OTHER_SETTINGS)
def test_a_fault_of_the_settings_is_named(
    club: Settings, sound: set[tuple[str, str]], code: str, tmp_path: Path
) -> None:
    changed = dict(OTHER_SETTINGS[code])
    if "landing_zone" in changed:
        changed["landing_zone"] = str(tmp_path)
    settings = Settings(**{"home": club.home, "landing_zone": club.landing, "warehouse_url": None} | changed)
    named = {fault.code for fault in examine(settings) if (fault.code, fault.what) not in sound}
    assert named == {code}


def test_a_backup_of_the_night_before_last_is_old(tmp_path: Path) -> None:
    settings = Settings(backups=tmp_path)
    for hours, is_named in ((60, True), (20, False)):
        taken = tmp_path / f"{datetime.now(UTC) - timedelta(hours=hours):%Y-%m-%dT%H%M%SZ}"
        taken.mkdir()
        (taken / MANIFEST).touch()
        assert bool(list(backups.backup_old(settings))) is is_named


def test_packages_of_another_version_are_named(
    club: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lock = tmp_path / "requirements.lock"
    lock.write_text("# no\npsycopg==0.1 \\\n    --hash=sha256:00\nnot-for-here==1.0\n")
    monkeypatch.setattr(packages, "LOCK", lock)
    (fault,) = packages.versions_unlike_the_lock(club)
    assert fault.code == "packages_unlike_the_lock"
    assert f"psycopg {psycopg.__version__} instead of 0.1" in fault.what and "not-for-here" not in fault.what


def test_a_step_that_is_held_for_very_long_is_named(club: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(building, "LONGEST_STEP", building.timedelta(0))
    with connect(club, Role.TRANSFORMER) as holder:
        holder.execute("insert into ledger.step (step) values ('planted') on conflict do nothing")
        holder.execute("select from ledger.step where step = 'planted' for update")
        assert "step_held_long" in codes(club)
        holder.rollback()
    assert "step_held_long" not in codes(club)


def test_a_damaged_file_beyond_those_always_read_is_found_when_all_are_read(
    club: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ingestion.operation.doctor.work.READ_AGAIN", 0)
    with an_archived_file_changed(club):  # type: ignore[attr-defined]
        assert "archive_differs" not in codes(club)
        assert "archive_differs" in codes(club, thorough=True)


class TestWithoutAServer:
    """A state folder in which PostgreSQL ran once and does not now."""

    @pytest.fixture
    def stopped(self, tmp_path: Path) -> Settings:
        (tmp_path / "landing").mkdir()
        settings = Settings(home=tmp_path / "home", landing_zone=str(tmp_path / "landing"), warehouse_url=None)
        load_secrets(settings)
        (settings.state_folder / "postgresql.json").write_text(json.dumps({"port": free_port(0)}))
        return settings

    def faults(self, settings: Settings) -> list[Fault]:
        return [fault for fault in examine(settings) if fault.code != "packages_unlike_the_lock"]

    def test_it_is_named(self, stopped: Settings) -> None:
        (fault,) = self.faults(stopped)
        assert (fault.code, fault.mend) == ("database_not_running", "club up")

    def test_a_port_that_somebody_else_has_taken_is_named_with_who(self, stopped: Settings) -> None:
        with socket.create_server(("127.0.0.1", 0)) as other:
            port = other.getsockname()[1]
            (stopped.state_folder / "postgresql.json").write_text(json.dumps({"port": port}))
            (fault,) = self.faults(stopped)
        assert fault.code == "database_port_taken"
        assert f"{port} is taken by process {os.getpid()}" in fault.what

    def test_where_nothing_was_ever_started_that_is_said_and_nothing_is_made(self, tmp_path: Path) -> None:
        (tmp_path / "landing").mkdir()
        settings = Settings(home=tmp_path / "home", landing_zone=str(tmp_path / "landing"), warehouse_url=None)
        assert [fault.code for fault in self.faults(settings)] == ["not_set_up"]
        assert not settings.state_folder.exists()

    def test_a_server_elsewhere_that_does_not_answer_is_named_without_its_password(self, tmp_path: Path) -> None:
        url = f"postgresql://club_admin:very-secret@127.0.0.1:{free_port(0)}/warehouse"
        (tmp_path / "landing").mkdir()
        settings = Settings(home=tmp_path / "home", landing_zone=str(tmp_path / "landing"), warehouse_url=url)
        load_secrets(settings)
        (fault,) = self.faults(settings)
        assert fault.code == "database_unreachable" and "very-secret" not in fault.what


def test_the_command_tells_and_its_exit_code_is_for_schedulers(club: Settings) -> None:
    environment = {"CLUB_HOME": str(club.home), "LANDING_ZONE": club.landing, "WAREHOUSE_URL": None}
    with mode(club.outbox, 0o755):
        told = CliRunner().invoke(app, ["doctor", "--json"], env=environment)
        shown = CliRunner().invoke(app, ["doctor"], env=environment)
    assert (told.exit_code, shown.exit_code) == (1, 1)
    (fault,) = [each for each in json.loads(told.stdout) if each["code"] == "folder_open"]
    assert fault["mend"] == f"chmod 700 {club.outbox}" and fault["kind"] == "broken"
    assert f"→ chmod 700 {club.outbox}" in shown.stdout
