"""The installed packages beside those that the lock names."""

import re
import sysconfig
from collections.abc import Iterator
from pathlib import Path

from ingestion.operation.doctor.fault import Fault, listed
from ingestion.settings import PROJECT_ROOT, Settings

LOCK = PROJECT_ROOT / "requirements.lock"
_PINNED = re.compile(r"^([A-Za-z0-9._-]+)==([^\s;\\]+)", re.MULTILINE)


def versions_unlike_the_lock(settings: Settings) -> Iterator[Fault]:
    """Packages that are installed in another version than the one all tests were run with."""
    if not LOCK.is_file():
        return
    installed = _installed()
    # A package has a line for each version that depends on the version of Python.
    pinned: dict[str, list[str]] = {}
    for name, version in _PINNED.findall(LOCK.read_text(encoding="utf-8")):
        pinned.setdefault(_plain(name), []).append(version)
    # What is pinned and not installed may be for another platform.
    unlike = sorted(
        f"{name} {installed[name]} instead of {' or '.join(versions)}"
        for name, versions in pinned.items()
        if name in installed and installed[name] not in versions
    )
    if unlike:
        yield Fault(
            "packages_unlike_the_lock",
            f"installed are other versions than {LOCK.name} names: {listed(unlike)}",
            f"make -C {PROJECT_ROOT} install, then `club down` and `club up`",
        )


def _installed() -> dict[str, str]:
    """Read names and versions from the names of folders: to read every package's own file takes a second."""
    found = (
        path.name.removesuffix(".dist-info").rpartition("-")
        for path in Path(sysconfig.get_path("purelib")).glob("*.dist-info")
    )
    return {_plain(name): version for name, _, version in found}


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
