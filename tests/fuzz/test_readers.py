"""Thousands of broken files, and every one that ever broke something: each is read, or refused in a sentence.

`make fuzz` reads a hundred times as many. The files are numbered, so every run breaks the same in the same way;
one that breaks something is written to `var/fuzz`, and belongs into `corpus` when it is mended. They are
made by a seeded generator of our own rather than by Hypothesis, whose search would end with the process that dies.
"""

import os

import pytest

from tests.fuzz.batches import Measured, take_all_in
from tests.fuzz.encodings import declared, in_encoding
from tests.fuzz.inputs import broken_file
from tests.fuzz.seeds import KINDS, corpus, seeds
from tests.fuzz.taking_in import take_in

UNREAD = {"intake.unreadable_workbook", "intake.broken_csv", "intake.broken_xml", "intake.wrong_encoding"}
TIMES = int(os.environ.get("CLUB_FUZZ_EXAMPLES", "1"))
FILES = {"csv": 1000, "xml": 1000, "yaml": 200, "workbook": 100}


def require_none_broke_anything(measured: Measured) -> None:
    print(measured)
    assert measured.faults == []


@pytest.mark.parametrize("kind", KINDS)
def test_a_good_file_is_read(kind: str):
    """Otherwise nothing behind its first line would ever be broken."""
    assert seeds(kind)
    for seed in seeds(kind):
        assert {rule for rule in take_in(seed) if rule in UNREAD} == set()


@pytest.mark.parametrize("kind", KINDS)
def test_what_once_broke_something_is_read_or_refused(kind: str):
    files = corpus(kind)
    measured = take_all_in(list(files), lambda name: files[name])
    require_none_broke_anything(measured)
    assert measured.files == len(files) > 0


@pytest.mark.parametrize("kind", KINDS)
def test_a_broken_file_is_read_or_refused(kind: str):
    names = [f"{kind} {number}" for number in range(FILES[kind] * TIMES)]
    measured = take_all_in(names, broken_file)
    require_none_broke_anything(measured)
    assert len(names) / 5 < measured.refused < len(names)


@pytest.mark.parametrize("kind", ("csv", "xml"))
def test_a_file_in_any_encoding_whatever_it_declares_is_read_or_refused(kind: str):
    names = list(declared())
    assert len(names) >= 300
    measured = take_all_in(names, lambda name: in_encoding(kind, name))
    require_none_broke_anything(measured)
    assert 0 < measured.refused < len(names)
