"""A real pgbouncer in front of a test server, in transaction mode: a session is lent for one transaction."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from ingestion.errors import ClubError
from ingestion.settings import Settings
from ingestion.warehouse.connection import Role, connect, warehouse_url
from ingestion.warehouse.ports import HOST, free_port
from ingestion.warehouse.programs import server_account
from tests.support.waiting import until
from tests.support.warehouses import walkable

# Debian keeps it where only root's path leads.
PROGRAM = shutil.which("pgbouncer", path=f"{os.environ.get('PATH', '')}:/usr/sbin")

# More sessions than a build needs at once, which has a lock and four threads.
POOL_SIZE = 8

# Every transaction gets the session that was idle longest: what one leaves behind, another finds.
CONFIGURATION = """
[databases]
{database} = host={host} port={server_port}

[pgbouncer]
listen_addr = {host}
listen_port = {port}
unix_socket_dir =
auth_type = scram-sha-256
auth_file = {users}
pool_mode = transaction
default_pool_size = {size}
server_round_robin = 1
logfile = {log}
"""


@contextmanager
def pooled(settings: Settings, folder: Path) -> Iterator[Settings]:
    """Provide the same settings with a pooler, its files in `folder`, between the product and its server."""
    if PROGRAM is None:
        pytest.skip("pgbouncer is not on this machine (Debian: apt-get install pgbouncer)")
    port = free_port(0)
    configuration = _configure(settings, folder, port)
    account = server_account()
    process = subprocess.Popen(
        [PROGRAM, "--quiet", str(configuration)],
        user=account.pw_uid if account else None,
        stdin=subprocess.DEVNULL,
    )
    try:
        url = warehouse_url(settings, Role.ADMIN, "postgresql").set(host=HOST, port=port)
        behind = settings.model_copy(update={"warehouse_url": url.render_as_string(hide_password=False)})
        until(lambda: process.poll() is not None or _answers(behind))
        assert process.poll() is None, (folder / "pooler.log").read_text()
        yield behind
    finally:
        process.terminate()
        process.wait()


def _configure(settings: Settings, folder: Path, port: int) -> Path:
    """Write what pgbouncer reads; it refuses to run as root, so the server's own user may read it."""
    walkable(folder)
    urls = [warehouse_url(settings, role) for role in Role]
    users, configuration, log = folder / "users.txt", folder / "pooler.ini", folder / "pooler.log"
    users.write_text("".join(f'"{url.username}" "{url.password}"\n' for url in urls))
    log.touch()
    configuration.write_text(
        CONFIGURATION.format(
            database=urls[0].database,
            host=HOST,
            server_port=urls[0].port,
            port=port,
            size=POOL_SIZE,
            users=users,
            log=log,
        )
    )
    if account := server_account():
        for path in (users, configuration, log):
            os.chown(path, account.pw_uid, account.pw_gid)
    return configuration


def _answers(settings: Settings) -> bool:
    try:
        connect(settings, Role.ADMIN).close()
    except (ClubError, psycopg.Error):
        return False
    return True
