"""Hold every lock against the advisories that are known, and say how old the lock is. Run with `make audit`.

The list is kept by hand: the advisories of a package index are not reached from every machine.
"""

import csv
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from packaging.specifiers import SpecifierSet

from supply_chain.lock import ROOT, Locked, locks, read_lock

ADVISORIES = Path(__file__).with_name("advisories.csv")
OLD_DAYS = 90


@dataclass(frozen=True)
class Advisory:
    """A weakness of some versions of a package, and until when it is accepted where it cannot be mended."""

    package: str
    affected: str
    advisory: str
    what: str
    accepted_in: str
    accepted_until: str
    why_accepted: str

    def affects(self, package: Locked) -> bool:
        """Return True if the locked version is affected."""
        return package.name == self.package and SpecifierSet(self.affected).contains(package.version)

    def is_accepted(self, lock: str, today: date) -> bool:
        """Return True if that is accepted in a lock, today."""
        return lock == self.accepted_in and today <= date.fromisoformat(self.accepted_until)


def read_advisories(path: Path = ADVISORIES) -> list[Advisory]:
    """Read the list."""
    with path.open(encoding="utf-8", newline="") as file:
        return [Advisory(**row) for row in csv.DictReader(file)]


def affected(packages: Iterable[Locked], lock: str, today: date, advisories: list[Advisory]) -> list[str]:
    """Say of each package that is affected, which is not accepted in this lock, what is wrong with it."""
    return [
        f"{package.name} {package.version}: {advisory.what} ({advisory.advisory}, {advisory.affected})"
        for package in packages
        for advisory in advisories
        if advisory.affects(package) and not advisory.is_accepted(lock, today)
    ]


def age_of(lock: Path) -> int | None:
    """Return the days since a lock was last changed, by git; None where git does not know."""
    done = subprocess.run(
        ["git", "-C", str(ROOT), "log", "-1", "--format=%ct", "--", str(lock)], capture_output=True, text=True
    )
    if done.returncode or not done.stdout.strip():
        return None
    return (datetime.now(UTC) - datetime.fromtimestamp(int(done.stdout), UTC)).days


def main() -> int:
    """Print what is wrong; return the exit code."""
    advisories, today, faults = read_advisories(), datetime.now(UTC).date(), 0
    for lock in locks():
        name, packages, age = lock.relative_to(ROOT).as_posix(), read_lock(lock), age_of(lock)
        found = affected(packages, name, today, advisories)
        faults += len(found)
        old = f", last changed {age} days ago" if age is not None else ""
        print(f"{name}: {len(packages)} packages{old}; {len(found)} affected")
        for sentence in found:
            print(f"  {sentence}")
        if age is not None and age > OLD_DAYS:
            print(f"  older than {OLD_DAYS} days: run `make lock`")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
