"""The container files, read and run without a container engine."""

import configparser
import json
import os
import re
import shutil
import subprocess
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
import yaml

from ingestion.operation.airflow_process import ADMIN_USER, CONFIGURATION
from ingestion.operation.executors import EXECUTORS
from ingestion.operation.service import WAREHOUSE_POOL
from ingestion.settings import Settings

DOCKER = Path(__file__).resolve().parents[2] / "docker"
COMPOSE_TEXT = (DOCKER / "compose.yaml").read_text()
SERVICES = yaml.safe_load(COMPOSE_TEXT)["services"]
RUNS_ONCE = {"migrate"}

AIRFLOW = configparser.ConfigParser()
AIRFLOW.read(CONFIGURATION)

AIRFLOW_SECRETS = {
    "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": "postgresql+psycopg2://airflow:x@postgres/airflow",
    "AIRFLOW__CORE__FERNET_KEY": "A" * 43 + "=",
    "AIRFLOW__API__SECRET_KEY": "x",
    "AIRFLOW__API_AUTH__JWT_SECRET": "x",
}
WAREHOUSE_SECRETS = {
    "WAREHOUSE_URL": "postgresql://club_admin:x@postgres/warehouse",
    "CLUB_LOADER_PASSWORD": "x",
    "CLUB_TRANSFORMER_PASSWORD": "x",
    "CLUB_ANALYST_PASSWORD": "x",
    "CLUB_BI_PASSWORD": "x",
    "CLUB_OUTSIDE_PASSWORD": "x",
    "CLUB_OFFICER_PASSWORD": "x",
}
BROKER_SECRETS = {"CLUB_BROKER_URL": "redis://:x@broker:6379/0"}
# What each service refuses to start without; what it starts is its command.
NEEDED = {
    "migrate": AIRFLOW_SECRETS | WAREHOUSE_SECRETS,
    "scheduler": AIRFLOW_SECRETS | WAREHOUSE_SECRETS,
    "api-server": AIRFLOW_SECRETS | {"CLUB_AIRFLOW_PASSWORD": 'a "quoted" one'},
    "dag-processor": AIRFLOW_SECRETS,
    "triggerer": AIRFLOW_SECRETS,
    "dispatcher": AIRFLOW_SECRETS | BROKER_SECRETS,
    "worker": AIRFLOW_SECRETS | WAREHOUSE_SECRETS | BROKER_SECRETS,
}
# Images of others, which have their own ways to start.
OF_OTHERS = {"postgres", "broker"}
IS_SECRET = re.compile(r"(PASSWORD|SECRET|KEY)$")


def example_names() -> dict[str, str]:
    lines = (DOCKER / ".env.example").read_text().splitlines()
    return dict(line.split("=", 1) for line in lines if re.match("[A-Z]", line))


def start(
    arguments: list[str], environment: dict[str, str], path: str = "/nowhere"
) -> subprocess.CompletedProcess[str]:
    bash = shutil.which("bash")
    assert bash
    return subprocess.run(
        [bash, DOCKER / "entrypoint.sh", *arguments],
        env={"PATH": path, **environment},
        capture_output=True,
        text=True,
        timeout=30,
    )


def start_service(
    name: str, environment: dict[str, str], path: str = "/nowhere", *more: str
) -> subprocess.CompletedProcess[str]:
    """Start what a service of compose starts, in its profile."""
    profile = {"CLUB_EXECUTOR": ",".join(SERVICES[name].get("profiles", ["local"]))}
    return start([*SERVICES[name]["command"], *more], profile | environment, path)


@pytest.fixture
def stubs(tmp_path: Path) -> str:
    """A PATH whose `airflow` and `club` say how they were called."""
    for name in ("airflow", "club"):
        stub = tmp_path / name
        stub.write_text(f'#!/bin/sh\necho "{name} $@"; env\n')
        stub.chmod(0o755)
    return f"{tmp_path}:{os.environ['PATH']}"


@pytest.fixture
def health_address() -> Iterator[str]:
    """An API server that says the scheduler is well and the triggerer is not."""

    class Health(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            found = self.path == "/api/v2/monitor/health"
            self.send_response(200 if found else 404)
            self.end_headers()
            self.wfile.write(
                json.dumps({"scheduler": {"status": "healthy"}, "triggerer": {"status": None}}).encode()
            )

        def log_message(self, *_: object) -> None: ...

    server = HTTPServer(("127.0.0.1", 0), Health)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/execution/"
    server.shutdown()
    server.server_close()


# compose.yaml


def test_compose_names_every_part() -> None:
    assert set(SERVICES) == {*OF_OTHERS, *NEEDED}


def test_every_lasting_service_has_a_healthcheck() -> None:
    assert {name for name, service in SERVICES.items() if "healthcheck" not in service} == RUNS_ONCE


def test_every_part_of_airflow_waits_for_the_migration_and_the_migration_for_the_database() -> None:
    assert SERVICES["migrate"]["depends_on"]["postgres"]["condition"] == "service_healthy"
    for name in set(NEEDED) - RUNS_ONCE:
        assert SERVICES[name]["depends_on"]["migrate"]["condition"] == "service_completed_successfully"
    for name in ("dispatcher", "worker"):
        assert SERVICES[name]["depends_on"]["broker"]["condition"] == "service_healthy"


def test_no_environment_value_holds_a_secret() -> None:
    for service in SERVICES.values():
        for name, value in service["environment"].items():
            if IS_SECRET.search(name):
                assert re.fullmatch(r"\$\{\w+:\?[^}]+\}", value), name
            for password in re.findall(r"://[^:/@]+:(.+)@", str(value)):
                assert re.fullmatch(r"\$\{\w+:\?[^}]+\}", password), name


def test_every_secret_is_demanded_by_name_and_listed_in_the_example() -> None:
    used = re.findall(r"\$\{(\w+)([^}]*)\}", COMPOSE_TEXT)
    secrets = {name for name, _ in used if IS_SECRET.search(name)}
    assert all(rest.startswith(f":?{name} is missing; ") for name, rest in used if name in secrets)
    assert secrets == {name for name in example_names() if IS_SECRET.search(name)}


def test_the_example_holds_no_secret_and_lists_every_variable_without_default() -> None:
    names = example_names()
    assert not any(value for name, value in names.items() if IS_SECRET.search(name))
    assert set(re.findall(r"\$\{(\w+):\?", COMPOSE_TEXT)) == set(names)


def test_each_part_is_given_exactly_the_secrets_it_refuses_to_start_without() -> None:
    for part, needed in NEEDED.items():
        given = SERVICES[part]["environment"]
        assert {name for name in given if IS_SECRET.search(name) or "${" in given[name]} == {
            *needed, "CLUB_EXECUTOR",
        }, part  # fmt: skip


def test_the_landing_zone_is_read_only_and_kept_from_the_web_pages() -> None:
    for name in ("migrate", "scheduler", "worker"):
        landing = [v for v in SERVICES[name]["volumes"] if isinstance(v, dict)]
        assert [(v["target"], v["read_only"]) for v in landing] == [("/landing", True)]
    for name in ("api-server", "dispatcher"):
        assert SERVICES[name]["volumes"] == ["airflow-home:/var/lib/club/airflow"]


def test_tasks_run_in_a_profile_and_everything_else_in_each():
    assert {name: service["profiles"] for name, service in SERVICES.items() if "profiles" in service} == {
        "scheduler": ["local"], "dispatcher": ["celery"], "worker": ["celery"], "broker": ["celery"],
    }  # fmt: skip
    assert SERVICES["worker"]["deploy"] == {"replicas": 2}
    for profile in EXECUTORS:
        hands_tasks_out = [
            name for name, service in SERVICES.items()
            if service.get("command") == ["scheduler"] and profile in service["profiles"]
        ]  # fmt: skip
        assert len(hands_tasks_out) == 1, profile
    assert example_names()["COMPOSE_PROFILES"] == "local"
    for part in NEEDED:
        assert SERVICES[part]["labels"]["club.profiles"].startswith(
            "${COMPOSE_PROFILES:?COMPOSE_PROFILES is missing"
        )


def test_the_broker_wants_its_password_and_forgets_nothing_that_it_took() -> None:
    said = SERVICES["broker"]["command"]
    assert said[said.index("--requirepass") + 1].startswith("${CLUB_BROKER_PASSWORD:?")
    assert said[said.index("--appendonly") + 1] == "yes"
    assert said[said.index("--maxmemory-policy") + 1] == "noeviction"
    assert "broker-data:/data" in SERVICES["broker"]["volumes"]


def test_a_worker_that_is_stopped_has_longer_than_it_gives_its_tasks() -> None:
    grace = json.loads(AIRFLOW["celery"]["extra_celery_config"])["worker_soft_shutdown_timeout"]
    assert SERVICES["worker"]["stop_grace_period"] == "2m" and 0 < grace < 120


def test_no_service_writes_logs_without_end_or_gains_rights():
    for name, service in SERVICES.items():
        assert service["logging"] == {"driver": "local"}, name
        assert service["security_opt"] == ["no-new-privileges:true"], name
        assert name in OF_OTHERS or service["cap_drop"] == ["ALL"], name
        assert not {"privileged", "network_mode", "pid", "devices"} & set(service), name


def test_ports_are_open_to_this_machine_only_unless_told_otherwise() -> None:
    ports = [port for service in SERVICES.values() for port in service.get("ports", [])]
    assert ports and all(port.startswith("${CLUB_LISTEN:-127.0.0.1}:") for port in ports)


def test_new_env_fills_every_secret_once(tmp_path: Path) -> None:
    target = tmp_path / ".env"
    subprocess.run([DOCKER / "new_env.sh", target], check=True, capture_output=True)
    filled = dict(line.split("=", 1) for line in target.read_text().splitlines() if re.match("[A-Z]", line))
    assert set(filled) == set(example_names())
    assert all(filled.values()) and len(set(filled.values())) == len(filled)
    assert re.fullmatch("[A-Za-z0-9_-]{43}=", filled["AIRFLOW__CORE__FERNET_KEY"])
    assert target.stat().st_mode & 0o777 == 0o600
    again = subprocess.run([DOCKER / "new_env.sh", target], capture_output=True, text=True)
    assert again.returncode == 1 and "left alone" in again.stderr


# Dockerfile


def test_the_image_ends_as_an_ordinary_user_that_is_not_root() -> None:
    users = re.findall(r"^USER (\S+)", (DOCKER / "Dockerfile").read_text(), re.MULTILINE)
    assert users == ["50000:50000"]


def test_the_image_is_installed_from_the_lock_with_hashes_and_without_compiling() -> None:
    text = (DOCKER / "Dockerfile").read_text()
    # Containers are where there may be more than one machine.
    assert "COPY requirements-distributed.lock ./" in text
    assert "--require-hashes -r requirements-distributed.lock" in text
    assert "--only-binary=:all:" in text
    # Of Debian comes what sets a PDF, and no compiler.
    assert re.findall(r"apt-get install (.*?)\s*\\?$", text, re.MULTILINE) == [
        "-qy --no-install-recommends libpango-1.0-0 libpangoft2-1.0-0"
    ]


def test_only_listed_files_enter_the_image() -> None:
    rules = [
        line
        for line in (DOCKER / "Dockerfile.dockerignore").read_text().splitlines()
        if line and not line.startswith("#")
    ]
    assert rules[0] == "*"
    assert not any(".env" in rule or rule in ("!docker", "!var", "!tests") for rule in rules)


# airflow.cfg, which the image and `club up` both read


def test_a_setting_of_airflow_is_said_once() -> None:
    said = {
        f"AIRFLOW__{section.upper()}__{name.upper()}": value
        for section in AIRFLOW.sections()
        for name, value in AIRFLOW.items(section)
    }
    image = (DOCKER / "Dockerfile").read_text()
    started = (CONFIGURATION.parent / "airflow_process.py").read_text()
    assert f"AIRFLOW_CONFIG=/opt/club/{CONFIGURATION.relative_to(DOCKER.parent)} " in image
    # The workstation takes the number of its workers from CLUB_AIRFLOW_PARALLELISM, and both whether lineage is
    # told from CLUB_LINEAGE.
    assert [name for name in said if name in image + started] == [
        "AIRFLOW__CORE__PARALLELISM", "AIRFLOW__OPENLINEAGE__DISABLED",
    ]  # fmt: skip
    assert "AIRFLOW__CORE__PARALLELISM" not in image


def test_airflow_reads_the_same_numbers_and_names_as_the_product() -> None:
    assert AIRFLOW["core"]["parallelism"] == str(Settings.model_fields["airflow_parallelism"].default)
    assert (
        f"${{AIRFLOW__CORE__PARALLELISM:-{AIRFLOW['core']['parallelism']}}}"
        in (DOCKER / "entrypoint.sh").read_text()
    )
    assert AIRFLOW["core"]["simple_auth_manager_users"] == f"{ADMIN_USER}:admin"


# entrypoint.sh


@pytest.mark.parametrize("part", NEEDED)
def test_a_part_without_secrets_does_not_start_and_names_each(part: str) -> None:
    done = start_service(part, {})
    assert done.returncode == 78
    assert re.findall(r"^The secret (\w+) is missing", done.stderr, re.MULTILINE) == list(NEEDED[part])
    assert f"'{SERVICES[part]['command'][0]}' was not started." in done.stderr


@pytest.mark.parametrize("part", NEEDED)
def test_a_part_with_one_empty_secret_names_that_one(part: str) -> None:
    for name in NEEDED[part]:
        done = start_service(part, NEEDED[part] | {name: ""})
        assert done.returncode == 78
        assert re.findall(r"The secret (\w+) is missing", done.stderr) == [name]


@pytest.mark.parametrize("part", ["scheduler", "dispatcher", "dag-processor", "triggerer"])
def test_a_part_with_all_secrets_becomes_airflow(part: str, stubs: str) -> None:
    done = start_service(part, NEEDED[part], stubs, "--verbose")
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith(f"airflow {SERVICES[part]['command'][0]} --verbose\n")


def test_the_scheduler_knows_the_broker_and_a_worker_is_the_command_of_the_club(stubs: str) -> None:
    broker = BROKER_SECRETS["CLUB_BROKER_URL"]
    handing_out = start_service("dispatcher", NEEDED["dispatcher"], stubs).stdout
    assert f"\nAIRFLOW__CELERY__BROKER_URL={broker}\n" in handing_out
    worker = start_service("worker", NEEDED["worker"], stubs).stdout
    assert worker.startswith("club worker\n") and f"\nCLUB_BROKER_URL={broker}\n" in worker


@pytest.mark.parametrize(
    ("profiles", "executors"),
    [
        ("", "LocalExecutor"),
        *((name, executor.airflow_name) for name, executor in EXECUTORS.items()),
        ("celery,local", "CeleryExecutor,LocalExecutor"),
    ],
)
def test_the_profiles_say_which_executors_airflow_has(stubs: str, profiles: str, executors: str) -> None:
    done = start(["dag-processor"], NEEDED["dag-processor"] | {"CLUB_EXECUTOR": profiles}, stubs)
    assert f"\nAIRFLOW__CORE__EXECUTOR={executors}\n" in done.stdout, done.stderr


def test_a_profile_that_is_no_executor_is_refused(stubs: str) -> None:
    done = start(["dag-processor"], NEEDED["dag-processor"] | {"CLUB_EXECUTOR": "local,celry"}, stubs)
    assert done.returncode == 78 and "CLUB_EXECUTOR names 'celry'" in done.stderr


def test_migrate_prepares_airflow_and_its_pool_first_and_then_becomes_club(stubs: str) -> None:
    done = start(["migrate"], NEEDED["migrate"], stubs)
    assert done.returncode == 0, done.stderr
    calls = re.findall(r"^(?:airflow|club) .*", done.stdout, re.MULTILINE)
    assert calls == ["airflow db migrate", "club migrate"]


def test_migrate_makes_the_pool_that_the_tasks_ask_for() -> None:
    assert f"airflow pools set {WAREHOUSE_POOL} " in (DOCKER / "entrypoint.sh").read_text()


def test_the_airflow_password_goes_to_a_private_file_and_nowhere_else(stubs: str, tmp_path: Path) -> None:
    passwords = tmp_path / "passwords.json"
    setting = {"AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_PASSWORDS_FILE": str(passwords)}
    done = start(["api-server"], NEEDED["api-server"] | setting, stubs)
    assert done.returncode == 0, done.stderr
    assert json.loads(passwords.read_text()) == {"admin": 'a "quoted" one'}
    assert passwords.stat().st_mode & 0o777 == 0o600
    assert "quoted" not in done.stdout + done.stderr


def test_a_key_that_is_no_fernet_key_is_refused_at_the_start(stubs: str) -> None:
    done = start(["scheduler"], NEEDED["scheduler"] | {"AIRFLOW__CORE__FERNET_KEY": "ab" * 32}, stubs)
    assert done.returncode == 78
    assert "is not a Fernet key" in done.stderr and "ab" * 32 not in done.stderr


def test_club_and_any_other_command_are_passed_through_without_secrets(stubs: str) -> None:
    assert start(["club", "--version"], {}, stubs).stdout.startswith("club --version\n")
    assert start(["echo", "two words"], {}, stubs).stdout == "two words\n"


def test_an_exit_code_comes_back(stubs: str) -> None:
    assert start(["sh", "-c", "exit 7"], {}, stubs).returncode == 7


def test_nothing_to_start_is_said() -> None:
    done = start([], {})
    assert done.returncode == 78
    assert "Say what to start" in done.stderr


# healthcheck.py


@pytest.mark.parametrize(("part", "code", "said"), [("scheduler", 0, "is healthy"), ("triggerer", 1, "is None")])
def test_a_part_is_as_well_as_the_api_server_says(health_address: str, part: str, code: int, said: str) -> None:
    done = ask_health(part, health_address)
    assert (done.returncode, said in done.stdout) == (code, True)


def test_a_silent_api_server_means_unwell() -> None:
    done = ask_health("scheduler", "http://127.0.0.1:9/execution/")
    assert done.returncode == 1
    assert "does not answer" in done.stdout


def ask_health(part: str, address: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["python3", DOCKER / "healthcheck.py", part],
        env={**os.environ, "AIRFLOW__CORE__EXECUTION_API_SERVER_URL": address},
        capture_output=True,
        text=True,
        timeout=30,
    )


# every script


@pytest.mark.skipif(not shutil.which("shellcheck"), reason="shellcheck is not installed")
def test_the_scripts_are_clean_for_shellcheck() -> None:
    subprocess.run(["shellcheck", *sorted(DOCKER.glob("*.sh"))], check=True)
