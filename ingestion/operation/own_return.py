"""The return that an authority checks itself: its files, the authority and the year."""

import os
import shutil
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from upath import UPath

from ingestion.authorities import find_authority, nearest_authority
from ingestion.collect.landing import Delivery
from ingestion.errors import ClubError
from ingestion.operation.collection_year import tell_year
from ingestion.returns.catalogue import ReturnLayout
from ingestion.settings import Settings

# The sender where the authority is not given; no authority has this name.
OWN = "own-return"

READ_IN_FOLDERS = (".csv", ".xlsx", ".xml", ".yaml")


@dataclass(frozen=True)
class OwnReturn:
    """A return that an authority checks itself. Paths are files, or folders of which every file is taken."""

    return_code: str
    paths: tuple[Path, ...]
    period_code: str | None = None
    authority: str | None = None
    last_year: tuple[Path, ...] = ()
    postcodes: Path | None = None
    providers: Path | None = None


def sender_of(own: OwnReturn, layout: ReturnLayout) -> str:
    """Return the code of the authority whose return it is.

    Raises:
        ClubError: there is no such authority, or the return or its reference lists need to know which it is.
    """
    if own.authority is None:
        if not layout.is_person_level:
            raise ClubError(f"Say whose return it is: a check of {layout.code} needs --authority, such as dudley.")
        if own.postcodes or own.providers:
            raise ClubError(
                "Say whose return it is, with --authority: whether a placement lies inside or outside cannot be "
                "told without."
            )
        return OWN
    authority = find_authority(own.authority)
    if authority is None:
        raise ClubError(
            f"There is no authority '{own.authority}'; "
            f"the nearest known code is '{nearest_authority(own.authority)}'."
        )
    return authority.code


def find_files(paths: tuple[Path, ...]) -> list[Path]:
    """Return the given files, each once; of a folder, those with the extensions that a return may have.

    Raises:
        ClubError: a path does not exist, or a folder holds no such file.
    """
    found: dict[Path, Path] = {}
    for path in paths:
        if not path.exists():
            raise ClubError(f"There is no file or folder {path}.")
        inside = _files_in(path) if path.is_dir() else [path]
        found |= {each.resolve(): each for each in inside}
    return [each.absolute() for each in found.values()]


def _files_in(folder: Path) -> list[Path]:
    inside = [
        each
        for each in sorted(folder.iterdir())
        if each.is_file() and each.suffix.lower() in READ_IN_FOLDERS and each.name[0] not in ".~"
    ]
    if not inside:
        raise ClubError(
            f"There is no {', '.join(READ_IN_FOLDERS[:-1])} or {READ_IN_FOLDERS[-1]} file in {folder}."
        )
    return inside


def period_of(own: OwnReturn, layout: ReturnLayout, files: list[Path], settings: Settings) -> tuple[str, str]:
    """Return the year of the return, and the sentence that says how it is known.

    Raises:
        ClubError: the year is neither given nor inferable, or there is no form for it.
    """
    if layout.is_of_answers and not layout.periods:
        raise ClubError(
            f"Only the club's warehouse knows what the rounds of {layout.code} ask: send it to the club."
        )
    if own.period_code is None:
        if layout.is_of_answers:
            raise ClubError(
                f"Say which round it is for: a check of {layout.code} needs --round, such as {layout.periods[-1]}."
            )
        if not layout.is_person_level:
            raise ClubError(f"Say which year it is for: a check of {layout.code} needs --year, such as 2007-08.")
        told = tell_year(layout, files, settings, datetime.now(UTC).date())
        return told.period_code, told.reason
    if layout.periods and own.period_code not in layout.periods:
        raise ClubError(
            f"There is no form of {layout.code} for '{own.period_code}'; known are {', '.join(layout.periods)}."
        )
    return own.period_code, f"Checked as the return of {own.period_code}, as was said."


def deliver(layout: ReturnLayout, sender: str, period: str, files: list[Path], folder: Path) -> Delivery:
    """Link the files into one folder and return them as a delivery; where names clash, keep their subfolders."""
    names = [file.name for file in files]
    above = os.path.commonpath([file.parent for file in files])
    folder.mkdir()
    delivered = []
    for file in files:
        place = folder / (file.relative_to(above) if names.count(file.name) > 1 else file.name)
        place.parent.mkdir(parents=True, exist_ok=True)
        try:
            place.symlink_to(file)
        except OSError:  # Windows lets few accounts make links
            shutil.copyfile(file, place)
        delivered.append(UPath(place))
    return Delivery(sender, layout.code, period, tuple(delivered), (UPath(folder),))
