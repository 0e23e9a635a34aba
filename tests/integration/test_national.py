"""National collections: to each council its own tables, and never two returns for one."""

import csv
import io
import shutil
from collections import Counter
from pathlib import Path

import openpyxl
import psycopg
import pytest

from ingestion.collect.landing import collections, senders
from ingestion.collect.run import Collected, collect, collect_national
from ingestion.returns.catalogue import find_return
from ingestion.settings import Settings
from samples import write_national_samples
from tests.conftest import DATA_TABLES, run_road
from tests.support.returns import SampleReturn, sample_return

PERIOD = "2006-07"
COUNCILS = ("barnet", "birmingham", "camden", "dudley", "kent", "medway", "telford-and-wrekin")
GROUPS = (
    "england", "inner-london", "metropolitan-districts", "outer-london", "shire-counties", "unitary-authorities",
)  # fmt: skip
PSS_EX1 = find_return("pss_ex1")


@pytest.fixture
def england(settings: Settings) -> Path:
    """The folder of a national collection of one year."""
    write_national_samples(Path(settings.landing), periods=(PERIOD,), councils=COUNCILS)
    return Path(settings.landing) / "england" / "pss_ex1" / PERIOD


def take_england(settings: Settings, place: str = f"england/{PERIOD}") -> dict[str, Collected]:
    return {result.sender: result for result in collect_national(settings, "pss_ex1", place)}


def own_return(england: Path, authority: str) -> SampleReturn:
    """What a council would have delivered itself: the very files of the collection under other names."""
    files = {
        f"{table}.csv": next((england / table).glob(f"*{authority.title()}*")).read_bytes()
        for table in ("activity", "spend")
    }
    return SampleReturn(authority, PERIOD, files)


def findings(loader: psycopg.Connection) -> list[tuple[str, str, int, str, str]]:
    return loader.execute(
        """
        select sender, period_code, version, rule_code, message
        from ledger.finding inner join ledger.submission using (submission_id)
        order by sender, version, finding_id
        """
    ).fetchall()


def counts(loader: psycopg.Connection) -> dict[str, int]:
    return {table: loader.execute(f"select count(*) from {table}").fetchone()[0] for table in DATA_TABLES}


def raw_cells(loader: psycopg.Connection, sender: str, return_code: str = "pss_ex1") -> Counter[tuple]:
    rows = loader.execute(
        """
        select table_name, line_number, column_number, value
        from raw.pss_ex1_cells
        inner join ledger.submission_file using (submission_id, file_id)
        inner join ledger.submission using (submission_id)
        where sender = %s and return_code = %s
        """,
        [sender, return_code],
    ).fetchall()
    return Counter(rows)


def cells_of(england: Path, stem: str) -> Counter[tuple]:
    return Counter(
        (table, line, column, cell)
        for table in ("activity", "spend")
        for line, row in enumerate(csv.reader(io.StringIO((england / table / f"{stem}.csv").read_text())), 1)
        for column, cell in enumerate(row, 1)
        if cell != ""
    )


def spend_figures(loader: psycopg.Connection) -> dict[tuple, float | None]:
    """Every money cell of the latest versions; a spreadsheet keeps the last binary digits, the CSV does not."""
    rows = loader.execute(
        """
        with latest as (
            select distinct on (sender, return_code) submission_id
            from ledger.submission order by sender, return_code, version desc
        )
        select base.return_code, base.sender, base.line_code, base.amount_code, round(base.amount, 6)
        from staging.base_pss_ex1__spend as base inner join latest using (submission_id)
        """
    ).fetchall()
    return {tuple(key): amount for *key, amount in rows}


def bind(england: Path) -> None:
    """The same collection with one workbook in the place of each subfolder."""
    for table in ("activity", "spend"):
        book = openpyxl.Workbook()
        book.remove(book.active)
        for path in sorted((england / table).iterdir()):
            if path.name != "sheet_names.csv":
                sheet = book.create_sheet(path.stem)
                for row in csv.reader(io.StringIO(path.read_text())):
                    sheet.append([float(cell) if cell.lstrip("-").isdigit() else cell or None for cell in row])
            path.unlink()
        book.save(england / f"{table}.xlsx")
        (england / table).rmdir()


class TestEachCouncilItsOwn:
    def test_councils_and_totals_are_submissions_of_their_own(
        self, settings: Settings, loader: psycopg.Connection, england: Path
    ):
        assert senders(settings, PSS_EX1) == []
        assert collections(settings, PSS_EX1) == [f"england/{PERIOD}"]
        take_england(settings)
        rows = loader.execute(
            "select return_code, sender, version, collection from ledger.submission order by 1, 2"
        ).fetchall()
        assert rows == [
            *(("pss_ex1", council, 1, "england") for council in COUNCILS),
            *(("pss_ex1_totals", group, 1, "england") for group in GROUPS),
        ]
        assert findings(loader) == []
        assert raw_cells(loader, "medway") == cells_of(england, "Medway UA")
        assert raw_cells(loader, "kent") == cells_of(england, "Kent")
        assert raw_cells(loader, "england", "pss_ex1_totals") == cells_of(england, "TOTAL England")
        assert loader.execute(
            "select table_name, file_name from ledger.submission_file inner join ledger.submission "
            "using (submission_id) where sender = 'medway' order by 1"
        ).fetchall() == [("activity", "activity/Medway UA.csv"), ("spend", "spend/Medway UA.csv")]

    def test_the_same_collection_again_changes_nothing(
        self, settings: Settings, loader: psycopg.Connection, england: Path
    ):
        take_england(settings)
        before = counts(loader)
        assert not any(result.is_new for result in take_england(settings).values())
        assert counts(loader) == before

    def test_one_changed_sheet_is_a_new_version_of_one_council(
        self, settings: Settings, loader: psycopg.Connection, england: Path
    ):
        take_england(settings)
        sheet = england / "spend" / "Kent.csv"
        sheet.write_text(sheet.read_text() + sheet.read_text().splitlines()[-1] + "\n")
        changed = {sender: result.version for sender, result in take_england(settings).items() if result.is_new}
        assert changed == {"kent": 2}

    def test_the_place_of_a_publisher_is_as_good(
        self, settings: Settings, loader: psycopg.Connection, england: Path
    ):
        folder = Path(settings.landing) / "_published" / "nhs-ic" / "pss_ex1"
        folder.mkdir(parents=True)
        england.rename(folder / PERIOD)
        assert collections(settings, PSS_EX1) == [f"_published/nhs-ic/{PERIOD}"]
        taken = take_england(settings, f"_published/nhs-ic/{PERIOD}")
        assert {*COUNCILS, *GROUPS} == set(taken)
        assert findings(loader) == []

    def test_other_folders_of_the_landing_zone_are_nobodys(self, settings: Settings, england: Path):
        for place in ("workbooks/x.xls", "england/other/2006-07/x.csv", "dfe/x.csv", "england/pss_ex1/README.md"):
            path = Path(settings.landing) / place
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(b"x")
        assert senders(settings, PSS_EX1) == []
        assert collections(settings, PSS_EX1) == [f"england/{PERIOD}"]

    def test_the_control_totals_are_the_sums_of_the_councils_and_stay_out_of_staging(
        self, settings: Settings, loader: psycopg.Connection
    ):
        write_national_samples(Path(settings.landing), periods=(PERIOD, "2007-08"), councils=COUNCILS[:5])
        run_road(settings)
        run_road(settings, "pss_ex1_totals")
        for view, item, figure in (("spend", "line_code || amount_code", "amount"),
                                   ("activity", "item_code", "quantity")):  # fmt: skip
            sums = loader.execute(
                f"""
                select
                    period_code, {item},
                    sum({figure}) filter (where return_code = 'pss_ex1') as councils,
                    sum({figure}) filter (where sender = 'england') as total,
                    sum({figure}) filter (where return_code = 'pss_ex1_totals' and sender <> 'england') as groups
                from staging.base_pss_ex1__{view}
                where {item} is not null
                group by 1, 2
                """
            ).fetchall()
            assert len({period for period, *_ in sums}) == 2
            assert len(sums) > 150
            assert [row for row in sums if not row[2] == row[3] == row[4]] == []
        assert loader.execute(
            "select count(*) from staging.base_pss_ex1__spend where (authority_code is null) <> "
            "(return_code = 'pss_ex1_totals')"
        ).fetchone() == (0,)


class TestWorkbooks:
    def test_each_sheet_is_its_councils(self, settings: Settings, loader: psycopg.Connection, england: Path):
        stems = {"Medway UA": "medway", "Kent": "kent"}
        expected = {stem: cells_of(england, stem) for stem in (*stems, "TOTAL Shire Counties")}
        bind(england)
        assert set(take_england(settings)) == {*COUNCILS, *GROUPS}
        assert findings(loader) == []
        for stem, sender in stems.items():
            assert raw_cells(loader, sender) == expected[stem]
        assert raw_cells(loader, "shire-counties", "pss_ex1_totals") == expected["TOTAL Shire Counties"]
        assert loader.execute(
            "select file_name, sheet_name from ledger.submission_file inner join ledger.submission "
            "using (submission_id) where sender = 'medway' order by 1"
        ).fetchall() == [("activity.xlsx", "Medway UA"), ("spend.xlsx", "Medway UA")]

    def test_a_changed_sheet_is_a_new_version_of_its_council_alone(
        self, settings: Settings, loader: psycopg.Connection, england: Path
    ):
        bind(england)
        take_england(settings)
        book = openpyxl.load_workbook(england / "spend.xlsx")
        book["Kent"].append(["a note"])
        book.save(england / "spend.xlsx")
        assert {sender for sender, result in take_england(settings).items() if result.is_new} == {"kent"}

    def test_a_workbook_that_cannot_be_read_is_refused_in_the_collections_name(
        self, settings: Settings, loader: psycopg.Connection, england: Path
    ):
        bind(england)
        (england / "spend.xlsx").write_bytes((england / "spend.xlsx").read_bytes()[:3000])
        taken = take_england(settings)
        ((sender, _, _, rule, message),) = findings(loader)
        assert (sender, rule) == ("england", "intake.unreadable_workbook")
        assert message.startswith("spend.xlsx could not be opened")
        assert taken["kent"].refusals == 0, "its activity is there; the missing spend is for the checks to say"
        assert not any(result.is_new for result in take_england(settings).values())

    def test_a_table_as_workbook_and_as_folder_is_twice(
        self, settings: Settings, loader: psycopg.Connection, england: Path
    ):
        content = {path.name: path.read_bytes() for path in (england / "spend").iterdir()}
        bind(england)
        (england / "spend").mkdir()
        (england / "spend" / "Kent.csv").write_bytes(content["Kent.csv"])
        take_england(settings)
        ((sender, _, _, rule, message),) = findings(loader)
        assert (sender, rule) == ("kent", "intake.table_twice")
        assert "spend/Kent.csv" in message and "spend.xlsx, sheet Kent" in message


class TestWhatAnAuthorityDeliversItself:
    def test_a_copy_with_the_same_bytes_is_known(
        self, settings: Settings, loader: psycopg.Connection, england: Path
    ):
        own_return(england, "dudley").deliver(settings)
        (own,) = collect(settings, "pss_ex1", "dudley")
        taken = take_england(settings)
        assert not taken["dudley"].is_new and taken["dudley"].submission_id == own.submission_id
        assert taken["kent"].is_new
        assert findings(loader) == []

    def test_a_differing_copy_is_no_version_and_its_council_is_not_told(
        self, settings: Settings, loader: psycopg.Connection, england: Path
    ):
        own_return(england, "dudley").with_cell("activity.csv", (3, 6), "a note").deliver(settings)
        run_road(settings)
        assert findings(loader) == []
        assert loader.execute(
            "select version, is_in_force, state, sum(cell_count) > 0 from ledger.submission "
            "inner join ledger.submission_file using (submission_id) where sender = 'dudley' "
            "group by submission.submission_id order by version"
        ).fetchall() == [(1, True, "accepted", True)]

        before = counts(loader)
        run_road(settings)
        assert counts(loader) == before

    def test_what_comes_after_a_copy_is_the_next_version(
        self, settings: Settings, loader: psycopg.Connection, england: Path
    ):
        run_road(settings)
        own_return(england, "dudley").with_cell("activity.csv", (3, 6), "sent late").deliver(settings)
        run_road(settings)
        versions = (
            "select version, collection, is_in_force from ledger.submission where sender = 'dudley' order by 1"
        )
        assert loader.execute(versions).fetchall() == [(1, "england", False), (2, None, True)]
        before = counts(loader)
        run_road(settings)
        assert counts(loader) == before
        # Nor is what the collection says from then on.
        (england / "spend" / "Dudley.csv").write_bytes((england / "spend" / "Kent.csv").read_bytes())
        run_road(settings)
        assert loader.execute(versions).fetchall() == [(1, "england", False), (2, None, True)]

    def test_two_folders_of_one_authority_are_refused_and_never_added_up(
        self, settings: Settings, loader: psycopg.Connection
    ):
        sent = sample_return("telford-and-wrekin", PERIOD)
        landing = Path(settings.landing)
        for folder in ("telford-and-wrekin", "telford-and-the-wrekin"):
            sent.deliver_to(landing / folder / "pss_ex1" / PERIOD)
        sample_return("telford-and-wrekin", "2005-06").deliver_to(landing / "the-wrekin" / "pss_ex1" / "2005-06")
        assert senders(settings, PSS_EX1) == ["telford-and-wrekin"]
        earlier, doubled = collect(settings, "pss_ex1", "telford-and-wrekin")
        assert (earlier.period_code, earlier.refusals) == ("2005-06", 0)
        assert (doubled.period_code, doubled.refusals) == (PERIOD, 1)
        ((_, _, _, rule, message),) = findings(loader)
        assert rule == "intake.two_folders"
        assert f"telford-and-the-wrekin/pss_ex1/{PERIOD}, telford-and-wrekin/pss_ex1/{PERIOD}" in message
        assert loader.execute("select distinct submission_id from raw.pss_ex1_cells").fetchall() == [
            (earlier.submission_id,)
        ]
        assert not any(result.is_new for result in collect(settings, "pss_ex1", "telford-and-wrekin"))


class TestWhatIsWrongHoldsUpNobodyElse:
    def rest_is_there(self, loader: psycopg.Connection, *but: str) -> None:
        landed = loader.execute(
            "select sender from ledger.submission inner join ledger.submission_file using (submission_id) "
            "where return_code = 'pss_ex1' group by sender having sum(cell_count) > 0 order by sender"
        ).fetchall()
        assert [sender for (sender,) in landed] == [council for council in COUNCILS if council not in but]

    def test_two_files_of_one_council(self, settings: Settings, loader: psycopg.Connection, england: Path):
        sheet = england / "spend" / "Medway UA.csv"
        sheet.with_name("Medway Towns UA.csv").write_bytes(sheet.read_bytes())
        take_england(settings)
        ((sender, _, _, rule, message),) = findings(loader)
        assert (sender, rule) == ("medway", "intake.table_twice")
        assert "spend/Medway UA.csv" in message and "spend/Medway Towns UA.csv" in message
        self.rest_is_there(loader, "medway")

    def test_the_same_table_in_both_folders(self, settings: Settings, loader: psycopg.Connection, england: Path):
        (england / "activity" / "Kent.csv").write_bytes((england / "spend" / "Kent.csv").read_bytes())
        take_england(settings)
        ((sender, _, _, rule, message),) = findings(loader)
        assert (sender, rule) == ("kent", "intake.table_twice")
        assert "activity/Kent.csv" in message and "spend/Kent.csv" in message
        self.rest_is_there(loader, "kent")

    def test_a_name_that_is_nobodys(self, settings: Settings, loader: psycopg.Connection, england: Path):
        for table in ("activity", "spend"):
            (england / table / "Dudley.csv").rename(england / table / "Dudlay.csv")
        (england / "spend" / "TOTAL Wales.csv").write_bytes((england / "spend" / "Kent.csv").read_bytes())
        (england / "spend" / "..csv").write_bytes(b"x")
        take_england(settings)
        found = {sender: (rule, message) for sender, _, _, rule, message in findings(loader)}
        assert set(found) == {"dudlay", "total-wales"}
        rule, message = found["dudlay"]
        assert rule == "intake.unknown_council"
        assert message.startswith(f"'Dudlay' in the national collection england/pss_ex1/{PERIOD} is not")
        assert "nearest known one is 'dudley'" in message
        self.rest_is_there(loader, "dudley")

    def test_a_number_that_is_another_councils(
        self, settings: Settings, loader: psycopg.Connection, england: Path
    ):
        (england / "spend" / "Kent.csv").rename(england / "spend" / "821-Kent.csv")
        take_england(settings)
        assert [(sender, rule) for sender, _, _, rule, _ in findings(loader)] == [
            ("821-kent", "intake.unknown_council")
        ]

    def test_a_year_without_a_layout(self, settings: Settings, loader: psycopg.Connection, england: Path):
        england.rename(england.with_name("2009-10"))
        assert set(take_england(settings, "england/2009-10")) == {"england"}
        ((sender, period, _, rule, message),) = findings(loader)
        assert (sender, period, rule) == ("england", "2009-10", "intake.unknown_period")
        assert "'2009-10' is not a year" in message
        assert not take_england(settings, "england/2009-10")["england"].is_new

    def test_an_empty_file(self, settings: Settings, loader: psycopg.Connection, england: Path):
        (england / "spend" / "Kent.csv").write_bytes(b"")
        take_england(settings)
        ((sender, _, _, rule, message),) = findings(loader)
        assert (sender, rule) == ("kent", "intake.empty_file")
        assert message.startswith("spend/Kent.csv is empty")
        self.rest_is_there(loader, "kent")

    def test_a_file_that_is_still_being_written(
        self, settings: Settings, loader: psycopg.Connection, england: Path
    ):
        with (england / "spend" / "Kent.csv").open("ab"):
            take_england(settings)
        ((sender, _, _, rule, _),) = findings(loader)
        assert (sender, rule) == ("kent", "intake.still_being_written")
        self.rest_is_there(loader, "kent")
        assert {sender for sender, result in take_england(settings).items() if result.is_new} == {"kent"}
        self.rest_is_there(loader)

    def test_two_collections_that_differ(self, settings: Settings, loader: psycopg.Connection, england: Path):
        other = Path(settings.landing) / "_published" / "nhs-ic" / "pss_ex1" / PERIOD / "spend"
        other.mkdir(parents=True)
        (other / "Kent.csv").write_bytes((england / "spend" / "Kent.csv").read_bytes())
        take_england(settings)
        taken = take_england(settings, f"_published/nhs-ic/{PERIOD}")
        ((sender, _, version, rule, message),) = findings(loader)
        assert (sender, version, rule) == ("kent", 2, "intake.duplicate_council")
        assert "collection _published/nhs-ic" in message and "with the collection england" in message
        assert taken["kent"].is_new
        before = counts(loader)
        take_england(settings)
        take_england(settings, f"_published/nhs-ic/{PERIOD}")
        assert counts(loader) == before

        # What was refused as a copy stands in nobody's way: the collection that counts may change its mind.
        (england / "spend" / "Kent.csv").write_bytes((england / "spend" / "Dudley.csv").read_bytes())
        changed = take_england(settings)["kent"]
        assert (changed.version, changed.is_new, changed.refusals) == (3, True, 0)


class TestTheRealReturnsOfEngland:
    """Measured on the published returns; skipped where they are not on the machine."""

    @pytest.fixture
    def landed(self, settings: Settings, shared_data: Path) -> Settings:
        return settings.model_copy(update={"landing_zone": str(shared_data)})

    def test_every_council_of_every_year_is_registered_and_landed(
        self, landed: Settings, loader: psycopg.Connection, shared_data: Path
    ):
        assert senders(landed, PSS_EX1) == []
        for place in collections(landed, PSS_EX1):
            take_england(landed, place)
        assert findings(loader) == []
        assert loader.execute(
            "select return_code, count(distinct sender), count(distinct period_code), count(*) "
            "from ledger.submission group by 1 order by 1"
        ).fetchall() == [("pss_ex1", 150, 8, 1200), ("pss_ex1_totals", 6, 8, 48)]
        files = [
            path
            for path in (shared_data / "england" / "pss_ex1").glob("*/*/*.csv")
            if path.name != "sheet_names.csv"
        ]
        assert len(files) == 2496
        filled = sum(
            cell != ""
            for path in files
            for row in csv.reader(io.StringIO(path.read_bytes().decode("utf-8-sig"), newline=""))
            for cell in row
        )
        assert loader.execute(
            "select count(*), (select sum(cell_count) from ledger.submission_file) from raw.pss_ex1_cells"
        ).fetchone() == (filled, filled)
        # Laid out by the crosswalk in seconds; with a plan gone wrong it takes many minutes.
        loader.execute("analyze raw.pss_ex1_cells, ledger.submission, ledger.submission_file")
        loader.execute("set statement_timeout = '120s'")
        for table, least in (("spend", 1_600_000), ("activity", 150_000)):
            count = loader.execute(
                f"select count(raw_value) from staging.base_pss_ex1__{table} where submission_id = any(%s)",
                [list(range(1, 1300))],
            ).fetchone()
            assert count is not None and count[0] > least

    def test_the_original_workbooks_give_the_same_figures(
        self, settings: Settings, loader: psycopg.Connection, shared_data: Path
    ):
        folder = Path(settings.landing) / "england" / "pss_ex1" / "2004-05"
        folder.mkdir(parents=True)
        for path in (shared_data / "workbooks").glob("*.xls"):
            shutil.copy(path, folder)
        taken = take_england(settings, "england/2004-05")
        assert findings(loader) == []
        assert len(taken) == 156
        from_workbook = spend_figures(loader)
        take_england(settings.model_copy(update={"landing_zone": str(shared_data)}), "england/2004-05")
        from_csv = spend_figures(loader)
        assert len(from_workbook) > 150 * 1000
        assert from_workbook == from_csv
