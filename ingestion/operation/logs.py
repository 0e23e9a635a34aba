"""Rotation of the log that Airflow's own processes write, which nobody else keeps from growing."""

import shutil
from pathlib import Path

from ingestion.settings import Settings

LOG = "standalone.log"
ROTATED_AT_BYTES = 20 * 1024 * 1024
KEPT = 5


def rotate_log(settings: Settings) -> bool:
    """Set aside the log of `airflow standalone` when it has grown large, and keep the last five; True if it was.

    Whoever writes has it open, to append to it: so it is copied and emptied, and not renamed.
    """
    log = settings.airflow_home / LOG
    if not log.exists() or log.stat().st_size < ROTATED_AT_BYTES:
        return False
    for number in range(KEPT, 1, -1):
        if _numbered(log, number - 1).exists():
            _numbered(log, number - 1).replace(_numbered(log, number))
    shutil.copyfile(log, _numbered(log, 1))
    with log.open("r+b") as file:
        file.truncate(0)
    return True


def _numbered(log: Path, number: int) -> Path:
    return log.with_name(f"{log.name}.{number}")
