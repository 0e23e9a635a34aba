"""Invented reference data that partly fit a return: the places of postcodes, and a list of placement providers.

Both sides use the same two lists, each in the form that it reads. Ours reads the CSV files as they are; theirs
is given a workbook like Ofsted's and a directory cut up by first letter (`theirs.py reference`).
"""

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from random import Random

from benchmarks.sector_validator.variations import (
    POSTCODES,
    SEED,
    Row,
    Tables,
    Year,
    moved_to,
    parse,
    read_return,
    written,
)

POSTCODE_FILE, PROVIDER_FILE = "postcodes.csv", "providers.csv"
POSTCODE_COLUMNS = ("pcd7", "east1m", "north1m", "lad25cd", "cty25cd")
PROVIDER_COLUMNS = ("urn", "la_code", "provider_codes", "place_codes", "reg_end", "postcode")
#: The code of the county where there is none.
NO_COUNTY = "E99999999"
#: Metres in which a spot's postcodes are scattered around it.
SCATTER = 9_000
#: Codes of few placements, so that a list with only one of them does not allow the placement.
OTHER_PLACES, OTHER_PROVIDERS = ("K1", "K2", "R3", "S1", "U1", "U4"), ("PR1", "PR2", "PR4")


@dataclass(frozen=True)
class Spot:
    """An area with invented postcodes: its codes, its middle in metres (None: off the grid), its share."""

    authority: str
    share: int
    east: int | None
    north: int | None
    county: str = NO_COUNTY


#: The own authority, neighbours, a county, an authority made in 2023, the countries around, far away, off the map.
SPOTS = (
    Spot("E08000027", 40, 394_000, 287_000),
    Spot("E08000025", 14, 406_000, 286_000),
    Spot("E07000237", 10, 385_000, 255_000, county="E10000034"),
    Spot("E09000033", 8, 529_000, 180_000),
    Spot("E06000052", 5, 190_000, 50_000),
    Spot("E06000063", 5, 340_000, 556_000),
    Spot("W06000015", 5, 318_000, 176_000),
    Spot("S12000036", 4, 325_000, 673_000),
    Spot("S12000023", 3, 345_000, 1_010_000),
    Spot("N09000003", 2, 146_000, 529_000),
    Spot("L99999999", 3, None, None),
    Spot("E06000052", 1, 190_000, 2_900_000),
)


def write_reference(source: Path, folder: Path, period: str) -> Path:
    """Write both lists for a return moved to this period; return the folder."""
    random = Random(f"{SEED} reference {period}")  # noqa: S311
    tables = moved_to(read_return(source), Year(period))
    folder.mkdir(parents=True)
    directory = {row["pcd7"]: row for row in _directory(_postcodes(tables), random)}
    _write(folder / POSTCODE_FILE, POSTCODE_COLUMNS, directory.values())
    _write(folder / PROVIDER_FILE, PROVIDER_COLUMNS, _providers(tables["episodes"], directory, random))
    return folder


def _postcodes(tables: Tables) -> list[str]:
    sent = {row[column] for row in tables["episodes"] for column in ("home_post", "pl_post")}
    return sorted({*sent, *POSTCODES} - {""})


def _directory(postcodes: list[str], random: Random) -> Iterator[Row]:
    """Yield the directory's rows, leaving out a twelfth of the postcodes."""
    shares = [spot.share for spot in SPOTS]
    for postcode in postcodes:
        (spot,) = random.choices(SPOTS, shares)
        if random.random() < 1 / 12:
            continue
        yield {
            "pcd7": _seven(postcode),
            "east1m": _scattered(spot.east, random),
            "north1m": _scattered(spot.north, random),
            "lad25cd": spot.authority,
            "cty25cd": spot.county,
        }


def _seven(postcode: str) -> str:
    """Write a postcode as the directory does: the first half padded with blanks to four places."""
    return f"{postcode[:-3].strip():<4}{postcode[-3:]}"


def _scattered(metres: int | None, random: Random) -> str:
    return "" if metres is None else str(metres + random.randint(-SCATTER, SCATTER))


def _providers(episodes: list[Row], directory: dict[str, Row], random: Random) -> Iterator[Row]:
    """Yield providers whose URNs the episodes name, most of them as the episodes have it; some twice, some not.

    One URN is not numeric, as many of Ofsted's are: in a list of numbers alone, theirs recognises no URN.
    """
    yield dict.fromkeys(PROVIDER_COLUMNS, "") | {"urn": "SC000903", "provider_codes": "PR4", "place_codes": "K2"}
    by_urn = {row["urn"]: row for row in episodes if row["urn"]}
    for urn in sorted(by_urn):
        times = random.choices((0, 1, 2), (8, 88, 4))[0]
        for entry in range(times):
            yield _provider(by_urn[urn], directory, random, is_other=entry == 1)


def _provider(episode: Row, directory: dict[str, Row], random: Random, *, is_other: bool) -> Row:
    postcode = episode["pl_post"]
    if is_other or random.random() < 0.15:
        postcode = random.choice(("", *POSTCODES))
    authority = directory.get(_seven(postcode), {}).get("lad25cd", "")
    if random.random() < 0.05:
        authority = random.choice(("E08000027", "E08000025", ""))
    return {
        "urn": episode["urn"],
        "la_code": _looked_after_by(authority),
        "provider_codes": _codes(episode["place_provider"], OTHER_PROVIDERS, random, is_other=is_other),
        "place_codes": _codes(episode["place"], OTHER_PLACES, random, is_other=is_other),
        "reg_end": _closed(episode, random),
        "postcode": postcode,
    }


def _looked_after_by(authority: str) -> str:
    """Return the authority whose children live in an area: in the shires, the county."""
    return next(
        (spot.county for spot in SPOTS if spot.authority == authority and spot.county != NO_COUNTY), authority
    )


def _codes(code: str, others: tuple[str, ...], random: Random, *, is_other: bool) -> str:
    chosen = (
        {random.choice(others)} if is_other or random.random() < 0.1 else {code, random.choice((code, *others))}
    )
    return ",".join(sorted(chosen - {""}))


def _closed(episode: Row, random: Random) -> str:
    """Return a closing day about when the episode begins or ends for one in seven, else an empty text."""
    day = parse(random.choice((episode["decom"], episode["dec"])))
    if day is None or random.random() > 1 / 7:
        return ""
    return written(_moved(day, random))


def _moved(day: date, random: Random) -> date:
    return day + timedelta(days=random.choice((-30, -1, 0, 0, 1, 30)))


def _write(path: Path, columns: tuple[str, ...], rows: Iterable[Row]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
