"""The rows that each side points at: the sector's validator in its own environment, ours in the real pipeline."""

import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

from benchmarks.road import running
from benchmarks.sector_validator.reference import POSTCODE_FILE, PROVIDER_FILE
from benchmarks.sector_validator.variations import period_before
from ingestion.check.run import check
from ingestion.collect.reference_lists import load_postcodes, load_providers
from ingestion.collect.run import collect
from ingestion.errors import ClubError
from ingestion.settings import PROJECT_ROOT, Settings
from ingestion.warehouse.connection import Role, connect
from ingestion.warehouse.migrate import migrate

RETURN = "ssda903"
#: The authority of the return, as each side names it: a rule asks whether a placement is in its area.
AUTHORITY, GSS_CODE = "dudley", "E08000027"
THEIRS = Path(__file__).with_name("theirs.py")
THEIR_LISTS = "theirs"  # the folder, in that of the reference data, with what the sector's validator reads
LAST = "last"  # the folder with the return of the year before, in the folder of a return

Place = tuple[str, int]  # table, line of its file


@dataclass(frozen=True)
class Side:
    """The result of one side: the rows of each rule that ran, and the reason why each other rule did not."""

    rows: dict[str, frozenset[Place]]
    not_run: dict[str, str]
    astray: dict[str, int] = field(default_factory=dict)  # rows that are in no file, by rule


def environment() -> Path:
    """Return the Python of the sector's validator.

    Raises:
        ClubError: it is not installed.
    """
    folder = Path(os.environ.get("SECTOR_VALIDATOR", PROJECT_ROOT / "var" / "sector_validator"))
    python = folder / "bin" / "python"
    if not python.exists():
        raise ClubError(f"The sector's validator is not installed in {folder}; `make sector-validator` does that.")
    return python


def theirs_command(mode: str, out: Path, folder: Path, period: str, reference: Path | None = None) -> list[str]:
    """Return the command to run the sector's validator on a folder, and on its year before if there is one."""
    last = ["--last", str(folder / LAST)] if (folder / LAST).is_dir() else []
    lists = ["--reference", str(reference / THEIR_LISTS)] if reference else []
    options = ["--period", period, "--authority", GSS_CODE, *last, *lists]
    return [str(environment()), str(THEIRS), mode, str(out), str(folder), *options]


def prepare_reference(reference: Path) -> None:
    """Write the two lists of this folder again, in the form that the sector's validator reads."""
    command = [str(environment()), str(THEIRS), "reference", str(reference / THEIR_LISTS), str(reference)]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)


def theirs(folder: Path, period: str, reference: Path) -> Side:
    """Run the sector's validator, with separate tables for every rule."""
    with tempfile.TemporaryDirectory(prefix="club-theirs-") as name:
        out = Path(name) / "rows.json"
        command = theirs_command("rows", out, folder, period, reference)
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        found = json.loads(out.read_text(encoding="utf-8"))
    rows = {
        rule: frozenset((table, line) for table, lines in by_table.items() for line in lines)
        for rule, by_table in found["ran"].items()
    }
    not_run = dict.fromkeys(found["skipped"], "theirs: a table or list is missing")
    not_run |= dict.fromkeys(found["raised"], "theirs: raises an error")
    return Side(rows, not_run, found["off_rows"])


@contextmanager
def our_warehouse(work: Path) -> Iterator[Callable[[Path, str, Path], Side]]:
    """Provide a separate warehouse, as a function that returns the result of our checks of a folder's return."""
    with running(work, str(work / "landing")) as settings:
        migrate(settings)
        yield _Ours(settings, work)


class _Ours:
    """Our checks in one warehouse, whose reference data are those of the last return."""

    def __init__(self, warehouse: Settings, work: Path) -> None:
        self._warehouse, self._work = warehouse, work
        self._reference: Path | None = None
        self._turn = count()

    def __call__(self, folder: Path, period: str, reference: Path) -> Side:
        if reference != self._reference:
            load_postcodes(self._warehouse, reference / POSTCODE_FILE)
            load_providers(self._warehouse, reference / PROVIDER_FILE)
            self._reference = reference
        landing = self._work / f"landing-{next(self._turn)}"
        settings = Settings(home=self._warehouse.home, landing_zone=str(landing), settle_seconds=0)
        if (folder / LAST).is_dir():
            _put_in_force(settings, _checked(settings, folder / LAST, period_before(period)))
        return _side(settings, _checked(settings, folder, period))


def _checked(settings: Settings, folder: Path, period: str) -> int:
    """Send the files of a folder and check them; return the number of the submission."""
    place = Path(settings.landing) / AUTHORITY / RETURN / period
    place.mkdir(parents=True)
    for path in (*folder.glob("*.csv"), *folder.glob("*.xml")):
        shutil.copy2(path, place)
    collect(settings, RETURN, AUTHORITY)
    check(settings, RETURN)
    with connect(settings, Role.LOADER) as connection:
        (submission_id,) = connection.execute("select max(submission_id) from ledger.submission").fetchone() or (
            0,
        )
    return int(submission_id)


def _put_in_force(settings: Settings, submission_id: int) -> None:
    """Put a submission in force as last year's, however full of errors: many rules compare with it."""
    with connect(settings, Role.LOADER) as connection:
        connection.execute("update ledger.submission set is_in_force = false where is_in_force")
        connection.execute(
            "update ledger.submission set is_in_force = true, state = 'accepted' where submission_id = %s",
            [submission_id],
        )


def _side(settings: Settings, submission_id: int) -> Side:
    with connect(settings, Role.LOADER) as connection:
        results = connection.execute(
            """
            select result.rule_code, result.outcome in ('passed', 'failed'),
                coalesce(result.error, 'not run: needs ' || result.needs)
            from ledger.rule_result as result
            inner join ledger.submission as submission using (return_code, checked_at)
            where submission.submission_id = %s
            """,
            [submission_id],
        ).fetchall()
        findings = connection.execute(
            "select rule_code, table_name, line_number from ledger.finding where submission_id = %s",
            [submission_id],
        ).fetchall()
    rows: dict[str, set[Place]] = {rule: set() for rule, ran, _ in results if ran}
    for rule, table, line in findings:
        if rule in rows:
            rows[rule].add((table, line))
    not_run = {rule: f"ours: {error}" for rule, ran, error in results if not ran and rule not in rows}
    return Side({rule: frozenset(places) for rule, places in rows.items()}, not_run)
