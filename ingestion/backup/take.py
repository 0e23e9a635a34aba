"""Take a backup while everything runs: one snapshot of the database, then the archive, which only grows."""

import json
import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import psycopg

from ingestion import __version__
from ingestion.backup.files import copy_archive, copy_outbox, received_files, room_needed
from ingestion.backup.ledger_file import LEDGER_FILE, write_ledger_file
from ingestion.backup.manifest import MANIFEST, KeptFile, Manifest, copy_hashed, files_below, hashed
from ingestion.backup.table_sums import table_sums
from ingestion.errors import ClubError
from ingestion.model.inputs import BUILD
from ingestion.outbox import make_private_folder, open_private
from ingestion.returns.catalogue import returns_about_persons
from ingestion.settings import MEBIBYTE, Settings
from ingestion.warehouse.clients import require_own_session, run_client
from ingestion.warehouse.connection import Role, connect, conninfo
from ingestion.warehouse.revisions import revision_of
from ingestion.warehouse.secrets import load_secrets
from ingestion.warehouse.server import AIRFLOW, EmbeddedServer
from ingestion.warehouse.step_lock import one_at_a_time

Say = Callable[[str], None]

DATABASE, METADATA, CONTACTS = "warehouse", "airflow.dump", "contacts.csv"
JOBS = "2"

# What a backup leaves out: rows that are being checked, and schemas that the next build fills anew.
_LEFT_OUT = ("--exclude-table=checking.*", "--exclude-schema=*_next", "--exclude-schema=*_left_*")

# How settings are called that are a secret, or a place on this machine.
_OF_THIS_MACHINE = (
    "password", "key", "url", "home", "zone", "contacts", "webhook", "port", "parsed", "place", "secrets_from",
    "backups", "folder", "lineage",
)  # fmt: skip

_CHILDREN_DUE = """
select (min(decided.at) + make_interval(days => %s))::date
from ledger.submission
inner join (
    select submission_id, max(decided_at) as at from ledger.decision group by submission_id
) as decided on submission.submission_id = decided.submission_id
where submission.return_code = any(%s) and submission.children_purged_at is null
"""


def secrets_beside(folder: Path) -> Path:
    """Return the file of a backup's secrets where nothing else is said: beside its folder, not in it."""
    return folder.with_name(f"{folder.name}.secrets.json")


def require_room(settings: Settings, folder: Path, secrets_file: Path) -> int:
    """Make sure that a backup can be written; return the bytes of the files and of the database that go into it.

    Raises:
        ClubError: there is something already, or the disk has not as much room as the files take.
    """
    for path in (folder, secrets_file):
        if path.exists():
            raise ClubError(
                f"{path} is there already, and a backup is never written over another. Name a new one."
            )
    if secrets_file.is_relative_to(folder):
        raise ClubError(f"The secrets would be in the backup itself, {folder}. Name a file elsewhere.")
    needed = room_needed(settings)
    place = next(parent for parent in folder.parents if parent.exists())
    free = shutil.disk_usage(place).free
    if free < needed:
        raise ClubError(
            f"The disk of {place} has {free / MEBIBYTE:,.0f} MiB left, and the backup may take "
            f"{needed / MEBIBYTE:,.0f} MiB. Name a folder on another disk."
        )
    return needed


def take_backup(settings: Settings, folder: Path, secrets_file: Path, say: Say) -> Manifest:
    """Write a backup into a new folder, which is there whole or not at all; the secrets apart from it.

    Builds wait meanwhile, as their schemas change names; everything else goes on. What was received after the
    snapshot is not in it, and everything that the snapshot knows is in the archive by then.

    Raises:
        ClubError: there is something already, no room, or no warehouse.
    """
    require_room(settings, folder, secrets_file)
    draft = folder.with_name(f"{folder.name}.unfinished")
    shutil.rmtree(draft, ignore_errors=True)
    make_private_folder(draft)
    manifest, received = _of_the_database(settings, draft, say)
    say("Copying the archive and the outbox")
    files, manifest.purged_meanwhile, manifest.not_in_archive = copy_archive(settings, draft, received)
    files |= copy_outbox(settings, draft)
    if settings.contacts_file.is_file():
        files[CONTACTS] = copy_hashed(settings.contacts_file, draft / CONTACTS)
    if _dump_metadata(settings, draft):
        files[METADATA] = hashed(draft / METADATA)
    files[LEDGER_FILE] = hashed(draft / LEDGER_FILE)
    # PostgreSQL's programs leave theirs to be read by anybody who may enter the folder.
    for path in files_below(draft):
        path.chmod(0o600)
    files |= {f"{DATABASE}/{path.name}": hashed(path) for path in files_below(draft / DATABASE)}
    manifest.files = dict(sorted(files.items()))
    manifest.secrets_sha256 = _write_secrets(settings, secrets_file).sha256
    with open_private(draft / MANIFEST) as file:
        file.write(manifest.model_dump_json(indent=1).encode())
    draft.rename(folder)
    return manifest


def _of_the_database(settings: Settings, draft: Path, say: Say) -> tuple[Manifest, dict[str, bool]]:
    """Dump the warehouse; of the very same snapshot, sum every table and list the files that were received."""
    with (
        one_at_a_time(settings, Role.TRANSFORMER, BUILD),
        connect(settings, Role.ADMIN) as connection,
    ):
        require_own_session(connection)
        connection.rollback()
        connection.execute("set transaction isolation level repeatable read, read only")
        (snapshot,) = connection.execute("select pg_export_snapshot()").fetchone() or ("",)
        say("Dumping the database")
        run_client(
            "pg_dump", conninfo(settings, Role.ADMIN), "--format=directory", f"--jobs={JOBS}", "--compress=gzip:3",
            f"--snapshot={snapshot}", f"--file={draft / DATABASE}", *_LEFT_OUT,
        )  # fmt: skip
        write_ledger_file(settings, draft / LEDGER_FILE, snapshot)
        say("Summing every table")
        return _describe(settings, connection), received_files(connection)


def _describe(settings: Settings, connection: psycopg.Connection) -> Manifest:
    (decision,) = connection.execute("select coalesce(max(decision_id), 0) from ledger.decision").fetchone() or (
        0,
    )
    (build,) = connection.execute(
        "select max(model_build_id) from ledger.model_build where scope = 'marts'"
    ).fetchone() or (None,)
    (due,) = connection.execute(
        _CHILDREN_DUE, [settings.keep_children_days, returns_about_persons()]
    ).fetchone() or (None,)
    return Manifest(
        taken_at=datetime.now(UTC),
        club_version=__version__,
        schema_revision=revision_of(connection) or "",
        postgresql=str(connection.info.parameter_status("server_version")),
        last_decision=decision,
        build=build,
        tables=table_sums(connection),
        files={},
        children_due_on=due,
        secrets_sha256="",
        settings=plain_settings(settings),
    )


def plain_settings(settings: Settings) -> dict[str, str]:
    """Return every setting that is neither a secret nor a place on this machine, as text."""
    return {
        name: str(value) for name, value in settings.model_dump().items() if not name.endswith(_OF_THIS_MACHINE)
    }


def _dump_metadata(settings: Settings, draft: Path) -> bool:
    """Dump Airflow's own database, if it is in the embedded server: its runs, connections and questions."""
    address = EmbeddedServer(settings).address()
    if address is None:
        return False
    place = address.dsn(AIRFLOW, load_secrets(settings)["airflow_database"], AIRFLOW)
    run_client("pg_dump", place, "--format=custom", f"--file={draft / METADATA}")
    return True


def _write_secrets(settings: Settings, path: Path) -> KeptFile:
    make_private_folder(path.parent)
    with open_private(path) as file:
        file.write(json.dumps(load_secrets(settings), indent=2).encode())
    path.chmod(0o600)
    return hashed(path)
