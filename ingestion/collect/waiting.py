"""Packages that councils have sent, until they are taken in: `<council>/<return>/<hash>.zip`."""

from collections.abc import Iterator
from pathlib import Path

from ingestion.collect.package_file import SUFFIX, open_package, package_digest
from ingestion.outbox import make_private_folder
from ingestion.returns.catalogue import ReturnLayout, collected_returns
from ingestion.settings import Settings

REFUSED_SUFFIX = ".refused"


def keep_package(settings: Settings, council: str, draft: Path) -> str:
    """Put a package where it waits to be taken in, and return the code of its return.

    Args:
        settings: where packages wait.
        council: who has sent it, as its secret has shown.
        draft: where it was written to, on the same disk; it is moved away from there.

    Raises:
        ClubError: it is none, is another council's, or was checked by other rules.
    """
    with open_package(draft, council, settings) as package:
        return_code = package.manifest.layout.code
    place = settings.packages / council / return_code / f"{package_digest(draft)}{SUFFIX}"
    make_private_folder(place.parent)
    draft.replace(place)
    return return_code


def waiting_packages(settings: Settings, return_code: str, council: str) -> list[Path]:
    """List the packages of a return that a council has sent, in the order in which they came."""
    folder = settings.packages / council / return_code
    return sorted(folder.glob(f"*{SUFFIX}"), key=lambda path: (path.stat().st_mtime_ns, path.name))


def councils_waiting(settings: Settings, layout: ReturnLayout) -> list[str]:
    """List the councils whose packages of a return wait."""
    return sorted({council for council, code in _waiting(settings) if code == layout.code})


def returns_waiting(settings: Settings) -> list[str]:
    """List the returns of which packages wait, in the order of the catalogue."""
    codes = {code for _, code in _waiting(settings)}
    return [layout.code for layout in collected_returns() if layout.code in codes]


def refused_package(path: Path) -> Path:
    """Set a package aside that cannot be taken in, for somebody to look at; return its new place."""
    return path.rename(path.with_suffix(REFUSED_SUFFIX))


def _waiting(settings: Settings) -> Iterator[tuple[str, str]]:
    for path in settings.packages.glob(f"*/*/*{SUFFIX}"):
        yield path.parent.parent.name, path.parent.name
