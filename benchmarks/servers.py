"""Take the whole road on every PostgreSQL that is on this machine, and compare what comes of it, table by table.

Run with `make bench-servers`. Debian has version 15 (`postgresql-15`), the product brings 18. Each is asked
directly, and through a pgbouncer that lends a session for one transaction; 15 once more as another house may run
it, with names in British order, days before months and a clock of New York.
"""

import hashlib
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table
from sqlalchemy import make_url

from benchmarks.road import take_in, timed
from ingestion.backup.restore import restore_backup
from ingestion.backup.take import secrets_beside, take_backup
from ingestion.model.build import build_marts
from ingestion.model.crosswalk import prepare_crosswalk
from ingestion.model.readings import count_readings
from ingestion.operation.doctor import examine
from ingestion.returns.catalogue import catalogue
from ingestion.settings import Settings
from ingestion.warehouse.migrate import migrate
from reporting.packs.publish import publish_drafts
from reporting.sharing import write_release
from samples import write_child_samples, write_samples
from tests.support.checksums import checksums
from tests.support.other_servers import DEBIAN_15, ELSEWHERE, EMPTY, ENGLISH, other_server
from tests.support.pooler import pooled
from tests.support.warehouses import settings_in

MEMBER, YEAR = "dudley", "2006-07"


@dataclass(frozen=True)
class Server:
    """A server to be tried."""

    name: str
    programs: Path | None
    has_pooler: bool = False
    configuration: str = ""
    language: str = ""


SERVERS = (
    Server("18, the product's own", None),
    Server("18, through pgbouncer", None, has_pooler=True),
    Server("15, of Debian", DEBIAN_15),
    Server("15, through pgbouncer", DEBIAN_15, has_pooler=True),
    Server("15, as elsewhere", DEBIAN_15, configuration=ELSEWHERE, language=ENGLISH),
)


@dataclass(frozen=True)
class Outcome:
    """What came of the road on a server: seconds by step, and a checksum by table and shared file."""

    seconds: dict[str, float]
    sums: dict[str, str | None]


def main() -> None:
    """Try every server and print what each took, and where it came to something else than the first."""
    table, expected = Table("server", "step", "seconds", "differs from the first"), None
    for server in SERVERS:
        outcome = _try(server)
        expected = expected or outcome.sums
        tables = sorted(outcome.sums.keys() | expected.keys())
        others = [name for name in tables if outcome.sums.get(name) != expected.get(name)]
        for step, seconds in outcome.seconds.items():
            table.add_row(server.name, step, f"{seconds:.1f}", "")
        table.add_row(server.name, f"{len(tables)} tables and files", "", ", ".join(others) or "nothing")
    Console().print(table)


def _try(server: Server) -> Outcome:
    with tempfile.TemporaryDirectory(prefix="club-servers-") as name, ExitStack() as stack:
        folder = Path(name)
        write_samples(folder / "landing")
        write_child_samples(folder / "landing", children=20, authorities=(MEMBER, "walsall"))
        direct = stack.enter_context(_running(server, folder))
        settings = stack.enter_context(pooled(direct, folder)) if server.has_pooler else direct
        steps = {
            "migrate": lambda: migrate(settings),
            "crosswalk": lambda: prepare_crosswalk(settings),
            "collect, check, decide": lambda: [take_in(settings, code) for code in catalogue()],
            "build": lambda: build_marts(settings, full=True),
            "a resubmission, built": lambda: _resubmit(settings, folder / "landing"),
            "readings": lambda: count_readings(settings),
            "packs of a member": lambda: list(publish_drafts(settings, [MEMBER])),
            "share": lambda: write_release(settings, folder / "shared"),
            "doctor": lambda: examine(settings),
        }
        seconds = {step: timed(take) for step, take in steps.items()}
        sums = checksums(direct) | checksums(direct, "readings") | _sums_of_files(folder / "shared")
        seconds["backup and restore"] = timed(lambda: _restore(direct, folder, sums))
        return Outcome(seconds, sums)


@contextmanager
def _running(server: Server, folder: Path) -> Iterator[Settings]:
    # With another key, a child would have another pseudonym.
    with other_server(
        folder, folder / "landing", server.programs, configuration=server.configuration, language=server.language
    ) as settings:
        yield settings.model_copy(update={"pseudonym_key": "the same for every server"})


def _resubmit(settings: Settings, landing: Path) -> None:
    """Send one return again with a figure changed, and build."""
    file = min((landing / MEMBER / "pss_ex1" / YEAR).glob("*.csv"))
    text = file.read_text()
    changed = text.replace("1", "2", 1)
    assert changed != text
    file.write_text(changed)
    take_in(settings, "pss_ex1")
    build_marts(settings)


def _sums_of_files(folder: Path) -> dict[str, str | None]:
    return {path.name: hashlib.md5(path.read_bytes()).hexdigest() for path in sorted(folder.iterdir())}  # noqa: S324


def _restore(settings: Settings, folder: Path, expected: dict[str, str | None]) -> None:
    """Back up, restore into the empty database beside it, and make sure that all is the same."""
    backup = folder / "backup"
    take_backup(settings, backup, secrets_beside(backup), lambda _: None)
    url = make_url(settings.warehouse_url or "").set(database=EMPTY).render_as_string(hide_password=False)
    again = settings_in(folder / "again", folder / "landing").model_copy(
        update={"warehouse_url": url, "pseudonym_key": settings.pseudonym_key}
    )
    restore_backup(again, backup, secrets_beside(backup), lambda _: None)
    sums = checksums(again)
    assert sums.items() <= expected.items()


if __name__ == "__main__":
    main()
