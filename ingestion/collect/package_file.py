"""The file in which a council's own worker sends a return: a zip file of a manifest, and rows or files.

Of a return about persons it holds what the council's check has made of it: rows under pseudonyms, findings without
values, counts and hashes of files. Of any other return it holds the files as sent: nobody stands in them.
"""

import hashlib
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from ingestion.errors import ClubError
from ingestion.outbox import open_private
from ingestion.returns.catalogue import ReturnLayout, find_return
from ingestion.settings import EXPECTATIONS, MEBIBYTE, RETURNS, SEEDS, Settings

SUFFIX = ".zip"
MANIFEST = "manifest.json"
FINDINGS = "ledger.finding"
MOST_BYTES_OF_A_MANIFEST = 16 * MEBIBYTE

# What a finding takes along: its place and its sentence, never a value.
FINDING_COLUMNS = (
    "rule_code", "severity", "dimension", "needs_sign_off", "table_name", "line_number", "column_number",
    "column_name", "message", "heading", "could_not_run", "cause_number",
)  # fmt: skip


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class PackedFile(_Part):
    """One file of the return, or one table of it, as the ledger tells of it."""

    file_name: str = Field(min_length=1, max_length=1000)
    table_name: str | None = None
    sheet_name: str | None = None
    column_offset: int = 0
    sha256: str | None = Field(default=None, pattern="^[0-9a-f]{64}$")
    size_bytes: int = Field(ge=0)
    row_count: int = Field(default=0, ge=0)
    cell_count: int = Field(default=0, ge=0)
    headings: dict[str, int] | None = None


class PackedRows(_Part):
    """The columns of a table whose rows come along as COPY text, after the turn of the row's file."""

    columns: tuple[str, ...]


class PackedCause(_Part):
    """What is behind findings; files are told by their turns."""

    cause_number: int
    kind: str
    file: int
    line_number: int | None
    column_number: int | None
    column_name: str | None
    heading: str | None
    places: int
    example_file: int | None
    example_line_number: int | None
    findings: int
    critical: int


class PackedResult(_Part):
    """The outcome of one rule."""

    rule_code: str
    outcome: str
    failing_rows: int
    error: str | None
    needs: str | None
    was_not_run: bool
    rows_checked: int | None


class Manifest(_Part):
    """What a package says of itself."""

    form: Literal[1] = 1
    sender: str
    return_code: str
    period_code: str
    rules_digest: str
    files: tuple[PackedFile, ...]
    rows: dict[str, PackedRows] = {}
    causes: tuple[PackedCause, ...] = ()
    results: tuple[PackedResult, ...] = ()

    @property
    def layout(self) -> ReturnLayout:
        """The return that it is of."""
        return find_return(self.return_code)


class Package:
    """A package that is open to be read."""

    def __init__(self, archive: zipfile.ZipFile, manifest: Manifest) -> None:
        """Read from an archive whose manifest has been read."""
        self._archive = archive
        self.manifest = manifest

    def chunks(self, name: str) -> Iterator[bytes]:
        """Yield the bytes of a table's rows, or of the file with this turn.

        Raises:
            ClubError: they are not there.
        """
        if name not in self._archive.namelist():
            raise ClubError(f"The package lacks {name}, which its manifest names.")
        with self._archive.open(name) as member:
            while chunk := member.read(MEBIBYTE):
                yield chunk


@contextmanager
def open_package(path: Path, council: str, settings: Settings) -> Iterator[Package]:
    """Open a package that a council has sent.

    Raises:
        ClubError: it is none, is another's, was checked by other rules, or holds more than is taken.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            yield Package(archive, _read_manifest(archive, council, settings))
    except (zipfile.BadZipFile, NotImplementedError, ValidationError, EOFError) as error:
        raise ClubError(f"This is no package that a council's worker writes: {type(error).__name__}.") from error


def _read_manifest(archive: zipfile.ZipFile, council: str, settings: Settings) -> Manifest:
    if MANIFEST not in archive.namelist():
        raise ClubError("This is no package that a council's worker writes: it has no manifest.")
    size = sum(member.file_size for member in archive.infolist())
    if size > settings.max_streamed_bytes or archive.getinfo(MANIFEST).file_size > MOST_BYTES_OF_A_MANIFEST:
        most = settings.max_streamed_bytes
        raise ClubError(f"The package would unpack to {size:,} bytes; at most {most:,} are taken.")
    manifest = Manifest.model_validate_json(archive.read(MANIFEST))
    if manifest.sender != council:
        raise ClubError(f"The package is of {manifest.sender}; {council} may send its own alone.")
    layout = manifest.layout
    wanted = rules_digest(layout.code)
    if layout.is_person_level and manifest.rules_digest != wanted:
        raise ClubError(
            f"The return was checked by other rules of {layout.code} than those of the club. Install the release "
            "that the club runs; the council's worker then checks and sends it again."
        )
    if layout.is_person_level and manifest.period_code not in layout.periods:
        raise ClubError(f"There is no form of {layout.code} for '{manifest.period_code}'.")
    return manifest


class PackageWriter:
    """A package that is being written; the same content gives the same bytes."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        """Write into an archive."""
        self._archive = archive

    def add(self, name: str, chunks: Iterable[bytes]) -> None:
        """Add the rows of a table, or the bytes of a file."""
        about = zipfile.ZipInfo(name)
        about.compress_type = zipfile.ZIP_DEFLATED
        with self._archive.open(about, "w", force_zip64=True) as member:
            for chunk in chunks:
                member.write(chunk)

    def conclude(self, manifest: Manifest) -> None:
        """Add the manifest, which comes last."""
        self.add(MANIFEST, [manifest.model_dump_json().encode()])


@contextmanager
def new_package(path: Path) -> Iterator[PackageWriter]:
    """Write a new package, which nobody but its owner may read."""
    with open_private(path) as file, zipfile.ZipFile(file, "w") as archive:
        yield PackageWriter(archive)


def place_of(manifest: Manifest, file_name: str) -> str:
    """Return the place that a file has, or would have, in the landing zone."""
    return f"{manifest.sender}/{manifest.return_code}/{manifest.period_code}/{file_name}"


def package_digest(path: Path) -> str:
    """Return the SHA-256 of a package."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@cache
def rules_digest(return_code: str) -> str:
    """Hash all that a check of a return goes by: layout, rules, lists of codes, rules of intake."""
    digest = hashlib.sha256()
    for root in (
        RETURNS / return_code, EXPECTATIONS / return_code, EXPECTATIONS / "intake", SEEDS / return_code,
    ):  # fmt: skip
        for path in sorted(root.rglob("*")):
            if path.is_file() and path.suffix in (".yaml", ".sql", ".csv"):
                digest.update(f"{root.name}/{path.relative_to(root).as_posix()}\0".encode())
                digest.update(path.read_bytes().replace(b"\r\n", b"\n"))
    return digest.hexdigest()


def layout_columns(columns: Iterable[str]) -> tuple[str, ...]:
    """Return the columns of a pseudonymised table that come along: numbers and owner are given here."""
    given = ("submission_id", "file_id", "authority_code", "period_code")
    return tuple(column for column in columns if column not in given)
