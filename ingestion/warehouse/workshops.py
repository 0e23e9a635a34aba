"""Keep workshops: what was drawn, the sealed key, and the reveal. All of it is the officer's work."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Protocol

import psycopg
from psycopg.rows import class_row

from ingestion.errors import ClubError
from ingestion.returns.catalogue import published_returns

# picture -> label -> authority
Labels = Mapping[str, Mapping[str, str]]


@dataclass(frozen=True)
class NewWorkshop:
    """A workshop to be kept; the columns of `ledger.workshop` say what each is."""

    round_code: str
    group_code: str
    title: str
    build_id: int
    commitment: str
    limit_expected: float
    limit_most_certain: float
    limit_named_once: float | None
    override_reason: str | None
    is_seeded: bool
    prior: Sequence[str]
    drawn_by: str


@dataclass(frozen=True)
class KeptWorkshop(NewWorkshop):
    """A workshop as it was kept."""

    drawn_at: datetime


@dataclass(frozen=True)
class Opening:
    """An attempt to open a seal."""

    opened_by: str
    opened_at: datetime
    is_good: bool


class KeptPicture(Protocol):
    """A picture to be kept, with the labels of each band."""

    @property
    def facts(self) -> Mapping[str, object]:
        """Its row of `ledger.workshop_picture`, but the round."""

    @property
    def marks(self) -> Iterable[tuple[str, str, float]]:
        """Each label, its band, and how certain the best guesser can be whose it is."""


_COLUMNS = (
    "round_code", "group_code", "title", "build_id", "commitment", "limit_expected", "limit_most_certain",
    "limit_named_once", "override_reason", "is_seeded", "prior", "drawn_by",
)  # fmt: skip
_KEEP = f"""
insert into ledger.workshop ({", ".join(_COLUMNS)}) values ({", ".join(f"%({name})s" for name in _COLUMNS)})
"""  # noqa: S608 -- columns of ours
_KEEP_PICTURE = """
insert into ledger.workshop_picture (
    round_code, picture_code, number, indicator_code, title, period_code, banding, members, expected, most_certain
)
values (
    %(round_code)s, %(picture_code)s, %(number)s, %(indicator_code)s, %(title)s, %(period_code)s, %(banding)s,
    %(members)s, %(expected)s, %(most_certain)s
)
"""


def keep_workshop(
    connection: psycopg.Connection,
    workshop: NewWorkshop,
    pictures: Iterable[KeptPicture],
    key: str,
    nonce: str,
) -> None:
    """Keep a workshop and seal its key, on a connection of the officer.

    Raises:
        ClubError: there is one of this name.
    """
    if find_workshop(connection, workshop.round_code):
        raise ClubError(f"There is a workshop '{workshop.round_code}' already: give the new one another --name.")
    connection.execute(_KEEP, vars(workshop) | {"prior": list(workshop.prior)})
    for picture in pictures:
        facts = {**picture.facts, "round_code": workshop.round_code}
        connection.execute(_KEEP_PICTURE, facts)
        with connection.cursor() as cursor:
            cursor.executemany(
                "insert into ledger.workshop_mark (round_code, picture_code, label, band, guess)"
                " values (%s, %s, %s, %s, %s)",
                [(workshop.round_code, facts["picture_code"], *mark) for mark in picture.marks],
            )
    connection.execute(
        "insert into workshop.key (round_code, key, nonce) values (%s, %s, %s)", [workshop.round_code, key, nonce]
    )


def find_workshop(connection: psycopg.Connection, round_code: str) -> KeptWorkshop | None:
    """Return a workshop; None where there is none of this name."""
    with connection.cursor(row_factory=class_row(KeptWorkshop)) as cursor:
        return cursor.execute(
            f"select {', '.join(_COLUMNS)}, drawn_at from ledger.workshop where round_code = %s",  # noqa: S608 -- ours
            [round_code],
        ).fetchone()


def require_workshop(connection: psycopg.Connection, round_code: str) -> KeptWorkshop:
    """Return a workshop.

    Raises:
        ClubError: there is none of this name; the sentence has those there are.
    """
    found = find_workshop(connection, round_code)
    if found is None:
        known = [
            code for (code,) in connection.execute("select round_code from ledger.workshop order by drawn_at")
        ]
        raise ClubError(f"There is no workshop '{round_code}'; there are {', '.join(known) or 'none yet'}.")
    return found


def read_key(connection: psycopg.Connection, round_code: str) -> tuple[str, str]:
    """Return the key of a workshop and its nonce, on a connection of the officer.

    Raises:
        ClubError: it is gone.
    """
    found = connection.execute(
        "select key, nonce from workshop.key where round_code = %s", [round_code]
    ).fetchone()
    if found is None:
        raise ClubError(f"The key of the workshop '{round_code}' is gone: it can never be revealed.")
    return found[0], found[1]


def record_opening(
    connection: psycopg.Connection, round_code: str, opened_by: str, labels: Labels | None
) -> Opening:
    """Log that a seal was opened, and let the marts know whose each label is; return the first good opening.

    Without labels the key was not the one that was committed to: that is logged, and nothing is revealed.
    """
    connection.execute(
        "insert into ledger.workshop_opening (round_code, opened_by, is_good) values (%s, %s, %s)",
        [round_code, opened_by, labels is not None],
    )
    rows = [(round_code, code, *row) for code, given in (labels or {}).items() for row in given.items()]
    with connection.cursor() as cursor:
        cursor.executemany(
            "insert into ledger.workshop_label (round_code, picture_code, label, authority_code)"
            " values (%s, %s, %s, %s) on conflict do nothing",
            rows,
        )
    openings = openings_of(connection, round_code)
    return next((each for each in openings if each.is_good), openings[-1])


def openings_of(connection: psycopg.Connection, round_code: str) -> list[Opening]:
    """Return every attempt to open the seal of a workshop, the first one first."""
    with connection.cursor(row_factory=class_row(Opening)) as cursor:
        return cursor.execute(
            "select opened_by, opened_at, is_good from ledger.workshop_opening where round_code = %s"
            " order by opening_id",
            [round_code],
        ).fetchall()


def published_files(connection: psycopg.Connection) -> dict[str, str]:
    """Return everything published that was loaded, whatever was decided of it: fingerprints with what they are."""
    rows = connection.execute(
        """
        select fingerprint, return_code || ' ' || period_code || ' of ' || sender
        from ledger.submission
        where return_code = any(%s) or collection is not null
        order by submission_id
        """,
        [[layout.code for layout in published_returns()]],
    ).fetchall()
    return {fingerprint.strip(): what for fingerprint, what in rows}


def digest_of(prior: Iterable[str]) -> str:
    """Return SHA-256 over the fingerprints of published submissions, in whatever order they were loaded."""
    return sha256("\n".join(sorted(prior)).encode()).hexdigest()


def newer_files(workshop: KeptWorkshop, published: Mapping[str, str]) -> list[str]:
    """List what was published and loaded since the bound of a workshop was worked out."""
    return [what for fingerprint, what in published.items() if fingerprint not in set(workshop.prior)]


def count_workshops(connection: psycopg.Connection) -> int:
    """Count the workshops that were drawn so far."""
    (count,) = connection.execute("select count(*) from ledger.workshop").fetchone() or (0,)
    return int(count)


def bands_of(connection: psycopg.Connection, round_code: str) -> list[tuple[str, str, str, str, str]]:
    """Return the labels as everybody sees them: picture, indicator, banding, band, label."""
    return connection.execute(
        """
        select picture_code, indicator_code, banding, band, label
        from ledger.workshop_mark inner join ledger.workshop_picture using (round_code, picture_code)
        where round_code = %s
        order by number, label
        """,
        [round_code],
    ).fetchall()


def ballots_of(connection: psycopg.Connection, return_code: str, round_code: str) -> list[str]:
    """List the members whose ballot for a workshop is in force."""
    rows = connection.execute(
        "select sender from ledger.submission where return_code = %s and period_code = %s and is_in_force"
        " order by sender",
        [return_code, round_code],
    ).fetchall()
    return [sender for (sender,) in rows]
