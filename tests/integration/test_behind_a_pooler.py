"""The road on the oldest PostgreSQL there may be, through a pgbouncer that shares sessions by transaction.

Everything is built twice: on the product's own server, and on a PostgreSQL 15 of Debian, which logs all it is told
and whose admin is no superuser. What comes of it must be the same. The tests follow one another; `make
bench-servers` compares more servers, each with and without the pooler.
"""

import re
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from sqlalchemy import make_url

from ingestion.backup.files import received_files
from ingestion.backup.manifest import Manifest, files_below
from ingestion.backup.restore import require_database, restore_backup
from ingestion.backup.take import secrets_beside, take_backup
from ingestion.errors import ClubError
from ingestion.feedback.report import write_feedback
from ingestion.model.as_known_on import build_as_known_on, drop_as_known_on, moment_of
from ingestion.model.build import build_marts
from ingestion.model.crosswalk import prepare_crosswalk
from ingestion.model.inputs import INTO_NEXT_SCHEMAS, ROOM
from ingestion.model.parse import parse_rooms
from ingestion.model.parsed import PARSED
from ingestion.operation.doctor import examine
from ingestion.operation.doctor.fault import Kind
from ingestion.settings import Settings
from ingestion.warehouse.connection import Role, connect
from ingestion.warehouse.migrate import migrate
from ingestion.warehouse.secrets import MAKERS, SECRETS_FILE, load_secrets, variable_of
from samples import write_child_samples, write_samples
from tests.conftest import empty_warehouse, run_road
from tests.support.checksums import checksums
from tests.support.other_servers import EMPTY, LOGS_EVERYTHING, other_server
from tests.support.pooler import POOL_SIZE, pooled
from tests.support.warehouses import settings_in

SENDERS = ("dudley", "walsall")
KEY_OF_SESSION = "select pg_backend_pid(), nullif(current_setting('club.pseudonym_inner', true), '')"
# What of a statement would still be there for whoever gets the session next.
LASTING = re.compile(
    r"\A(set(?! local | transaction | constraints )|prepare |listen |declare .* with hold|load "
    r"|create (local )?temp(orary)? (?!.*on commit drop)|select pg_(try_)?advisory_lock)",
    re.IGNORECASE | re.DOTALL,
)
# pgbouncer gives each session what its next client has asked for.
OF_THE_POOLER = re.compile(r"\A(SET \w+='[^']*';)+\Z")
SAID = re.compile(r"LOG:  (?:statement|execute (?P<name>[^:]+)): (?P<said>.*)")


@pytest.fixture(scope="module")
def landing(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Forms of one year, and children of two."""
    landing = tmp_path_factory.mktemp("pooled") / "landing"
    write_samples(landing, periods=("2006-07",))
    write_child_samples(landing, periods=("2024-25", "2025-26"), children=20, authorities=SENDERS)
    return landing


@pytest.fixture(scope="module")
def expected(prepared_home: Path, landing: Path) -> dict[str, str | None]:
    """Return what comes of it on the product's own server."""
    settings = empty_warehouse(settings_in(prepared_home, landing))
    travel(settings)
    return checksums(settings)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of the older server and of what belongs to it."""
    return tmp_path_factory.mktemp("older")


@pytest.fixture(scope="module")
def direct(prepared_home: Path, landing: Path, folder: Path) -> Iterator[Settings]:
    """Provide an empty database of the older server.

    All secrets are in the environment; with the same, pseudonyms are the same. dbt has parsed the project before,
    and what is received and written goes into a store of objects.
    """
    secrets = load_secrets(settings_in(prepared_home))
    with (
        other_server(folder, landing, configuration=LOGS_EVERYTHING) as settings,
        pytest.MonkeyPatch.context() as environment,
    ):
        for name in MAKERS:
            environment.setenv(variable_of(name), secrets[name])
        settings = of_the_environment(settings.home, settings.warehouse_url, landing, folder / "parsed")
        parse_rooms(settings, folder / "parsed", {ROOM: INTO_NEXT_SCHEMAS})
        yield settings


@pytest.fixture(scope="module")
def behind(direct: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    with pooled(direct, tmp_path_factory.mktemp("pooler")) as settings:
        yield settings


def of_the_environment(home: Path, url: str | None, landing: Path, parsed: Path | None = None) -> Settings:
    return Settings(
        home=home, landing_zone=str(landing), warehouse_url=url, settle_seconds=0, parsed=parsed,
        secrets_from="environment",
        archive_place=f"memory://{home.name}/archive", outbox_place=f"memory://{home.name}/outbox",
    )  # fmt: skip


def travel(settings: Settings) -> None:
    """Take everything in, and build it."""
    for return_code in ("pss_ex1", "ssda903"):
        run_road(settings, return_code)
    build_marts(settings, full=True)


def server_log(folder: Path) -> str:
    (path,) = folder.glob("server-*/postgresql/server.log")
    return path.read_text()


def test_it_comes_to_what_it_comes_to_elsewhere(
    expected: dict[str, str | None], direct: Settings, behind: Settings
) -> None:
    """Slow, as it builds everything twice."""
    migrate(behind)
    prepare_crosswalk(behind)
    travel(behind)
    assert checksums(direct) == expected
    assert expected["pseudonymised.ssda903_episodes"] and expected["marts.fct_comparison"]


def test_the_home_has_no_secret_and_nothing_was_parsed_in_it(behind: Settings) -> None:
    assert (behind.state_folder / ROOM).is_dir()
    assert not (behind.state_folder / SECRETS_FILE).exists()
    assert not (behind.state_folder / ROOM / PARSED).exists()


def test_reports_and_what_was_received_are_in_the_store(direct: Settings, behind: Settings) -> None:
    write_feedback(behind)
    assert {path.parts[-1] for path in files_below(direct.outbox)} >= {"index.html", "feedback.html"}
    with connect(direct, Role.LOADER) as connection:
        received = {sha256 for sha256, may_be_gone in received_files(connection).items() if not may_be_gone}
    assert {path.name for path in files_below(direct.archive)} >= received != set()
    assert not (direct.state_folder / "archive").exists() and not (direct.state_folder / "outbox").exists()


def test_a_secret_that_the_environment_lacks_is_named_before_anything_is_made(
    direct: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("pseudonym", "officer"):
        monkeypatch.delenv(variable_of(name))
    settings = of_the_environment(direct.home, direct.warehouse_url, Path(direct.landing))
    with pytest.raises(ClubError, match=r"environment: CLUB_OFFICER_PASSWORD, CLUB_PSEUDONYM_KEY\."):
        run_road(settings)
    assert not (settings.state_folder / SECRETS_FILE).exists()


@pytest.mark.usefixtures("behind")
def test_no_sender_is_told_that_a_rule_could_not_be_run(direct: Settings) -> None:
    with connect(direct, Role.LOADER) as connection:
        assert connection.execute("select count(*) from ledger.finding where could_not_run").fetchone() == (0,)
        assert (
            connection.execute("select rule_code, error from ledger.rule_result where error <> ''").fetchall()
            == []
        )
        assert connection.execute("select count(*) > 300 from ledger.rule_result").fetchone() == (True,)


def test_the_key_of_the_pseudonyms_stands_in_no_log_and_no_session(
    direct: Settings, behind: Settings, folder: Path
) -> None:
    key, log = load_secrets(direct)["pseudonym"], server_log(folder)
    for byte in (0, 0x36, 0x5C):
        padded = bytes(each ^ byte for each in key.encode().ljust(64, b"\0"))
        secret = key if byte == 0 else padded.hex()
        assert secret not in log
    assert "club.pseudonym_" in log
    with ExitStack() as stack:
        # Each is given a session of its own, those that are there first.
        seen = [
            stack.enter_context(connect(behind, Role.LOADER)).execute(KEY_OF_SESSION).fetchone() or (0, None)
            for _ in range(POOL_SIZE)
        ]
    assert {left for _, left in seen} == {None}
    assert len({session for session, _ in seen}) == POOL_SIZE


def test_a_moment_can_be_built_again(direct: Settings, behind: Settings) -> None:
    """A lock that a session keeps would be somebody else's after the first build, and never be given back."""
    moment = moment_of(behind, "2400-01-01")
    build_as_known_on(behind, moment)
    for there_is_one in (True, False, False):
        assert drop_as_known_on(behind, moment) == there_is_one
    with connect(direct, Role.ADMIN) as connection:
        assert connection.execute("select count(*) from pg_locks where locktype = 'advisory'").fetchone() == (0,)


def test_nothing_that_was_said_outlives_its_transaction(behind: Settings, folder: Path) -> None:
    """Of all that migration, steps, Great Expectations, dbt and the doctor have said."""
    faults = {fault.code for fault in examine(behind) if fault.kind is Kind.BROKEN}
    assert faults <= {"packages_unlike_the_lock"}
    said = list(SAID.finditer(server_log(folder)))
    assert len(said) > 5000
    lasting = [each["said"] for each in said if LASTING.match(each["said"])]
    assert [each for each in lasting if not OF_THE_POOLER.match(each)] == []
    assert {each["name"] for each in said} - {None, "<unnamed>"} == set()


def test_a_dump_is_not_taken_through_a_pooler(behind: Settings, tmp_path: Path) -> None:
    with pytest.raises(ClubError, match="leads to a pooler"):
        take_backup(behind, tmp_path / "monday", tmp_path / "secrets.json", lambda _: None)


def test_a_backup_is_restored_into_the_older_server(
    direct: Settings, expected: dict[str, str | None], folder: Path, tmp_path: Path
) -> None:
    backup = tmp_path / "monday"
    take_backup(direct, backup, secrets_beside(backup), lambda _: None)
    url = make_url(direct.warehouse_url or "").set(database=EMPTY).render_as_string(hide_password=False)
    again = of_the_environment(folder / "again", url, Path(direct.landing))
    restore_backup(again, backup, secrets_beside(backup), lambda _: None)
    assert checksums(again) == expected


def test_a_backup_of_a_newer_server_is_refused(direct: Settings, tmp_path: Path) -> None:
    manifest = Manifest.model_construct(postgresql="18.6")
    with pytest.raises(ClubError, match=r"backup is of PostgreSQL 18\.6, and the server .* is PostgreSQL 15"):
        require_database(direct, manifest)


def test_a_server_that_does_not_let_the_club_work_is_refused_and_named(direct: Settings) -> None:
    with connect(direct, Role.ADMIN, autocommit=True) as connection:
        connection.execute("create role guest login password 'guest'")
    guest = make_url(direct.warehouse_url or "").set(username="guest", password="guest")
    settings = direct.model_copy(update={"warehouse_url": guest.render_as_string(hide_password=False)})
    with pytest.raises(ClubError, match="guest may not make the logins") as refused:
        migrate(settings)
    assert "guest does not own the database warehouse" in str(refused.value)
    assert [fault.code for fault in examine(settings) if fault.code.startswith("server")] == ["server_unfit"] * 2
