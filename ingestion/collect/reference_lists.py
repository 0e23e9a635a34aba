"""Load the reference data that rules look up: postcodes with their places, and Ofsted's list of providers.

Both are CSV files, recognised by their columns and read as a stream; a list replaces the one loaded before.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

import structlog
from psycopg import sql

from ingestion.authorities import authorities, find_authority
from ingestion.errors import ClubError
from ingestion.readers.csv import read_csv
from ingestion.readers.table import UnreadableFile
from ingestion.settings import Settings
from ingestion.warehouse.connection import Role, connect

log = structlog.get_logger()

# Our columns, and publishers' headings of each; the directory of postcodes has the year in some.
_POSTCODES = {
    "postcode": re.compile(r"pcd|pcds|pcd[278]|post_?code"),
    "easting": re.compile(r"oseast1m|east1m|easting"),
    "northing": re.compile(r"osnrth1m|north1m|northing"),
    "la_code": re.compile(r"(os)?laua|lad\d\d(cd)?|la_code"),
    "county": re.compile(r"oscty|cty\d\d(cd)?|county"),
}
_PROVIDERS = {
    "urn": re.compile(r"urn"),
    "la_code": re.compile(r"la_code|local_authority_code|la_code_inferred"),
    "provider_code": re.compile(r"provider_codes?"),
    "place_codes": re.compile(r"(place|placement)_codes?"),
    "registered_on": re.compile(r"registered_on|reg_start|reg_date|registration_date|registered"),
    "closed_on": re.compile(r"closed_on|reg_end|registration_end(_date)?|closed"),
    "postcode": re.compile(r"post_?code"),
}

# Placements outside England are coded by country, by the first letter of the directory's code; the islands keep
# the directory's own code.
_COUNTRIES = {"W": "WAL", "S": "SCO", "N": "NIR"}

_SEVERAL = re.compile(r"[,;|\s]+")
_DATES = (
    re.compile(r"(?P<day>\d{1,2})/(?P<month>\d{1,2})/(?P<year>\d{4})([ T].*)?"),
    re.compile(r"(?P<year>\d{4})-(?P<month>\d{2})-(?P<day>\d{2})([ T].*)?"),
)

Record = tuple[object, ...]


@dataclass(frozen=True)
class ReferenceList:
    """One list of reference data: its columns, the required ones, and the function that reads a row."""

    table: str
    title: str
    headings: dict[str, re.Pattern[str]]
    needed: tuple[str, ...]
    columns: tuple[str, ...]
    key: tuple[str, ...]  # only one row is kept per key
    read: Callable[[dict[str, str]], Record | None]


@dataclass(frozen=True)
class Loaded:
    """The number of rows now in the table, and of lines of the file that were left out."""

    rows: int
    left_out: int


def load_postcodes(settings: Settings, path: Path) -> Loaded:
    """Load the directory of postcodes, as the Office for National Statistics publishes it or with our own columns.

    Raises:
        ClubError: the file is not there, cannot be read, or lacks a column.
    """
    return _load(settings, path, _LISTS["postcodes"])


def load_providers(settings: Settings, path: Path) -> Loaded:
    """Load the list of providers of placements.

    Raises:
        ClubError: the file is not there, cannot be read, or lacks a column.
    """
    return _load(settings, path, _LISTS["providers"])


def _load(settings: Settings, path: Path, wanted: ReferenceList) -> Loaded:
    if not path.is_file():
        raise ClubError(f"There is no file {path}.")
    table, columns = sql.Identifier("raw", wanted.table), sql.SQL(", ").join(map(sql.Identifier, wanted.columns))
    lines = 0
    with connect(settings, Role.LOADER) as connection:
        connection.execute(
            sql.SQL("create temporary table incoming on commit drop as select {} from {} limit 0").format(
                columns, table
            )
        )
        with connection.cursor() as cursor, cursor.copy("copy incoming from stdin") as copy:
            for record in _records(path, wanted):
                lines += 1
                if record is not None:
                    copy.write_row(record)
        # The earlier rows are worth more than none: a file without a single usable line is the wrong file.
        connection.execute(sql.SQL("delete from {}").format(table))
        rows = connection.execute(
            sql.SQL("insert into {} ({}) select distinct on ({}) {} from incoming").format(
                table, columns, sql.SQL(", ").join(map(sql.Identifier, wanted.key)), columns
            )
        ).rowcount
        if not rows:
            raise ClubError(
                f"{path.name} has the columns of {wanted.title} but not one row that can be used; "
                "what was loaded before was kept. Download the file again."
            )
    with connect(settings, Role.LOADER, autocommit=True) as connection:
        connection.execute(sql.SQL("analyze {}").format(table))
    log.info("reference loaded", table=wanted.table, rows=rows, lines=lines)
    return Loaded(rows, lines - rows)


def _records(path: Path, wanted: ReferenceList) -> Iterator[Record | None]:
    """Read a record from each line below the headings, None from one that cannot be used."""
    try:
        # Lenient: the club cannot get a publisher's quotes corrected.
        rows = iter(read_csv(lambda: path.open("rb"), is_strict=False).rows)
        _, headings = next(rows, (1, []))
        places = _places(headings, path, wanted)
        for _, cells in rows:
            yield wanted.read({
                column: cells[place].strip() if place < len(cells) else "" for column, place in places.items()
            })  # fmt: skip
    except UnreadableFile as problem:
        raise _unreadable(problem, path, wanted) from None


def _unreadable(problem: UnreadableFile, path: Path, wanted: ReferenceList) -> ClubError:
    if problem.rule_code == "intake.wrong_encoding":
        return ClubError(
            f"{path.name} is not a text in UTF-8. Expected {wanted.title} as a CSV file; if it came as an archive "
            "or a workbook, unpack it or save it as CSV first."
        )
    if problem.rule_code == "intake.other_delimiter":
        return ClubError(
            f"{path.name}, line {problem.line}: the cells are separated by {problem.facts['found']}; expected "
            f"{wanted.title} as a CSV file with commas. Download it again, or save it with commas."
        )
    return ClubError(
        f"{path.name}, line {problem.line}: {problem.facts['found']}. The file looks damaged; download it again."
    )


def _places(headings: list[str], path: Path, wanted: ReferenceList) -> dict[str, int]:
    tidy = [re.sub(r"[^a-z0-9]+", "_", heading.strip().lower()).strip("_") for heading in headings]
    places: dict[str, int] = {}
    for column, pattern in wanted.headings.items():
        place = next((number for number, heading in enumerate(tidy) if pattern.fullmatch(heading)), None)
        if place is not None:
            places[column] = place
    missing = [column for column in wanted.needed if column not in places]
    if missing:
        found = ", ".join(heading for heading in headings[:8]) or "no headings at all"
        raise ClubError(
            f"{path.name}, line 1: this is not {wanted.title}: no column for {', '.join(missing)} was found "
            f"(the first headings are: {found}). Use the file as it was published."
        )
    return places


def _postcode(row: dict[str, str]) -> Record | None:
    """Read a postcode; None when it lies in no area. One off the grid is kept, without coordinates."""
    postcode = re.sub(r"\s", "", row["postcode"]).upper()
    easting, northing = _whole(row["easting"]), _whole(row["northing"])
    county, authority = row.get("county", "").upper(), row["la_code"].upper()
    if not postcode or not authority:
        return None
    # In the shires the county looks after children, and the directory's authority is the district.
    code = county if county.startswith("E10") else _COUNTRIES.get(authority[:1], authority)
    return postcode, easting, northing, code


def _provider(row: dict[str, str]) -> Record | None:
    urn = row["urn"].upper()
    if not urn:
        return None
    return (
        urn,
        _gss_code(row.get("la_code", "")),
        ",".join(_several(row["provider_code"])) or None,
        _several(row["place_codes"]),
        _date(row.get("registered_on", "")),
        _date(row["closed_on"]),
        re.sub(r"\s", "", row.get("postcode", "")).upper() or None,
    )


_PROVIDER_COLUMNS = ("urn", "la_code", "provider_code", "place_codes", "registered_on", "closed_on", "postcode")

_LISTS = {
    "postcodes": ReferenceList(
        "reference_postcodes", "a postcode directory", _POSTCODES,
        ("postcode", "easting", "northing", "la_code"), ("postcode", "easting", "northing", "la_code"),
        ("postcode",), _postcode,
    ),
    # A provider of supported accommodation has several premises under one URN.
    "providers": ReferenceList(
        "reference_providers", "a list of providers", _PROVIDERS,
        ("urn", "provider_code", "place_codes", "closed_on"), _PROVIDER_COLUMNS, _PROVIDER_COLUMNS, _provider,
    ),
}  # fmt: skip


def _several(cell: str) -> list[str]:
    return [code for code in _SEVERAL.split(cell.upper()) if code]


def _whole(cell: str) -> int | None:
    try:
        return int(float(cell))
    except ValueError:
        return None


def _date(cell: str) -> date | None:
    for pattern in _DATES:
        if match := pattern.fullmatch(cell):
            try:
                return date(int(match["year"]), int(match["month"]), int(match["day"]))
            except ValueError:
                return None
    return None


@cache
def _gss_code(cell: str) -> str | None:
    """Find an authority by its GSS code, its number at the Department for Education, or its name."""
    if not cell:
        return None
    authority = find_authority(cell)
    by_number = {each.dfe_la_number: each.gss_code for each in authorities().values() if each.dfe_la_number}
    return authority.gss_code if authority else by_number.get(cell, cell.upper())
