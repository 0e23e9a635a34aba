"""Which rows each side points at: the sector's validator in its own environment, ours by a self-check."""

import json
import os
import subprocess
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

from ingestion.errors import ClubError
from ingestion.operation.self_check import self_check
from ingestion.settings import PROJECT_ROOT

RETURN = "ssda903"
#: Whose return it is taken for, as both sides name it: a rule asks whether a placement is in the own area.
AUTHORITY, GSS_CODE = "dudley", "E08000027"
THEIRS = Path(__file__).with_name("theirs.py")
LAST = "last"  # the folder with the return of the year before, in the folder of a return

Place = tuple[str, int]  # table, line of its file


@dataclass(frozen=True)
class Side:
    """What one side found: the rows of each rule that ran, and why each other one did not."""

    rows: dict[str, frozenset[Place]]
    not_run: dict[str, str] = field(default_factory=dict)
    astray: dict[str, int] = field(default_factory=dict)  # rows that are in no file, by rule


def environment() -> Path:
    """The Python of the sector's validator.

    Raises:
        ClubError: there is none yet.
    """
    folder = Path(os.environ.get("SECTOR_VALIDATOR", PROJECT_ROOT / "var" / "sector_validator"))
    python = folder / "bin" / "python"
    if not python.exists():
        raise ClubError(f"The sector's validator is not installed in {folder}; `make sector-validator` does that.")
    return python


def theirs_command(mode: str, out: Path, folder: Path, period: str) -> list[str]:
    """The command that runs the sector's validator on a folder; of the year before too, where the folder has it."""
    last = ["--last", str(folder / LAST)] if (folder / LAST).is_dir() else []
    options = ["--period", period, "--authority", GSS_CODE, *last]
    return [str(environment()), str(THEIRS), mode, str(out), str(folder), *options]


def theirs(folder: Path, period: str) -> Side:
    """What the sector's validator finds, every rule on tables of its own."""
    with tempfile.TemporaryDirectory(prefix="club-theirs-") as name:
        out = Path(name) / "rows.json"
        command = theirs_command("rows", out, folder, period)
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        found = json.loads(out.read_text(encoding="utf-8"))
    rows = {
        rule: frozenset((table, line) for table, lines in by_table.items() for line in lines)
        for rule, by_table in found["ran"].items()
    }
    not_run = dict.fromkeys(found["skipped"], "theirs: a table is missing")
    not_run |= dict.fromkeys(found["raised"], "theirs: it raises an error")
    return Side(rows, not_run, found["off_rows"])


def ours(folder: Path, period: str) -> Side:
    """What our own checks find."""
    last = sorted((folder / LAST).glob("*.csv"))
    checked = self_check(RETURN, sorted(folder.glob("*.csv")), AUTHORITY, period, report=None, last_year=last)
    rows: dict[str, set[Place]] = {rule: set() for rule in checked.rules_run}
    for finding in checked.findings:
        if finding.rule_code in rows and finding.line_number is not None:
            rows[finding.rule_code].add((finding.table_name, finding.line_number))
    not_run = {rule: f"ours: needs {', '.join(needs)}" for rule, needs in checked.rules_not_run.items()}
    return Side({rule: frozenset(places) for rule, places in rows.items()}, not_run)
