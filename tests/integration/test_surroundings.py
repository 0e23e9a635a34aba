"""What fails around the warehouse: disks, the landing zone, files, the clock. A plain run makes up for it."""

import hashlib
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import psycopg
import pytest

from ingestion.collect.archive import archive_stream
from ingestion.collect.landing import collections, senders
from ingestion.collect.run import collect
from ingestion.decide import decide
from ingestion.errors import ClubError
from ingestion.feedback.report import write_feedback
from ingestion.returns.catalogue import find_return
from ingestion.settings import Settings
from samples import write_child_samples
from tests.conftest import run_road
from tests.integration.test_killed import Outcome, deliver, outcome, undisturbed
from tests.support.returns import sample_return

__all__ = ["undisturbed"]

needs_mounts = pytest.mark.skipif(os.geteuid() != 0, reason="only root may mount a small disk")


@contextmanager
def mounted(folder: Path, *options: str) -> Iterator[None]:
    folder.mkdir(parents=True, exist_ok=True)
    subprocess.run(["mount", *options, folder], check=True)
    try:
        yield
    finally:
        subprocess.run(["umount", folder], check=True)


@contextmanager
def small_disk(folder: Path, size: str) -> Iterator[Callable[[], None]]:
    """Put a disk of this size there for the length of the block; provide what makes it large enough."""
    with mounted(folder, "-t", "tmpfs", "-o", f"size={size}", "tmpfs"):
        yield lambda: subprocess.run(["mount", "-o", "remount,size=64m", folder], check=True) and None


def files_in(folder: Path) -> dict[str, str]:
    """The files below a folder, each with the hash of its bytes."""
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file()
    }


@pytest.fixture
def no_files_yet(settings: Settings) -> Settings:
    """The archive and the outbox of the module are empty, as its ledger is."""
    for folder in (settings.archive, settings.outbox):
        shutil.rmtree(folder, ignore_errors=True)
    return settings


@needs_mounts
def test_a_full_archive_stops_a_collection_and_keeps_nothing_by_halves(
    undisturbed: Outcome, no_files_yet: Settings
) -> None:
    settings = no_files_yet
    deliver(settings)
    with small_disk(settings.archive, "20k") as enlarge:
        with pytest.raises(OSError, match="No space left"):
            run_road(settings)
        kept = files_in(settings.archive)
        assert all(Path(name).name == digest for name, digest in kept.items())
        assert {digest for _, _, digest, _ in outcome(settings).files} <= set(kept.values())
        enlarge()
        run_road(settings)
        assert outcome(settings) == undisturbed


@needs_mounts
def test_a_full_outbox_holds_no_half_a_report(no_files_yet: Settings) -> None:
    settings = no_files_yet
    deliver(settings)
    run_road(settings)
    shutil.rmtree(settings.outbox)
    write_feedback(settings)
    reports = files_in(settings.outbox)
    shutil.rmtree(settings.outbox)
    with small_disk(settings.outbox, "16k") as enlarge:
        with pytest.raises(OSError, match="No space left"):
            write_feedback(settings)
        assert files_in(settings.outbox).items() <= reports.items()
        enlarge()
        write_feedback(settings)
        assert files_in(settings.outbox) == reports


def test_a_landing_zone_that_is_gone_is_an_error_and_not_an_empty_one(
    undisturbed: Outcome, settings: Settings
) -> None:
    deliver(settings)
    landing, elsewhere = Path(settings.landing), Path(settings.landing).with_name("elsewhere")
    landing.rename(elsewhere)
    for look in (senders, collections):
        with pytest.raises(ClubError, match="does not exist"):
            look(settings, find_return("pss_ex1"))
    with pytest.raises(ClubError, match="does not exist"):
        collect(settings, "pss_ex1", "dudley")
    elsewhere.rename(landing)
    run_road(settings)
    assert outcome(settings) == undisturbed


@needs_mounts
def test_a_landing_zone_may_be_read_only(undisturbed: Outcome, settings: Settings) -> None:
    deliver(settings)
    landing = Path(settings.landing)
    with mounted(landing, "--bind", "-o", "ro", str(landing)):
        with pytest.raises(OSError, match="Read-only"):
            (landing / "probe").touch()
        run_road(settings)
    assert outcome(settings) == undisturbed


def test_a_file_that_changes_while_it_is_read_is_refused_and_kept_under_no_wrong_hash(
    no_files_yet: Settings, loader: psycopg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is of children, and so read as a stream: hashed, and then read again for the archive."""
    settings = no_files_yet
    write_child_samples(Path(settings.landing), periods=("2024-25",), children=5, authorities=("walsall",))
    path = next((Path(settings.landing) / "walsall" / "ssda903" / "2024-25").iterdir())

    def while_the_file_grows(settings: Settings, sha256: str, source: IO[bytes]) -> Path:
        path.write_bytes(path.read_bytes() + b"\n")
        return archive_stream(settings, sha256, source)

    with monkeypatch.context() as patch:
        patch.setattr("ingestion.collect.run.archive_stream", while_the_file_grows)
        collect(settings, "ssda903", "walsall")
    assert all(Path(name).name == digest for name, digest in files_in(settings.archive).items())
    assert loader.execute("select rule_code from ledger.finding").fetchall() == [("intake.still_being_written",)]
    run_road(settings, "ssda903")
    assert loader.execute(
        "select version, state from ledger.submission where return_code = 'ssda903' order by version"
    ).fetchall() == [(1, "rejected"), (2, "accepted")]


def test_decisions_follow_one_another_even_when_the_clock_is_set_back(
    settings: Settings, loader: psycopg.Connection
) -> None:
    """By a day: the last decision is then one of tomorrow. History is told by when something was decided."""
    form = sample_return("dudley", "2006-07")
    form.deliver(settings)
    run_road(settings)
    loader.execute("update ledger.decision set decided_at = decided_at + interval '1 day'")
    for value in ("70", "71"):
        form.with_cell("activity.csv", form.activity_cell("hh1_hours_la"), value).deliver(settings)
        collect(settings, "pss_ex1", "dudley")
        run_road(settings)
        decide(settings, "pss_ex1")
    times = [time for (time,) in loader.execute("select decided_at from ledger.decision order by decision_id")]
    assert len(times) == 3
    assert times == sorted(set(times))
