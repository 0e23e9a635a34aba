"""The road through a real pgbouncer that shares sessions by transaction, over a server that logs all it is told.

The tests follow one another in one warehouse: the first travels the road twice, the others look at what is left.
"""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from ingestion.model.as_known_on import build_as_known_on, drop_as_known_on, moment_of
from ingestion.model.build import build_marts
from ingestion.settings import Settings
from ingestion.warehouse.connection import Role, connect
from ingestion.warehouse.migrate import migrate
from ingestion.warehouse.secrets import load_secrets
from samples import write_child_samples, write_samples
from tests.conftest import empty_warehouse, run_road
from tests.support.checksums import checksums
from tests.support.pooler import POOL_SIZE, pooled
from tests.support.warehouses import settings_in

SENDERS = ("dudley", "walsall")
LOGGED = {"log_statement": "'all'", "log_parameter_max_length": "-1", "log_parameter_max_length_on_error": "-1"}
KEY_OF_SESSION = "select pg_backend_pid(), nullif(current_setting('club.pseudonym_inner', true), '')"


@pytest.fixture(scope="module")
def direct(prepared_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A landing zone with forms and with children, and a server that logs every statement and its values."""
    landing = tmp_path_factory.mktemp("pooled") / "landing"
    write_samples(landing, periods=("2006-07",))
    write_child_samples(landing, periods=("2024-25", "2025-26"), children=20, authorities=SENDERS)
    settings = empty_warehouse(settings_in(prepared_home, landing))
    with connect(settings, Role.ADMIN, autocommit=True) as admin:
        for name, value in LOGGED.items():
            admin.execute(f"alter system set {name} = {value}")
        admin.execute("select pg_reload_conf()")
    return settings


@pytest.fixture(scope="module")
def behind(direct: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    with pooled(direct, tmp_path_factory.mktemp("pooler")) as settings:
        yield settings


def travel(settings: Settings) -> None:
    """Migrate, take everything in, and build it."""
    migrate(settings)
    for return_code in ("pss_ex1", "ssda903"):
        run_road(settings, return_code)
    build_marts(settings, full=True)


def server_log(settings: Settings) -> str:
    with connect(settings, Role.ADMIN) as admin:
        (data,) = admin.execute("show data_directory").fetchone() or ("",)
    return (Path(data).parent / "server.log").read_text()


def test_it_comes_to_what_it_comes_to_without(direct: Settings, behind: Settings) -> None:
    """Slow, as it builds everything twice."""
    travel(direct)
    without = checksums(direct)
    empty_warehouse(direct)
    travel(behind)
    assert checksums(direct) == without
    assert without["pseudonymised.ssda903_episodes"] and without["marts.fct_comparison"]


@pytest.mark.usefixtures("behind")
def test_no_sender_is_told_that_a_rule_could_not_be_run(direct: Settings) -> None:
    with connect(direct, Role.LOADER) as connection:
        assert connection.execute("select count(*) from ledger.finding where could_not_run").fetchone() == (0,)
        assert (
            connection.execute("select rule_code, error from ledger.rule_result where error <> ''").fetchall()
            == []
        )
        assert connection.execute("select count(*) > 300 from ledger.rule_result").fetchone() == (True,)


def test_the_key_of_the_pseudonyms_stands_in_no_log_and_no_session(direct: Settings, behind: Settings) -> None:
    key = load_secrets(direct)["pseudonym"]
    for byte in (0, 0x36, 0x5C):
        padded = bytes(each ^ byte for each in key.encode().ljust(64, b"\0"))
        secret = key if byte == 0 else padded.hex()
        assert secret not in server_log(direct)
    assert "club.pseudonym_" in server_log(direct)
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
