"""Make the fixture of the upgrade test: a small warehouse of invented returns, as an older version built it.

    python -m tests.support.older_warehouse

needs git's history and some minutes. Made again, the rows differ by the moments and by the pseudonyms, whose key
is made each time, and by nothing else.

It lets the older version take in its own samples of two members, and writes the schema of all, the rows that
nothing can be worked out from, and the figures into `older_warehouse.sql.xz`.
"""

import lzma
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ingestion.settings import PROJECT_ROOT
from ingestion.warehouse.clients import run_client
from ingestion.warehouse.connection import Role, conninfo
from ingestion.warehouse.throwaway import ThrowawayServer
from tests.support.warehouses import settings_in, walkable

REVISION = "aaaff3b"
FIXTURE = Path(__file__).with_name("older_warehouse.sql.xz")

# What the older version runs: its modules stood elsewhere.
_TAKE_IN = """
import shutil
from pathlib import Path

from benchmarks.road import take_in
from ingestion.database.migrate import migrate
from ingestion.modelling import build_marts, prepare_crosswalk
from ingestion.returns.catalogue import catalogue
from ingestion.samples import write_child_samples, write_samples
from ingestion.settings import Settings

settings = Settings(settle_seconds=0)
landing = Path(settings.landing)
write_samples(landing)
write_child_samples(landing, children=20)
for folder in landing.iterdir():
    if folder.name not in ("dudley", "walsall", "_published"):
        shutil.rmtree(folder)
migrate(settings)
prepare_crosswalk(settings)
for return_code in catalogue():
    take_in(settings, return_code)
build_marts(settings, full=True)
"""

_FIGURES = "--table=marts.fct_indicator"
_ROWS = ("--table=ledger.*", "--table=raw.*", "--table=pseudonymised.*", _FIGURES)


def main() -> None:
    """Write the fixture anew."""
    with tempfile.TemporaryDirectory(prefix="club-older-") as name:
        folder = walkable(Path(name))
        settings = settings_in(folder / "home")
        with checked_out(folder / "checkout") as checkout, ThrowawayServer(settings):
            place = conninfo(settings, Role.ADMIN)
            landing = folder / "landing"
            _run_older(checkout, folder, landing, place)
            parts = [run_client("pg_dump", place, *what, "--restrict-key=older") for what in (
                ["--schema-only"], ["--data-only", *_ROWS]
            )]  # fmt: skip
    text = "\n".join(parts).replace(str(landing), "/landing")
    FIXTURE.write_bytes(lzma.compress(text.encode(), preset=9 | lzma.PRESET_EXTREME))
    print(f"{FIXTURE}: {FIXTURE.stat().st_size:,} bytes of {REVISION}", file=sys.stderr)


@contextmanager
def checked_out(folder: Path) -> Iterator[Path]:
    """Check the older version out beside this one for the length of the block."""
    git = ("git", "-C", str(PROJECT_ROOT), "worktree")
    subprocess.run([*git, "add", "--detach", str(folder), REVISION], check=True, capture_output=True)
    try:
        yield folder
    finally:
        subprocess.run([*git, "remove", "--force", str(folder)], check=True)


def _run_older(checkout: Path, home: Path, landing: Path, place: str) -> None:
    from psycopg.conninfo import conninfo_to_dict

    at = conninfo_to_dict(place)
    url = f"postgresql://{at['user']}:{at['password']}@{at['host']}:{at['port']}/{at['dbname']}"
    surroundings = {
        "PYTHONPATH": str(checkout), "CLUB_HOME": str(home / "older"), "LANDING_ZONE": str(landing),
        "WAREHOUSE_URL": url,
    }  # fmt: skip
    subprocess.run([sys.executable, "-c", _TAKE_IN], env=os.environ | surroundings, cwd=checkout, check=True)


if __name__ == "__main__":
    main()
