"""Verify a file of a pack: find each number and sentence again in the marts, and the returns below them."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path

import psycopg

from ingestion.days import day_in_words
from ingestion.errors import ClubError
from ingestion.settings import Settings
from ingestion.warehouse.connection import Role, connect
from ingestion.warehouse.publications import PublicationState, Published, find_publication, published_as
from reporting.packs.claims import Claims, read_claims
from reporting.packs.data import PackRows, read_pack_rows
from reporting.packs.doubts import Doubt, doubted_numbers, doubted_rest, doubted_sentences
from reporting.packs.forms import file_name, make_form
from reporting.packs.pack import Pack
from reporting.packs.page import draw_pack
from reporting.packs.publish import draft_status, final_status
from reporting.packs.sources import LookUp, Sources, check_sources

_MOVED = """
select restated_at, old_source, new_source
from marts.restatement
where
    figure_kind = 'indicator' and indicator_code = %s and period_code = %s and left(basis, 1) = %s
    and authority_code = %s and restated_at > %s
order by restated_at desc
limit 1
"""


@dataclass(frozen=True)
class Verified:
    """What became of a file: how much of it holds, what does not, and what lies below it."""

    numbers: int
    sentences: int
    doubted_numbers: tuple[Doubt, ...]
    doubted_sentences: tuple[Doubt, ...]
    doubted_rest: tuple[Doubt, ...]
    sources: Sources
    publication: Published | None

    @property
    def doubts(self) -> tuple[str, ...]:
        """Everything that does not hold, a sentence each."""
        found = (*self.doubted_numbers, *self.doubted_sentences, *self.doubted_rest)
        return (*map(str, found), *self.sources.faults)

    @property
    def summary(self) -> str:
        """What holds, in a sentence."""
        return (
            f"{self.numbers - len(self.doubted_numbers):,} of {self.numbers:,} numbers hold, "
            f"{self.sentences - len(self.doubted_sentences)} of {self.sentences} statements are true. "
            f"{self.sources.figures:,} figures were counted again, from {self.sources.cells:,} cells of "
            f"{self.sources.files} archived files."
        )


def verify_file(settings: Settings, path: Path, look_up: LookUp) -> Verified:
    """Verify a file of a pack; `look_up` finds cells in the archive.

    Raises:
        ClubError: it cannot be read, is no form of a pack, or does not say of which authority and group.
    """
    if not path.is_file():
        raise ClubError(f"There is no file {path}.")
    content = path.read_bytes()
    claims, rows = read_claims(path.name, content), read_pack_rows(settings)
    authority, group, build = _what_of(claims, path, rows)
    with connect(settings, Role.LOADER) as connection:
        published = published_as(connection, sha256(content).hexdigest())
        status = _status(settings, connection, rows, authority, group, published)
        expected = _expected(Pack(rows, group, authority), status, path.suffix)
        is_of_this_build = build in (None, rows.build.build_id) and (
            published is None or published.build_id == rows.build.build_id
        )
        return Verified(
            numbers=len(claims.numbers),
            sentences=len(claims.sentences),
            doubted_numbers=tuple(_explained(connection, doubted_numbers(claims, expected), published)),
            doubted_sentences=tuple(_explained(connection, doubted_sentences(claims, expected), published)),
            doubted_rest=tuple(_rest(claims, expected, published, is_of_this_build)),
            sources=check_sources(connection, look_up, (key for key, _ in expected.numbers)),
            publication=published,
        )


def _what_of(claims: Claims, path: Path, rows: PackRows) -> tuple[str, str, int | None]:
    """Return authority, group and build by the stamp of the file; a tidy file has its stamp beside it."""
    beside = path.with_name(f"{path.name}-metadata.json")
    stamp = claims.stamp or (json.loads(beside.read_text())["dc:identifier"] if beside.is_file() else "")
    # A name alone tells it too: dudley-home_care.csv.
    authority, group, *numbers = stamp.split() or path.stem.rsplit("-", 1)
    if authority not in rows.authorities or group not in rows.groups:
        raise ClubError(f"{path.name} does not say of which member and group it is: it can be held to nothing.")
    return authority, group, next((int(each[6:]) for each in numbers if each.startswith("build-")), None)


def _status(
    settings: Settings, connection: psycopg.Connection, rows: PackRows, authority: str, group: str,
    published: Published | None,
) -> str:  # fmt: skip
    """Return the line of the status as it was published; of a file that is not known, that of the last state."""
    if published:
        is_final = published.state == PublicationState.FINAL
        return final_status(published) if is_final else draft_status(published, settings)
    for state, line in ((PublicationState.FINAL, final_status), (PublicationState.DRAFT, None)):
        found = find_publication(connection, authority, group, state, rows.build.build_id)
        if found:
            return line(found) if line else draft_status(found, settings)
    return ""


def _expected(pack: Pack, status: str, suffix: str) -> Claims:
    form = suffix.lower()
    return read_claims(file_name(pack, form), make_form(draw_pack(pack), status, form))


def _explained(
    connection: psycopg.Connection, doubts: Iterable[Doubt], published: Published | None
) -> Iterator[Doubt]:
    """Say why a number of a file that is as it was published no longer holds."""
    for doubt in doubts:
        yield doubt if published is None else replace(doubt, why=_why(connection, doubt.where, published))


def _why(connection: psycopg.Connection, key: str, published: Published) -> str:
    parts = key.split(":")
    if len(parts) >= 4:
        moved = connection.execute(_MOVED, [*parts[:4], published.published_at]).fetchone()
        if moved:
            return f"restated on {day_in_words(moved[0])}, from {moved[1]} to {moved[2]}"
    return "what it is counted from, or set beside, has changed since it was published"


def _rest(
    claims: Claims, expected: Claims, published: Published | None, is_of_this_build: bool
) -> Iterator[Doubt]:
    """Say where a file that was never published as it is differs otherwise, in its words or its drawings."""
    if published:
        return
    if is_of_this_build:
        yield from doubted_rest(claims, expected)
    else:
        yield Doubt("The file", "a text that was never published", "", "it was altered, or made elsewhere")
