"""The ledger in one small file beside the archive: with both, and nothing else, the warehouse can be made anew."""

import re
from pathlib import Path

from ingestion.errors import ClubError
from ingestion.outbox import open_private, stream_if_changed
from ingestion.settings import Settings
from ingestion.warehouse.clients import restore_dump, rows_in_dump, run_client
from ingestion.warehouse.connection import Role, connect, conninfo
from ingestion.warehouse.migrate import migrate
from ingestion.warehouse.revisions import known_revisions, revision_of

LEDGER_FILE = "ledger.dump"

# What nothing can be worked out from but itself: the ledger, the keys of workshops, the rounds that were drawn.
_KEPT = ("--table=ledger.*", "--table=workshop.*", "--table=raw.answer_rounds", "--table=raw.answer_forms")
_LEFT_OUT = ("--exclude-table=ledger.step",)
_REVISION = re.compile(r"^COPY ledger\.alembic_version .*\n(\w+)$", re.MULTILINE)


def ledger_file_of(settings: Settings) -> Path:
    """Return the path of the ledger's file beside the archive."""
    return settings.state_folder / LEDGER_FILE


def write_ledger_file(settings: Settings, path: Path, snapshot: str | None = None) -> None:
    """Write the rows of the ledger, of one moment, into a file that its owner alone may read.

    Args:
        settings: where the warehouse is.
        path: the file, which is replaced.
        snapshot: the moment, as PostgreSQL has exported it; now, where nothing is said.
    """
    moment = [f"--snapshot={snapshot}"] if snapshot else []
    draft = path.with_name(f"{path.name}.draft")
    try:
        # Made before it is filled, for nobody else to read: the keys of workshops are in it.
        open_private(draft).close()
        run_client(
            "pg_dump", conninfo(settings, Role.ADMIN), "--data-only", "--format=custom", f"--file={draft}",
            *moment, *_KEPT, *_LEFT_OUT,
        )  # fmt: skip
        stream_if_changed(path, lambda file: file.write(draft.read_bytes()))
    finally:
        draft.unlink(missing_ok=True)


def load_ledger(settings: Settings, path: Path) -> None:
    """Fill an empty warehouse with the ledger of a file, and bring it to the schema of this version.

    Raises:
        ClubError: the file is not there, or of a later version; or the database was migrated further already.
    """
    revision = _revision_of(path)
    with connect(settings, Role.ADMIN) as connection:
        prepared = revision_of(connection)
    if prepared not in (None, revision):
        raise ClubError(
            f"The database was prepared for the schema {prepared} already, and {path} is of {revision}. Let "
            "it be filled into a database that is really empty."
        )
    migrate(settings, revision)
    with connect(settings, Role.ADMIN) as connection:
        connection.execute("delete from ledger.alembic_version")
    restore_dump(conninfo(settings, Role.ADMIN), path, "--data-only", "--single-transaction")
    migrate(settings)


def _revision_of(path: Path) -> str:
    """Return the revision of the schema that a ledger was written with."""
    if not path.is_file():
        raise ClubError(
            f"The ledger's file {path} is not there. `club backup` writes it, into the backup and beside the "
            "archive; name another with --ledger."
        )
    found = _REVISION.search(rows_in_dump(path, "alembic_version"))
    if found is None or found[1] not in known_revisions():
        raise ClubError(
            f"{path} is a ledger of a schema that this version does not know ({found[1] if found else 'none'}); "
            "install the version that wrote it, or a later one."
        )
    return found[1]
