"""The embedded PostgreSQL: one server for each state folder, at the port it had before."""

import json
import multiprocessing
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import psycopg
import pytest

from ingestion.errors import ClubError
from ingestion.settings import Settings
from ingestion.warehouse import programs as server_programs
from ingestion.warehouse.connection import Role, connect
from ingestion.warehouse.ports import free_port
from ingestion.warehouse.programs import ROOT_FALLBACK, programs
from ingestion.warehouse.server import EmbeddedServer


def settings_in(home: Path) -> Settings:
    return Settings(home=home, landing_zone=str(home / "landing"), warehouse_url=None)


@pytest.fixture
def home(prepared_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A state folder that the server's user can walk into, as that of the other tests is."""
    folder = tmp_path_factory.mktemp("home")
    folder.chmod(0o755)
    return folder


@pytest.fixture
def server(home: Path) -> Iterator[EmbeddedServer]:
    own = EmbeddedServer(settings_in(home))
    yield own
    own.stop()


def server_process(home: Path) -> int:
    return int((home / "postgresql" / "pgdata" / "postmaster.pid").read_text().splitlines()[0])


def test_starting_it_twice_is_harmless_and_it_remembers_its_port(home: Path, server: EmbeddedServer):
    assert server.address() is None
    first = server.start()
    process = server_process(home)
    assert server.start() == first
    assert server_process(home) == process

    assert server.stop()
    assert server.address() is None
    assert EmbeddedServer(settings_in(home)).start() == first
    with connect(settings_in(home), Role.ADMIN) as connection:
        assert connection.info.port == first.port


def test_stopping_it_stops_no_other_and_stopping_it_twice_is_harmless(
    settings: Settings, home: Path, server: EmbeddedServer
):
    own, other = server.start(), EmbeddedServer(settings).address()
    assert own.port != other.port
    assert server.stop()
    assert not server.stop()
    assert EmbeddedServer(settings).address() == other
    with connect(settings, Role.LOADER) as connection:
        assert connection.execute("select 1").fetchone() == (1,)


def test_a_port_that_somebody_else_has_taken_is_given_up(settings: Settings, home: Path, server: EmbeddedServer):
    taken = EmbeddedServer(settings).address().port
    (home / "postgresql.json").write_text(json.dumps({"port": taken}))
    own = server.start()
    assert own.port != taken
    assert json.loads((home / "postgresql.json").read_text()) == {"port": own.port}


def test_it_listens_where_the_settings_say_and_elsewhere_if_somebody_has_that_port(
    settings: Settings, home: Path, server: EmbeddedServer
):
    server.start()
    server.stop()
    wanted = free_port(0)
    asked = settings_in(home).model_copy(update={"database_port": wanted})
    assert EmbeddedServer(asked).start().port == wanted
    server.stop()
    taken = EmbeddedServer(settings).address().port
    assert EmbeddedServer(asked.model_copy(update={"database_port": taken})).start().port != taken


def test_a_creation_that_was_broken_off_is_begun_again(home: Path, server: EmbeddedServer):
    half_made = home / "postgresql" / "pgdata"
    half_made.mkdir(parents=True)
    (half_made / "postgresql.conf").write_text("# half")
    assert server.start().port


@pytest.mark.parametrize("lock", ["-4925\n", ""])
def test_a_server_that_is_still_being_made_is_none(home: Path, lock: str):
    """initdb runs a server of its own, whose number it notes as a negative one; a lock file begins empty."""
    data = home / "postgresql" / "pgdata"
    data.mkdir(parents=True)
    (data / "postmaster.pid").write_text(lock)
    assert EmbeddedServer(settings_in(home)).address() is None


def test_without_a_server_the_sentence_says_how_to_start_it(home: Path):
    with pytest.raises(ClubError, match=r"not running\. Start it with `club up`"):
        connect(settings_in(home), Role.BI)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root starts the server as another user")
def test_under_a_folder_its_user_cannot_walk_the_database_is_put_elsewhere(
    prepared_home: Path, tmp_path_factory: pytest.TempPathFactory
):
    parent = tmp_path_factory.mktemp("closed")
    parent.chmod(0o700)
    settings = settings_in(parent / "checkout" / "var")
    server = EmbeddedServer(settings)
    address = None
    try:
        address = server.start()
        assert address.data_folder.is_relative_to(ROOT_FALLBACK)
        assert address.data_folder.stat().st_uid != 0
        with connect(settings, Role.ADMIN) as connection:
            assert connection.execute("select current_database()").fetchone() == ("warehouse",)
        assert EmbeddedServer(settings).address() == address
    finally:
        server.stop()
        if address:
            shutil.rmtree(address.data_folder.parent)
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(host="127.0.0.1", port=address.port, user="club_admin", dbname="postgres")


def test_two_that_start_it_for_the_first_time_at_once_start_one(home: Path, server: EmbeddedServer):
    """As two `club load` do: neither clears away what the other makes, and they agree on the passwords."""
    forked = multiprocessing.get_context("fork")
    starts = [forked.Process(target=EmbeddedServer(settings_in(home)).start) for _ in range(3)]
    for start in starts:
        start.start()
    for start in starts:
        start.join(120)
    assert [start.exitcode for start in starts] == [0, 0, 0]
    with connect(settings_in(home), Role.ADMIN) as connection:
        assert connection.execute("select current_database()").fetchone() == ("warehouse",)


def test_programs_copied_out_of_a_place_that_the_servers_user_cannot_enter_find_their_libraries(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """As where root installs with pipx, below its own home."""
    monkeypatch.setattr(server_programs, "can_walk", lambda *_: False)
    monkeypatch.setattr(server_programs, "ROOT_FALLBACK", tmp_path / "copies")
    account = SimpleNamespace(pw_uid=os.getuid(), pw_gid=os.getgid())
    for program in ("initdb", "psql", "postgres"):
        place = programs(account) / program
        assert place.is_relative_to(tmp_path)
        said = subprocess.run([place, "--version"], capture_output=True, text=True)
        assert said.stdout.startswith(f"{program} (PostgreSQL)"), said.stderr
