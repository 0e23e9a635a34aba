"""The landing zone: who has sent what, and what is not finished yet."""

import os
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import fsspec
import pytest
from upath import UPath

from ingestion.collect.landing import (
    collections,
    deliveries,
    open_collection,
    require_landing_zone,
    senders,
    still_being_written,
)
from ingestion.collect.national import take_collection
from ingestion.collect.reading import take_bytes
from ingestion.errors import ClubError
from ingestion.returns.catalogue import find_return
from ingestion.settings import Settings

PSS_EX1 = find_return("pss_ex1")
LAIT = find_return("lait")
LONG_AGO = 1_000_000_000


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path, landing_zone=str(tmp_path / "landing"), warehouse_url=None)


@pytest.fixture
def memory_settings() -> Iterator[Settings]:
    """A landing zone behind a URI, as S3 would be."""
    root = "memory://test-landing"
    yield Settings(landing_zone=root, warehouse_url=None)
    fsspec.filesystem("memory").rm("/test-landing", recursive=True)


def put(settings: Settings, *places: str) -> None:
    for place in places:
        path = UPath(settings.landing) / place
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"a,b\n")


def delivered(settings: Settings, sender: str) -> dict[str, list[str]]:
    return {
        delivery.period_code: [path.name for path in delivery.files]
        for delivery in deliveries(settings, PSS_EX1, sender)
    }


def test_senders_are_the_folders_that_hold_the_return_in_alphabetical_order(settings: Settings):
    put(
        settings, "walsall/pss_ex1/2006-07/a.csv", "dudley/pss_ex1/2006-07/a.csv", "solihull/ssda903/2006-07/a.csv"
    )
    assert senders(settings, PSS_EX1) == ["dudley", "walsall"]


def test_a_sender_that_is_no_authority_is_named_too(settings: Settings):
    put(settings, "dudly/pss_ex1/2006-07/a.csv")
    assert senders(settings, PSS_EX1) == ["dudly"]


def test_a_landing_zone_that_is_gone_is_not_taken_for_an_empty_one(settings: Settings):
    with pytest.raises(ClubError, match="does not exist"):
        senders(settings, PSS_EX1)
    with pytest.raises(ClubError, match="does not exist"):
        delivered(settings, "dudley")


def test_the_publishers_folder_is_no_sender_of_returns(settings: Settings):
    put(settings, "_published/pss_ex1/2006-07/a.csv", "_published/dfe/lait/2025/lait.csv")
    assert senders(settings, PSS_EX1) == []
    assert senders(settings, LAIT) == ["dfe"]


def test_a_publishers_release_is_a_delivery(settings: Settings):
    put(settings, "_published/dfe/lait/2025/lait.csv", "_published/dfe/la_cla_placement_stability/2024/x.csv")
    (delivery,) = deliveries(settings, LAIT, "dfe")
    assert (delivery.sender, delivery.period_code) == ("dfe", "2025")
    assert [path.name for path in delivery.files] == ["lait.csv"]


def test_deliveries_are_the_folders_with_files_oldest_period_first(settings: Settings):
    put(settings, "dudley/pss_ex1/2007-08/spend.csv", "dudley/pss_ex1/2007-08/activity.csv")
    put(settings, "dudley/pss_ex1/2006-07/both.xlsx")
    (UPath(settings.landing) / "dudley/pss_ex1/2005-06").mkdir()
    assert delivered(settings, "dudley") == {"2006-07": ["both.xlsx"], "2007-08": ["activity.csv", "spend.csv"]}
    assert list(delivered(settings, "dudley")) == ["2006-07", "2007-08"]


def test_hidden_and_temporary_files_and_hidden_folders_are_passed_over(settings: Settings):
    names = (".DS_Store", "~$spend.xlsx", "spend.csv.part", "SPEND.TMP", "x.partial", "x.filepart", "x.crdownload")
    put(settings, *(f"dudley/pss_ex1/2006-07/{name}" for name in (*names, "spend.csv")))
    put(settings, "dudley/pss_ex1/.trash/spend.csv", ".cache/pss_ex1/2006-07/spend.csv")
    assert delivered(settings, "dudley") == {"2006-07": ["spend.csv"]}
    assert senders(settings, PSS_EX1) == ["dudley"]


def test_a_folder_within_a_delivery_is_not_looked_into(settings: Settings):
    put(settings, "dudley/pss_ex1/2006-07/spend.csv", "dudley/pss_ex1/2006-07/old/spend.csv")
    assert delivered(settings, "dudley") == {"2006-07": ["spend.csv"]}


def test_a_landing_zone_behind_a_uri_works_like_a_folder(memory_settings: Settings):
    put(memory_settings, "dudley/pss_ex1/2006-07/spend.csv", "_published/dfe/lait/2025/lait.csv")
    assert senders(memory_settings, PSS_EX1) == ["dudley"]
    assert senders(memory_settings, LAIT) == ["dfe"]
    assert delivered(memory_settings, "dudley") == {"2006-07": ["spend.csv"]}
    (delivery,) = deliveries(memory_settings, PSS_EX1, "dudley")
    assert delivery.files[0].read_bytes() == b"a,b\n"
    assert still_being_written(delivery.files, settle_seconds=0) == []


def test_an_authority_may_call_its_folder_by_any_of_its_names(settings: Settings):
    put(settings, "telford-and-the-wrekin/pss_ex1/2006-07/spend.csv", "the-wrekin/pss_ex1/2007-08/spend.csv")
    put(settings, "dudlay/pss_ex1/2006-07/spend.csv")
    assert senders(settings, PSS_EX1) == ["dudlay", "telford-and-wrekin"]
    assert delivered(settings, "telford-and-wrekin") == {"2006-07": ["spend.csv"], "2007-08": ["spend.csv"]}


def test_two_folders_of_one_authority_and_period_are_one_delivery_that_names_both(settings: Settings):
    put(settings, "telford-and-the-wrekin/pss_ex1/2006-07/spend.csv")
    put(settings, "telford-and-wrekin/pss_ex1/2006-07/spend.csv")
    (delivery,) = deliveries(settings, PSS_EX1, "telford-and-wrekin")
    assert len(delivery.folders) == 2
    assert [delivery.name_of(path) for path in delivery.files] == [
        "telford-and-the-wrekin/spend.csv",
        "telford-and-wrekin/spend.csv",
    ]


class TestCollections:
    def test_they_are_found_by_place_and_period_and_have_no_senders(self, settings: Settings):
        put(settings, "england/pss_ex1/2003-04/spend/Kent.csv", "england/pss_ex1/2004-05/spend.xls")
        put(settings, "_published/nhs-ic/pss_ex1/2003-04/spend/Kent.csv", "_published/dfe/lait/2025/lait.csv")
        (UPath(settings.landing) / "england/pss_ex1/2005-06/spend").mkdir(parents=True)
        assert senders(settings, PSS_EX1) == []
        assert collections(settings, PSS_EX1) == [
            "england/2003-04", "england/2004-05", "_published/nhs-ic/2003-04",
        ]  # fmt: skip
        assert collections(settings, LAIT) == []

    def test_a_list_of_the_sheets_is_left_out_and_hidden_files_too(self, settings: Settings):
        names = ("Kent.csv", "sheet_names.csv", ".DS_Store", "Dudley.csv.part")
        put(settings, *(f"england/pss_ex1/2003-04/spend/{name}" for name in names))
        put(settings, "england/pss_ex1/2003-04/activity.xls")
        collection = open_collection(settings, PSS_EX1, "england/2003-04")
        assert [path.name for path in collection.files] == ["activity.xls", "Kent.csv"]
        assert (collection.name, collection.period_code) == ("england", "2003-04")

    def test_control_totals_are_not_looked_for_in_folders_of_their_own(self, settings: Settings):
        put(settings, "england/pss_ex1_totals/2003-04/spend/x.csv", "dudley/pss_ex1_totals/2003-04/x.csv")
        totals = find_return("pss_ex1_totals")
        assert senders(settings, totals) == collections(settings, totals) == []

    def test_they_may_stand_behind_a_uri(self, memory_settings: Settings):
        put(memory_settings, "england/pss_ex1/2003-04/spend/Kent.csv")
        assert collections(memory_settings, PSS_EX1) == ["england/2003-04"]
        collection = open_collection(memory_settings, PSS_EX1, "england/2003-04")
        (intake,) = take_collection(collection, PSS_EX1, frozenset(), memory_settings)
        assert (intake.delivery.sender, intake.delivery.collection) == ("kent", "england")
        assert [file.file_name for file in intake.files] == ["spend/Kent.csv"]


class TestStillBeingWritten:
    def test_a_file_that_a_process_has_open_for_writing_is(self, tmp_path: Path):
        finished, unfinished = UPath(tmp_path / "finished.csv"), UPath(tmp_path / "unfinished.csv")
        finished.write_bytes(b"a")
        with Path(unfinished).open("ab") as file:
            file.write(b"a")
            assert still_being_written((finished, unfinished), settle_seconds=0) == [unfinished]
        assert still_being_written((finished, unfinished), settle_seconds=0) == []

    def test_a_file_that_is_open_for_reading_is_not(self, tmp_path: Path):
        path = UPath(tmp_path / "spend.csv")
        path.write_bytes(b"a")
        with Path(path).open("rb"):
            assert still_being_written((path,), settle_seconds=0) == []

    def test_a_file_that_grows_while_it_is_watched_is(self, tmp_path: Path):
        """As over a network share: nobody on this machine has it open, but it changes."""
        path = UPath(tmp_path / "spend.csv")
        path.write_bytes(b"")
        stop = threading.Event()

        def grow() -> None:
            # Replaced, not appended to: at no moment is the file itself open for writing.
            size = 0
            while not stop.is_set():
                size += 1
                (tmp_path / "draft").write_bytes(b"a" * size)
                (tmp_path / "draft").replace(Path(path))

        writer = threading.Thread(target=grow)
        writer.start()
        try:
            assert still_being_written((path,), settle_seconds=0.2) == [path]
        finally:
            stop.set()
            writer.join()

    def test_an_old_file_is_not_and_nobody_waits_for_it(self, tmp_path: Path):
        path = UPath(tmp_path / "spend.csv")
        path.write_bytes(b"a")
        os.utime(path, (LONG_AGO, LONG_AGO))
        started = time.monotonic()
        assert still_being_written((path,), settle_seconds=30) == []
        assert time.monotonic() - started < 10


def test_a_landing_zone_that_does_not_exist_is_named_and_an_empty_one_is_fine(tmp_path: Path):
    require_landing_zone(Settings(landing_zone=str(tmp_path)))
    with pytest.raises(ClubError, match="nowhere does not exist"):
        require_landing_zone(Settings(landing_zone=str(tmp_path / "nowhere")))


def test_a_folder_whose_name_is_not_utf_8_is_told_in_letters_and_holds_up_nobody(settings: Settings):
    put(settings, "dudley/pss_ex1/2006-07/a.csv")
    odd = os.fsencode(settings.landing) + b"/Mal\xe9/pss_ex1/2006-07\xff"
    os.makedirs(odd)  # noqa: PTH103 -- a path of bytes
    with open(odd + b"/\xe9.csv", "wb") as file:  # noqa: PTH123 -- a path of bytes
        file.write(b"a,b\n")
    assert senders(settings, PSS_EX1) == ["Mal\\xe9", "dudley"]
    (delivery,) = deliveries(settings, PSS_EX1, "Mal\\xe9")
    assert delivery.period_code == "2006-07\\xff"
    assert [delivery.name_of(path) for path in delivery.files] == ["\\xe9.csv"]


def test_a_collection_whose_name_is_not_utf_8_is_opened_under_its_name_in_letters(settings: Settings):
    put(settings, "england/pss_ex1/2006-07/spend/Dudley.csv")
    odd = os.fsencode(settings.landing) + b"/england/pss_ex1/2007-08\xff"
    os.makedirs(odd)  # noqa: PTH103 -- a path of bytes
    with open(odd + b"/Dudley.csv", "wb") as file:  # noqa: PTH123 -- a path of bytes
        file.write(b"a,b\n")
    assert collections(settings, PSS_EX1) == ["england/2006-07", "england/2007-08\\xff"]
    assert [path.name for path in open_collection(settings, PSS_EX1, "england/2007-08\\xff").files] == [
        "Dudley.csv"
    ]


def test_a_link_out_of_a_senders_folder_is_not_read_and_the_sender_is_told(settings: Settings, tmp_path: Path):
    """To a file or a folder of another authority; links within the folder, and of the operator, are followed."""
    put(settings, "walsall/pss_ex1/2006-07/spend.csv", "dudley/spare/spend.csv")
    landing = Path(settings.landing)
    (tmp_path / "sftp" / "pss_ex1").mkdir(parents=True)
    (landing / "sandwell").symlink_to(tmp_path / "sftp")
    put(settings, "sandwell/pss_ex1/2006-07/spend.csv", "dudley/pss_ex1/2006-07/activity.csv")
    (landing / "dudley/pss_ex1/2006-07/spend.csv").symlink_to(landing / "walsall/pss_ex1/2006-07/spend.csv")
    (landing / "dudley/pss_ex1/2007-08").symlink_to(landing / "walsall/pss_ex1/2006-07")
    (landing / "dudley/pss_ex1/2005-06").symlink_to(landing / "dudley/spare")
    taken = {
        (sender, delivery.period_code): take_bytes(delivery, settings)
        for sender in ("dudley", "sandwell", "walsall")
        for delivery in deliveries(settings, PSS_EX1, sender)
    }
    refused = {key: [finding.message for finding in intake.findings] for key, intake in taken.items()}
    sentence = (
        "spend.csv is a link to a place outside of the sender's own folder; it was not read. "
        "Put the file itself into the folder."
    )
    assert refused == {
        ("dudley", "2005-06"): [], ("dudley", "2006-07"): [sentence], ("dudley", "2007-08"): [sentence],
        ("sandwell", "2006-07"): [], ("walsall", "2006-07"): [],
    }  # fmt: skip
    of_2006 = {file.file_name: file.sha256 is None for file in taken["dudley", "2006-07"].files}
    assert of_2006 == {"activity.csv": False, "spend.csv": True}
