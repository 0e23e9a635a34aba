"""What may tell of single children is for its owner alone to read, or for a group that was given it."""

import hashlib
import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from ingestion.collect.archive import archive
from ingestion.outbox import close_to_others, write_if_changed
from ingestion.settings import Settings


@pytest.fixture(autouse=True)
def usual_umask() -> Iterator[None]:
    before = os.umask(0o022)
    yield
    os.umask(before)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_a_report_and_the_folders_made_for_it_are_its_owners(tmp_path: Path) -> None:
    page = tmp_path / "outbox" / "dudley" / "ssda903" / "findings.csv"
    write_if_changed(page, "child_id")
    assert mode(page) == 0o600
    assert [mode(folder) for folder in page.parents[:3]] == [0o700] * 3


def test_a_group_reads_what_is_below_a_folder_that_was_given_to_it(tmp_path: Path) -> None:
    outbox = tmp_path / "outbox"
    outbox.mkdir()
    outbox.chmod(0o2750)
    page = outbox / "dudley" / "findings.csv"
    write_if_changed(page, "child_id")
    assert (mode(page), mode(page.parent)) == (0o640, 0o2750)
    close_to_others(outbox)
    assert mode(outbox) == 0o2750


def test_a_folder_that_an_earlier_version_made_is_closed(tmp_path: Path) -> None:
    outbox = tmp_path / "outbox"
    outbox.mkdir()
    assert mode(outbox) == 0o755
    close_to_others(outbox)
    assert mode(outbox) == 0o700
    close_to_others(tmp_path / "none")


def test_an_archived_file_is_its_owners_and_nobody_changes_it(tmp_path: Path) -> None:
    kept = archive(Settings(home=tmp_path, warehouse_url=None), hashlib.sha256(b"CHILD").hexdigest(), b"CHILD")
    assert mode(kept) == 0o400
    assert mode(kept.parent) == 0o700
