"""Restore a backup: verified before, compared after, and never over a warehouse that lives."""

import json
import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import psycopg
from psycopg import sql

from ingestion.backup.files import ARCHIVE, OUTBOX
from ingestion.backup.ledger_file import LEDGER_FILE, ledger_file_of
from ingestion.backup.manifest import Manifest, copy_hashed, files_below, hashed, read_manifest, verify_files
from ingestion.backup.table_sums import differing, table_sums
from ingestion.backup.take import CONTACTS, DATABASE, JOBS, METADATA
from ingestion.errors import ClubError
from ingestion.outbox import is_on_disk, make_private_folder, open_private
from ingestion.settings import Settings
from ingestion.warehouse.clients import require_own_session, restore_dump
from ingestion.warehouse.connection import Role, connect, conninfo
from ingestion.warehouse.migrate import migrate
from ingestion.warehouse.programs import database_root, server_account
from ingestion.warehouse.requirements import require_server
from ingestion.warehouse.revisions import known_revisions
from ingestion.warehouse.roles import create_roles
from ingestion.warehouse.secrets import SECRETS_FILE, load_secrets
from ingestion.warehouse.server import ADMIN, AIRFLOW, EmbeddedServer

Say = Callable[[str], None]

# Stands in the state folder while a restore runs: what is there is not whole.
UNFINISHED = "restore.unfinished"


def require_whole(settings: Settings) -> None:
    """Make sure that a state folder is not what a restore that was cut off has left.

    Raises:
        ClubError: it is.
    """
    if (settings.state_folder / UNFINISHED).exists():
        raise ClubError(
            f"A restore into {settings.state_folder} was cut off, and what is there is not whole. Run "
            "`club restore` again; it begins anew."
        )


def check_backup(folder: Path, secrets_file: Path) -> Manifest:
    """Verify a backup and its secrets, and that this version can read it.

    Raises:
        ClubError: a file is damaged or missing, the secrets are others', or it is of a later version.
    """
    manifest = read_manifest(folder)
    if manifest.schema_revision not in known_revisions():
        raise ClubError(
            f"{folder} is of the schema {manifest.schema_revision}, which this version does not know. Install the "
            "version that took it, or a later one."
        )
    if not secrets_file.is_file():
        raise ClubError(
            f"The secrets of the backup are not in {secrets_file}. Without them no child has the same pseudonym "
            "again, and Airflow's connections stay closed: name the file with --secrets."
        )
    if hashed(secrets_file).sha256 != manifest.secrets_sha256:
        raise ClubError(
            f"{secrets_file} holds the secrets of another backup; name the one of this with --secrets."
        )
    verify_files(folder, manifest)
    return manifest


def restore_backup(
    settings: Settings, folder: Path, secrets_file: Path, say: Say, *, may_set_aside: bool = False
) -> Manifest:
    """Restore a backup into an empty state folder or database; every table is compared with its sum.

    Args:
        settings: where to.
        folder: the backup.
        secrets_file: its secrets.
        say: told of each step.
        may_set_aside: move a warehouse that is there out of the way; nothing of it is deleted.

    Raises:
        ClubError: the backup is damaged, a warehouse is there, or a table is not as it was.
    """
    say("Verifying every file of the backup")
    manifest = check_backup(folder, secrets_file)
    _make_way(settings, manifest, may_set_aside, say)
    _put_secrets(settings, secrets_file)
    say("Restoring the database")
    if settings.warehouse_url is None or (folder / METADATA).is_file():
        EmbeddedServer(settings).start()
    _restore_warehouse(settings, folder)
    say("Comparing every table with its sum")
    _compare(settings, manifest)
    say("Restoring the archive and the outbox")
    _copy_files(settings, folder)
    _restore_metadata(settings, folder)
    migrate(settings)
    (settings.state_folder / UNFINISHED).unlink()
    return manifest


def _make_way(settings: Settings, manifest: Manifest, may_set_aside: bool, say: Say) -> None:
    """Make sure that nothing is overwritten, and mark the state folder as not whole."""
    mark = settings.state_folder / UNFINISHED
    if settings.warehouse_url:
        require_database(settings, manifest)
    there = _what_is_there(settings)
    stored = [path for path in there if not is_on_disk(path)]
    if stored and not mark.exists():
        raise ClubError(
            f"There are files in {stored[0]} already, which are not moved out of the way. Let CLUB_ARCHIVE and "
            "CLUB_OUTBOX name empty places."
        )
    if there and not mark.exists() and not may_set_aside:
        raise ClubError(
            f"{settings.state_folder} holds a warehouse already ({', '.join(path.name for path in there)}). "
            "Restore into another folder with --into, or move this one out of the way with --force."
        )
    EmbeddedServer(settings).stop()
    if mark.exists():
        for path in there:
            _remove(path)
    elif there:
        say(f"What was there is kept in {_set_aside(settings, there)}")
    settings.state_folder.mkdir(parents=True, exist_ok=True)
    mark.touch()


def _what_is_there(settings: Settings) -> list[Path]:
    """List what a restore would write over."""
    database = database_root(settings.state_folder, server_account())
    kept = (settings.archive, settings.outbox, settings.state_folder / SECRETS_FILE, ledger_file_of(settings))
    found = [path for path in kept if path.is_file() or files_below(path)]
    return [database, *found] if database.exists() else found


def _set_aside(settings: Settings, there: list[Path]) -> Path:
    """Move what is there into a folder of its own; the database stays on its disk."""
    name = f"before-restore-{datetime.now(UTC):%Y%m%d-%H%M%S}"
    aside = settings.state_folder / name
    make_private_folder(aside)
    for path in there:
        beside = path.parent != settings.state_folder
        path.rename(path.with_name(f"{path.name}-{name}") if beside else aside / path.name)
    return aside


def _remove(path: Path) -> None:
    if not is_on_disk(path):
        path.fs.rm(path.path, recursive=True)  # type: ignore[attr-defined]
    elif path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink()


def require_database(settings: Settings, manifest: Manifest) -> None:
    """Make sure that the database of WAREHOUSE_URL is empty, and that it can take what a backup has.

    Raises:
        ClubError: it is not, or cannot.
    """
    with connect(settings, Role.ADMIN) as connection:
        require_own_session(connection)
        require_server(connection)
        version = connection.info.server_version // 10000
        (ledger,) = connection.execute("select to_regnamespace('ledger')").fetchone() or (None,)
    if version < int(manifest.postgresql.split(".")[0]):
        raise ClubError(
            f"The backup is of PostgreSQL {manifest.postgresql}, and the server of WAREHOUSE_URL is PostgreSQL "
            f"{version}, which may not know all that is in it. Take a server of that version or a newer one."
        )
    if ledger is not None:
        raise ClubError(
            "The database of WAREHOUSE_URL holds a warehouse already. Make an empty one, and let WAREHOUSE_URL "
            "lead there: an existing database is never written over."
        )


def _put_secrets(settings: Settings, secrets_file: Path) -> None:
    """Put the secrets in place, and make sure that no setting says other ones."""
    kept: dict[str, str] = json.loads(secrets_file.read_text(encoding="utf-8"))
    with open_private(settings.state_folder / SECRETS_FILE) as file:
        file.write(json.dumps(kept, indent=2).encode())
    if load_secrets(settings)["pseudonym"] != kept["pseudonym"]:
        raise ClubError(
            "CLUB_PSEUDONYM_KEY is another key than the backup's, and every child would have another pseudonym. "
            "Unset it, or set it to the backup's."
        )


def _restore_warehouse(settings: Settings, folder: Path) -> None:
    with connect(settings, Role.ADMIN) as connection:
        create_roles(connection, settings)
    restore_dump(conninfo(settings, Role.ADMIN), folder / DATABASE, f"--jobs={JOBS}")


def _compare(settings: Settings, manifest: Manifest) -> None:
    with connect(settings, Role.ADMIN) as connection:
        others = differing(table_sums(connection), manifest.tables)
    if others:
        raise ClubError(f"These tables are not as they were in the backup: {', '.join(others)}.")


def _copy_files(settings: Settings, folder: Path) -> None:
    for name, target in ((ARCHIVE, settings.archive), (OUTBOX, settings.outbox)):
        for path in files_below(folder / name):
            copy_hashed(path, target / path.relative_to(folder / name))
    for path in files_below(settings.archive) if is_on_disk(settings.archive) else ():
        path.chmod(0o400)
    copy_hashed(folder / LEDGER_FILE, ledger_file_of(settings))
    if (folder / CONTACTS).is_file():
        copy_hashed(folder / CONTACTS, settings.contacts_file)


def _restore_metadata(settings: Settings, folder: Path) -> None:
    """Restore Airflow's own database, which the embedded server has made anew and empty."""
    address = EmbeddedServer(settings).address()
    if address is None or not (folder / METADATA).is_file():
        return
    secrets = load_secrets(settings)
    with psycopg.connect(address.dsn(ADMIN, secrets["admin"], "postgres"), autocommit=True) as connection:
        name = sql.Identifier(AIRFLOW)
        connection.execute(sql.SQL("drop database {}").format(name))
        connection.execute(sql.SQL("create database {} owner {}").format(name, name))
        connection.execute(sql.SQL("revoke connect on database {} from public").format(name))
    place = address.dsn(AIRFLOW, secrets["airflow_database"], AIRFLOW)
    restore_dump(place, folder / METADATA, "--no-owner")
