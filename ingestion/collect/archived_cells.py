"""Cells looked up in the archive: the file is there as it was received, and its line holds what was read."""

import csv
from collections import defaultdict
from collections.abc import Iterable
from hashlib import file_digest
from pathlib import Path

import psycopg

from ingestion.collect.archive import archived_path
from ingestion.settings import Settings
from ingestion.warehouse.connection import Role, connect

# A cell that a figure was summed from: its submission, file and line, and the text as it was sent.
Cell = tuple[int, str, int, str]


def look_up_cells(settings: Settings, cells: Iterable[Cell]) -> tuple[int, list[str]]:
    """Look cells up in the archived files that they were read from; workbooks are held by their hash alone.

    Returns:
        How many files there were, and a sentence on everything that is not as it was received.
    """
    by_file: dict[tuple[int, str], set[tuple[int, str]]] = defaultdict(set)
    for submission_id, file_name, line_number, raw_value in cells:
        by_file[submission_id, file_name].add((line_number, raw_value))
    with connect(settings, Role.LOADER) as connection:
        hashes = _hashes(connection, sorted({submission_id for submission_id, _ in by_file}))
    faults, files = [], 0
    for (submission_id, file_name), found in sorted(by_file.items()):
        for sha256 in hashes.get((submission_id, file_name), []):
            files += 1
            faults += _faults_of_file(archived_path(settings, sha256), sha256, file_name, found)
    return files, faults


def _hashes(connection: psycopg.Connection, submission_ids: list[int]) -> dict[tuple[int, str], list[str]]:
    found: dict[tuple[int, str], list[str]] = defaultdict(list)
    rows = connection.execute(
        """
        select distinct submission_id, file_name, sha256
        from ledger.submission_file
        where submission_id = any(%s)
        order by submission_id, file_name, sha256
        """,
        [submission_ids],
    )
    for submission_id, file_name, sha256 in rows:
        found[submission_id, file_name].append(sha256)
    return found


def _faults_of_file(path: Path, sha256: str, file_name: str, cells: set[tuple[int, str]]) -> list[str]:
    if not path.is_file():
        return [f"{file_name} is not in the archive under its hash {sha256}"]
    with path.open("rb") as file:
        digest = file_digest(file, "sha256").hexdigest()
    if digest != sha256:
        return [f"the archived {file_name} has the hash {digest}, and was received with {sha256}"]
    return _missing_cells(path, file_name, cells) if file_name.lower().endswith(".csv") else []


def _missing_cells(path: Path, file_name: str, cells: set[tuple[int, str]]) -> list[str]:
    wanted: dict[int, set[str]] = defaultdict(set)
    for line, raw_value in cells:
        wanted[line].add(raw_value)
    faults = []
    with path.open(encoding="utf-8-sig", errors="replace", newline="") as file:
        reader = csv.reader(file)
        for row in reader:
            values = wanted.pop(reader.line_num, None)
            if values and not values <= {*row, *(cell.strip() for cell in row)}:
                held = " and ".join(sorted(values))
                faults.append(f"line {reader.line_num} of {file_name} does not hold {held}")
    return [*faults, *(f"{file_name} has no line {line}" for line in sorted(wanted))]
