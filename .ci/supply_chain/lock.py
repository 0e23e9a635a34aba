"""The locks, read: every package with its version and the hashes of its distributions."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

_PACKAGE = re.compile(r"^([A-Za-z0-9._-]+)==([^ \\;]+)(?: ; ([^\\]+?))? *\\?$")
_HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})")


@dataclass(frozen=True)
class Locked:
    """A package of a lock."""

    name: str
    version: str
    marker: str
    hashes: tuple[str, ...]


def read_lock(path: Path) -> list[Locked]:
    """Read a lock as `make lock` writes it."""
    return list(_packages(path.read_text(encoding="utf-8").splitlines()))


def locks() -> list[Path]:
    """List every lock of the project."""
    found = [*ROOT.glob("*.lock"), *(ROOT / "tests").rglob("*.lock"), *(ROOT / "benchmarks").rglob("*.lock")]
    return sorted([*found, *(ROOT / "club_check").glob("*.lock")])


def _packages(lines: list[str]) -> Iterator[Locked]:
    about: tuple[str, str, str] | None = None
    hashes: list[str] = []
    for line in [*lines, "end==0"]:
        start = _PACKAGE.match(line)
        if start:
            if about:
                yield Locked(*about, tuple(hashes))
            about, hashes = (start[1].lower(), start[2], start[3] or ""), []
        hashes += _HASH.findall(line)
