"""Whether lineage is told, and the way of events out; OpenLineage is imported only where it is."""

from collections.abc import Iterable
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING

from ingestion.errors import ClubError
from ingestion.settings import Settings

if TYPE_CHECKING:
    from openlineage.client.event_v2 import RunEvent

# What the extra `lineage` installs.
PACKAGES = ("apache-airflow-providers-openlineage", "openlineage-dbt")
# Under which all jobs of the club are found; Airflow's are told of under the same (`airflow.cfg`).
JOBS = "club"
PRODUCER = "https://github.com/OpenLineage/OpenLineage"


def require_packages(settings: Settings) -> None:
    """Make sure that lineage can be told where that is wanted.

    Raises:
        ClubError: `CLUB_LINEAGE` is set, and a package that it needs is not installed.
    """
    if missing := [name for name in PACKAGES if settings.lineage and not _is_installed(name)]:
        raise ClubError(
            f"CLUB_LINEAGE is set to {settings.lineage}, but {' and '.join(missing)} cannot be found: lineage is "
            "an extra. Install requirements-distributed.lock, which has it, or leave CLUB_LINEAGE unset."
        )


def tell(settings: Settings, events: Iterable["RunEvent"]) -> int:
    """Send events one after the other, and return how many; none after one that could not be sent."""
    from ingestion.lineage.transport import ToFileOrServer

    transport, sent = ToFileOrServer(settings=settings), 0
    for event in events:
        transport.emit(event)
        sent += 1
    return sent


def _is_installed(package: str) -> bool:
    try:
        version(package)
    except PackageNotFoundError:
        return False
    return True
