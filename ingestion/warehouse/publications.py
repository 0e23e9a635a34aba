"""The ledger of what was published: packs in their states, and the hash of each of their files."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from hashlib import sha256
from typing import Protocol

import psycopg
from psycopg.rows import class_row
from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    DateTime,
    ForeignKey,
    Identity,
    String,
    Text,
    UniqueConstraint,
    func,
)
from sqlalchemy.orm import Mapped, mapped_column

from ingestion.warehouse.ledger import Base, one_of


class PublicationState(StrEnum):
    """The states of a pack: out for correction, signed off by the officer, or refused."""

    DRAFT = "draft"
    FINAL = "final"
    REFUSED = "refused"


class Publication(Base):
    """A pack that was published, from which build; a later state of it is another row."""

    __tablename__ = "publication"

    publication_id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    authority_code: Mapped[str] = mapped_column(Text, comment="Whose pack")
    group_code: Mapped[str] = mapped_column(Text, comment="Of which group of indicators")
    state: Mapped[str] = mapped_column(Text)
    build_id: Mapped[int] = mapped_column(BigInteger, comment="The build that it was made from")
    last_decision_id: Mapped[int | None] = mapped_column(
        BigInteger, comment="The last decision that the build took in"
    )
    definitions_digest: Mapped[str] = mapped_column(String(64), comment="What the build was made by")
    published_at: Mapped[datetime] = mapped_column(
        DateTime(timezone=True),
        server_default=func.now(),
        comment="When it was first made; the correction window of a draft begins then",
    )
    decided_by: Mapped[str | None] = mapped_column(Text, comment="Who signed a final one off, or refused it")
    reason: Mapped[str | None] = mapped_column(
        Text, comment="Why it was refused, or signed off before the window ended"
    )

    __table_args__ = (
        UniqueConstraint("authority_code", "group_code", "build_id", "state", name="uq_publication_build"),
        CheckConstraint(one_of("state", PublicationState), name="state"),
        {"comment": "Packs that were published; nothing is deleted, a later state is another row"},
    )


class PublicationFile(Base):
    """A file of a publication, by its hash."""

    __tablename__ = "publication_file"

    publication_id: Mapped[int] = mapped_column(ForeignKey("ledger.publication.publication_id"), primary_key=True)
    file_name: Mapped[str] = mapped_column(Text, primary_key=True)
    sha256: Mapped[str] = mapped_column(String(64), primary_key=True, index=True)
    size_bytes: Mapped[int] = mapped_column(BigInteger)

    __table_args__ = (
        {"comment": "The files of a publication by their hashes; a file that is made again may have another"},
    )


_COLUMNS = "publication_id, authority_code, group_code, state, build_id, published_at, decided_by, reason"


class PublishedBuild(Protocol):
    """The build that something was made from, as the marts name it."""

    @property
    def build_id(self) -> int:
        """Its number."""

    @property
    def last_decision_id(self) -> int | None:
        """The last decision it took in."""

    @property
    def definitions_digest(self) -> str:
        """What it was made by."""


@dataclass(frozen=True)
class Published:
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
    build: PublishedBuild,
    decided_by: str | None = None,
    reason: str | None = None,
) -> Published:
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
) -> Published | None:
    """Return a state of a pack of one build; None where it has not come to it."""
    with connection.cursor(row_factory=class_row(Published)) as cursor:
        return cursor.execute(
            f"select {_COLUMNS} from ledger.publication "  # noqa: S608 -- columns of ours
            "where authority_code = %s and group_code = %s and state = %s and build_id = %s",
            [authority_code, group_code, state.value, build_id],
        ).fetchone()


def publications_of_build(connection: psycopg.Connection, build_id: int) -> list[Published]:
    """Return every state that packs of one build have come to."""
    with connection.cursor(row_factory=class_row(Published)) as cursor:
        return cursor.execute(
            f"select {_COLUMNS} from ledger.publication where build_id = %s order by publication_id",  # noqa: S608 -- columns of ours
            [build_id],
        ).fetchall()


def record_files(connection: psycopg.Connection, publication_id: int, files: Mapping[str, bytes]) -> None:
    """Record the hashes of the files.

    Made again of the same rows they are the same; a page shows the readings of the definitions too, once these are
    counted after the build. Both went out, so both stay.
    """
    rows = [(publication_id, name, sha256(content).hexdigest(), len(content)) for name, content in files.items()]
    with connection.cursor() as cursor:
        cursor.executemany(
            """
            insert into ledger.publication_file (publication_id, file_name, sha256, size_bytes)
            values (%s, %s, %s, %s)
            on conflict (publication_id, file_name, sha256) do nothing
            """,
            rows,
        )


def published_as(connection: psycopg.Connection, digest: str) -> Published | None:
    """Return what a file was published as, by its hash; None where no such file went out."""
    with connection.cursor(row_factory=class_row(Published)) as cursor:
        return cursor.execute(
            f"select {_COLUMNS} from ledger.publication "  # noqa: S608 -- columns of ours
            "inner join ledger.publication_file using (publication_id) where sha256 = %s "
            "order by publication_id desc limit 1",
            [digest],
        ).fetchone()
