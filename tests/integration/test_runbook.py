"""The runbook is tried as written: each of its situations is planted, its commands run, its words come out."""

import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pytest
from typer.testing import CliRunner

from ingestion.backup.restore import UNFINISHED
from ingestion.backup.take import secrets_beside, take_backup
from ingestion.cli.app import app
from ingestion.decide import quarantine
from ingestion.feedback.report import write_feedback
from ingestion.mail.compose import compose_mail
from ingestion.mail.contacts import read_contacts
from ingestion.model.build import build_marts
from ingestion.settings import PROJECT_ROOT, Settings
from ingestion.warehouse.connection import Role, connect
from ingestion.warehouse.mail import MailKind
from ingestion.warehouse.programs import programs
from ingestion.warehouse.secrets import SECRETS_FILE
from ingestion.warehouse.server import EmbeddedServer
from ingestion.warehouse.throwaway import ThrowawayServer
from samples import write_child_samples
from samples.contacts import write_contacts
from tests.conftest import run_road
from tests.support.warehouses import settings_in

RUNBOOK = PROJECT_ROOT / "docs" / "runbook.md"
_SECTION = re.compile(r"^## (\d+) (.+)\n((?:(?!^## ).*\n)+)", re.MULTILINE)
_BLOCK = re.compile(r"^```console\n(.*?)^```", re.MULTILINE | re.DOTALL)
_FRAME = re.compile(r"[┏━┳┓┃┡╇┩│└─┴┘•]")


@dataclass(frozen=True)
class Step:
    """A command of the runbook, and the lines that it is to print."""

    command: str
    expected: tuple[str, ...]


@dataclass(frozen=True)
class Place:
    """Where a situation is planted."""

    settings: Settings
    backups: Path


def situations() -> dict[int, list[Step]]:
    """Return the steps of each numbered section."""
    text = RUNBOOK.read_text(encoding="utf-8")
    return {int(number): list(_steps(body)) for number, _, body in _SECTION.findall(text)}


def _steps(section: str) -> Iterator[Step]:
    for block in _BLOCK.findall(section):
        for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            command, *expected = part.rstrip("\n").split("\n")
            yield Step(command, tuple(expected))


@pytest.fixture(scope="module")
def place(sample_warehouse: Settings, tmp_path_factory: pytest.TempPathFactory) -> Place:
    """A warehouse with a backup of Monday."""
    backups = tmp_path_factory.mktemp("backups")
    monday = backups / "monday"
    take_backup(sample_warehouse, monday, secrets_beside(monday), lambda _: None)
    return Place(sample_warehouse, backups)


@pytest.mark.parametrize("number", situations())
def test_a_situation_is_answered_as_the_book_says(place: Place, number: int, monkeypatch: pytest.MonkeyPatch):
    plant = PLANTED[number]
    with plant(place, monkeypatch):
        for step in situations()[number]:
            said = run(place, step.command)
            position = 0
            for line in step.expected:
                found = _pattern(line).search(said, position)
                assert found, f"{step.command}\nexpected: {line}\nprinted: {said}"
                position = found.end()


def test_every_situation_is_planted_and_has_commands():
    assert set(PLANTED) == set(situations())
    assert all(situations().values())


def test_every_dag_and_every_mail_to_the_club_has_a_line_among_the_alerts():
    alerts = RUNBOOK.read_text(encoding="utf-8").partition("## Alerts")[2].partition("\n## ")[0]
    dags = {path.stem for path in (PROJECT_ROOT / "dags").glob("*.py") if "@dag(" in path.read_text()}
    missing = [dag for dag in dags - {"collect_returns", "steps"} if f"Failed: {dag}" not in alerts]
    assert missing == [] and "Failed: collect_…" in alerts
    for kind in (MailKind.QUARANTINED, MailKind.OVERDUE, MailKind.SIGN_OFF_WANTED):
        assert f'mail "{kind.value.replace("_", " ").replace("sign off", "sign-off")}"' in alerts
    assert set(map(int, re.findall(r"\]\(#(\d+)-", alerts))) <= set(situations())


# Running


def run(place: Place, command: str) -> str:
    """Run a command as typed, and return what it printed, without frames and as one line."""
    command = command.replace("/backups", str(place.backups))
    given = dict(re.findall(r"^([A-Z_]+)=(\S+) ", command))
    words = re.sub(r"^[A-Z_]+=\S+ ", "", command)
    surroundings = {
        "CLUB_HOME": str(place.settings.home),
        "LANDING_ZONE": place.settings.landing,
        "COLUMNS": "250",
    }
    if words in STAND_INS and not given:
        STAND_INS[words](place.settings)
        return ""
    if words.startswith("club ") and "$(" not in words:
        arguments = shlex_in(words, surroundings)
        result = CliRunner().invoke(app, arguments[1:], env={**surroundings, **given, "WAREHOUSE_URL": None})
        return _plain(result.output)
    return _plain(_by_shell(command, surroundings))


def shlex_in(words: str, surroundings: dict[str, str]) -> list[str]:
    return shlex.split(words.replace("$CLUB_HOME", surroundings["CLUB_HOME"]))


def _by_shell(command: str, surroundings: dict[str, str]) -> str:
    """Let bash run a line, in which `club` is this version's."""
    club = f'club() {{ {sys.executable} -c "from ingestion.cli.app import app; app()" "$@"; }}\n'
    path = os.pathsep.join([str(programs(None)), os.environ["PATH"]])
    done = subprocess.run(
        ["bash", "-c", club + command],
        env={**os.environ, **surroundings, "PATH": path, "PYTHONPATH": str(PROJECT_ROOT)},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    return done.stdout + done.stderr


def _plain(text: str) -> str:
    return " ".join(_FRAME.sub(" ", text).split())


def _pattern(line: str) -> re.Pattern[str]:
    return re.compile(".*?".join(re.escape(_plain(part)) for part in line.split("…")))


# What starts Airflow is tried by the whole road; here only its part in the situation is done.
STAND_INS: dict[str, Callable[[Settings], object]] = {
    "club up": lambda settings: ThrowawayServer(settings).start(),
    "club load": lambda settings: build_marts(settings),
}

# Planting


@contextmanager
def database_down(place: Place, _: pytest.MonkeyPatch) -> Iterator[None]:
    ThrowawayServer(place.settings).stop()
    try:
        yield
    finally:
        ThrowawayServer(place.settings).start()


@contextmanager
def secrets_lost(place: Place, _: pytest.MonkeyPatch) -> Iterator[None]:
    (place.settings.home / SECRETS_FILE).unlink()
    try:
        yield
    finally:
        shutil.copy(secrets_beside(place.backups / "monday"), place.settings.home / SECRETS_FILE)


@contextmanager
def rejected(place: Place, _: pytest.MonkeyPatch) -> Iterator[None]:
    """The samples have one; its report is written after a load."""
    write_feedback(place.settings, [20])
    yield


@contextmanager
def quarantined(place: Place, _: pytest.MonkeyPatch) -> Iterator[None]:
    quarantine(place.settings, {5: "a test of the build failed"})
    yield


@contextmanager
def contacts_faulty(place: Place, _: pytest.MonkeyPatch) -> Iterator[None]:
    path = place.settings.contacts_file
    path.write_text("recipient,role,address\ndudley,data_lead,not an address\n")
    path.chmod(0o600)
    yield
    path.unlink()


@contextmanager
def mail_refused(place: Place, _: pytest.MonkeyPatch) -> Iterator[None]:
    write_contacts(place.settings.contacts_file)
    contacts = read_contacts(place.settings)
    assert contacts is not None
    compose_mail(place.settings, contacts, datetime.now(UTC))
    with connect(place.settings, Role.LOADER) as connection:
        connection.execute("update ledger.mail set state = 'failed', note = 'no such user' where mail_id = 1")
    yield


@contextmanager
def something_decided(place: Place, _: pytest.MonkeyPatch) -> Iterator[None]:
    """A return is delivered again since the build."""
    landing = Path(place.settings.landing) / "dudley" / "pss_ex1" / "2007-08"
    (landing / "spend.csv").write_bytes((landing / "spend.csv").read_bytes() + b"\n")
    run_road(place.settings)
    yield


@contextmanager
def children_overdue(place: Place, _: pytest.MonkeyPatch) -> Iterator[None]:
    write_child_samples(Path(place.settings.landing), children=3, authorities=["dudley"], periods=["2024-25"])
    run_road(place.settings, "ssda903")
    yield


@contextmanager
def disk_full(_: Place, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with monkeypatch.context() as patched:
        usage = shutil.disk_usage("/")
        patched.setattr("ingestion.backup.take.shutil.disk_usage", lambda _: usage._replace(free=1024**2))
        yield


@contextmanager
def reader_at_work(place: Place, _: pytest.MonkeyPatch) -> Iterator[None]:
    reader = connect(place.settings, Role.ANALYST)
    reader.execute("select count(*) from marts.fct_indicator")
    yield
    with pytest.raises(psycopg.errors.AdminShutdown):
        reader.execute("select 1")


@contextmanager
def file_lost(place: Place, _: pytest.MonkeyPatch) -> Iterator[None]:
    """One that Monday's backup has."""
    kept = next(path for path in sorted((place.backups / "monday" / "archive").rglob("*")) if path.is_file())
    (place.settings.archive / kept.parent.name / kept.name).unlink()
    yield


@contextmanager
def backup_damaged(place: Place, _: pytest.MonkeyPatch) -> Iterator[None]:
    monday, damaged = place.backups / "monday", place.backups / "damaged"
    shutil.copytree(monday, damaged)
    shutil.copy(secrets_beside(monday), secrets_beside(damaged))
    victim = next(path for path in sorted((damaged / "archive").rglob("*")) if path.is_file())
    victim.chmod(0o600)
    victim.write_bytes(victim.read_bytes()[::-1])
    yield


@contextmanager
def machine_lost(place: Place, _: pytest.MonkeyPatch) -> Iterator[None]:
    yield
    EmbeddedServer(settings_in(place.settings.home.parent / "new-home")).stop()


@contextmanager
def restore_cut_off(place: Place, _: pytest.MonkeyPatch) -> Iterator[None]:
    home = place.settings.home.parent / "cut-off"
    (home / "archive").mkdir(parents=True)
    (home / "archive" / "half").touch()
    (home / UNFINISHED).touch()
    yield
    EmbeddedServer(settings_in(home)).stop()


def nothing(_: Place, __: pytest.MonkeyPatch) -> AbstractContextManager[None]:
    """The samples have it, or the command itself is the fault."""
    return nullcontext()


PLANTED: dict[int, Callable[[Place, pytest.MonkeyPatch], AbstractContextManager[None]]] = {
    1: database_down, 2: secrets_lost, 3: nothing, 4: nothing, 5: rejected, 6: nothing, 7: quarantined,
    8: contacts_faulty, 9: mail_refused, 10: something_decided, 11: children_overdue, 12: disk_full,
    13: reader_at_work, 14: file_lost, 15: backup_damaged, 16: machine_lost, 17: restore_cut_off, 18: nothing,
}  # fmt: skip
