"""How long the packs of all members take, in every form, on two cores, and how large their pages are.

Run with `make bench-packs`, on a landing zone (`LANDING_ZONE=…`) or on samples. The marts are built first; what is
measured is reading them and making the files, as `club pack` does.
"""

import os
import tempfile
from pathlib import Path

from rich.console import Console
from rich.table import Table

from benchmarks.road import running, take_in, timed
from ingestion.model.build import build_marts
from ingestion.model.crosswalk import prepare_crosswalk
from ingestion.returns.catalogue import catalogue
from ingestion.settings import Settings
from ingestion.warehouse.migrate import migrate
from reporting.packs.data import read_pack_rows
from reporting.packs.forms import FORMS, make_form
from reporting.packs.pack import Pack
from reporting.packs.page import draw_pack
from reporting.packs.publish import publish_drafts
from samples import write_samples

WORKERS = 2
KILOBYTE = 1000


def main() -> None:
    """Measure once and print."""
    with tempfile.TemporaryDirectory(prefix="club-packs-") as name:
        folder = Path(name)
        landing = os.environ.get("LANDING_ZONE")
        if not landing:
            write_samples(folder / "landing")
        with running(folder, landing or str(folder / "landing")) as settings:
            migrate(settings)
            prepare_crosswalk(settings)
            for code in catalogue():
                take_in(settings, code)
            build_marts(settings, full=True)
            _measure(settings)


def _measure(settings: Settings) -> None:
    console = Console()
    published: list[Path] = []
    seconds = timed(lambda: published.extend(publish_drafts(settings, workers=WORKERS)))
    console.print(
        f"{len(published)} packs in all forms, {WORKERS} at once of {os.cpu_count()} cores: {seconds:.1f} s"
    )
    rows = read_pack_rows(settings)
    table = Table("group", "form", "seconds", "kB")
    for group in rows.groups:
        drawn = draw_pack(Pack(rows, group, next(iter(rows.authorities))))
        for form in FORMS:
            made: list[bytes] = []
            took = timed(lambda drawn=drawn, form=form, made=made: made.append(make_form(drawn, "Draft.", form)))  # type: ignore[misc]
            table.add_row(group, form, f"{took:.2f}", f"{len(made[0]) / KILOBYTE:.0f}")
    console.print(table)


if __name__ == "__main__":
    main()
