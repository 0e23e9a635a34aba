"""The publications in the ledger: what went out, from which build, in which state, with the hash of every file."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

import psycopg
from psycopg.rows import class_row

from ingestion.warehouse.ledger import PublicationState
from reporting.one_build import Build

_COLUMNS = "publication_id, authority_code, group_code, state, build_id, published_at, decided_by, reason"


@dataclass(frozen=True)
class Publication:
    """A pack in one of its states."""

    publication_id: int
    authority_code: str
    group_code: str
    state: str
    build_id: int
    published_at: datetime
    decided_by: str | None
    reason: str | None


def record_publication(
    connection: psycopg.Connection,
    authority_code: str,
    group_code: str,
    state: PublicationState,
    build: Build,
    decided_by: str | None = None,
    reason: str | None = None,
) -> Publication:
    """Record a state of a pack, or return it where it is recorded already: it is published once for each build."""
    connection.execute(
        """
        insert into ledger.publication (
            authority_code, group_code, state, build_id, last_decision_id, definitions_digest, decided_by, reason
        )
        values (%s, %s, %s, %s, %s, %s, %s, %s)
        on conflict (authority_code, group_code, build_id, state) do nothing
        """,
        [
            authority_code, group_code, state.value, build.build_id, build.last_decision_id,
            build.definitions_digest, decided_by, reason,
        ],
    )  # fmt: skip
    found = find_publication(connection, authority_code, group_code, state, build.build_id)
    assert found is not None  # just written, or there before
    return found


def find_publication(
    connection: psycopg.Connection, authority_code: str, group_code: str, state: PublicationState, build_id: int
) -> Publication | None:
    """Return a state of a pack of one build; None where it has not come to it."""
    with connection.cursor(row_factory=class_row(Publication)) as cursor:
        return cursor.execute(
            f"select {_COLUMNS} from ledger.publication "  # noqa: S608 -- columns of ours
            "where authority_code = %s and group_code = %s and state = %s and build_id = %s",
            [authority_code, group_code, state.value, build_id],
        ).fetchone()


def record_files(connection: psycopg.Connection, publication_id: int, files: Mapping[str, bytes]) -> None:
    """Record the hashes of the files; made again of the same build they are the same."""
    rows = [(publication_id, name, sha256(content).hexdigest(), len(content)) for name, content in files.items()]
    with connection.cursor() as cursor:
        cursor.executemany(
            """
            insert into ledger.publication_file (publication_id, file_name, sha256, size_bytes)
            values (%s, %s, %s, %s)
            on conflict (publication_id, file_name)
            do update set sha256 = excluded.sha256, size_bytes = excluded.size_bytes
            """,
            rows,
        )


def published_as(connection: psycopg.Connection, digest: str) -> Publication | None:
    """Return what a file was published as, by its hash; None where no such file went out."""
    with connection.cursor(row_factory=class_row(Publication)) as cursor:
        return cursor.execute(
            f"select {_COLUMNS} from ledger.publication "  # noqa: S608 -- columns of ours
            "inner join ledger.publication_file using (publication_id) where sha256 = %s "
            "order by publication_id desc limit 1",
            [digest],
        ).fetchone()
