"""What takes thousands of files in finds the one that breaks something, keeps it, and goes on with the next."""

import os
import signal
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.fuzz import batches
from tests.fuzz.batches import take_all_in
from tests.fuzz.inputs import broken_file
from tests.fuzz.seeds import Seed

MEBIBYTE = 1024 * 1024


def file_of(name: str) -> Seed:
    return Seed("pss_ex1", name.encode())


def raise_an_error() -> None:
    raise ValueError("not a finding")


def use_a_processor() -> None:
    while True:
        pass


@pytest.mark.parametrize(
    ("fault", "found"),
    [
        (raise_an_error, "ValueError: not a finding"),
        (lambda: os.kill(os.getpid(), signal.SIGSEGV), f"the process ended with -{signal.SIGSEGV.value}"),
        (os.abort, f"the process ended with -{signal.SIGABRT.value}"),
        (lambda: b"x" * (60 * MEBIBYTE), "MiB of memory"),
        (use_a_processor, f"the process ended with -{signal.SIGPROF.value}"),
    ],
    ids=["error", "crash", "abort", "memory", "time"],
)
def test_the_file_that_breaks_something_is_kept_and_the_others_are_taken_in(
    fault: Callable[[], object], found: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    def take_in(sent: Seed) -> list[str]:
        if sent.content == b"c":
            fault()
        return ["intake.empty_file"] if sent.content == b"a" else []

    monkeypatch.setattr(batches, "FOUND", tmp_path)
    monkeypatch.setattr(batches, "MOST_MEMORY", 40 * MEBIBYTE)
    monkeypatch.setattr(batches, "MOST_CPU_SECONDS", 0.2)
    monkeypatch.setattr(batches, "take_in", take_in)
    measured = take_all_in(list("abcde"), file_of)
    (kept,) = tmp_path.iterdir()
    assert (kept.name, kept.read_bytes()) == ("c.dat", b"c")
    assert len(measured.faults) == 1
    assert str(kept) in measured.faults[0] and found in measured.faults[0]
    assert measured.refused == 1
    assert measured.files >= 4


@pytest.mark.parametrize("kind", ["csv", "xml", "yaml", "workbook"])
def test_a_number_is_the_same_file_every_time_and_each_another(kind: str):
    names = [f"{kind} {number}" for number in range(50)]
    files = [broken_file(name).content for name in names]
    assert files == [broken_file(name).content for name in names]
    assert len(set(files)) > 45
