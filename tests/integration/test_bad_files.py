"""The bad-file matrix: whatever one sender puts down, it is refused by name and holds up nobody else.

Every member first sends a good return for each of two years. Then every member sends one of the two again, each
with another fault, and all are collected in one run.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from ingestion.settings import Settings
from ingestion.warehouse.connection import Role, connect
from tests.conftest import empty_warehouse, run_road
from tests.support.returns import SampleReturn, as_csv, sample_return, zip_bomb

YEARS = ("2002-03", "2004-05")  # no sample of these carries a defect, and they are not neighbours
MEMBERS = (
    "birmingham", "coventry", "dudley", "herefordshire", "sandwell", "shropshire", "solihull", "staffordshire",
    "stoke-on-trent", "telford-and-wrekin", "walsall", "warwickshire", "wolverhampton", "worcestershire",
)  # fmt: skip
MAX_FILE_BYTES = 100_000
MAX_UNPACKED_BYTES = 1024 * 1024


def cut_within_a_row(sent: SampleReturn) -> SampleReturn:
    rows = sent.rows("spend.csv")
    return sent.with_file("spend.csv", as_csv([*rows[:60], rows[60][:5]]).rstrip(b"\n"))


def cut_within_the_last_cell_of_a_row(sent: SampleReturn) -> SampleReturn:
    content = as_csv(sent.rows("spend.csv")[:61]).rstrip(b"\n")
    return sent.with_file("spend.csv", content[:-1])


def cut_between_rows(sent: SampleReturn) -> SampleReturn:
    rows = sent.rows("activity.csv")
    return sent.with_file("activity.csv", as_csv(rows[: len(rows) // 2]))


def of_another_year(sent: SampleReturn) -> SampleReturn:
    return sent.with_file("spend.csv", sample_return(sent.authority, "2003-04").files["spend.csv"])


def of_another_council(sent: SampleReturn) -> SampleReturn:
    other = MEMBERS[MEMBERS.index(sent.authority) - 1]
    return sent.with_file("activity.csv", sample_return(other, sent.period).files["activity.csv"])


def in_utf_16(sent: SampleReturn) -> SampleReturn:
    return sent.with_file("spend.csv", sent.files["spend.csv"].decode().encode("utf-16"))


def in_latin_1(sent: SampleReturn) -> SampleReturn:
    marked = sent.with_cell("spend.csv", (3, 2), "Â cost").files["spend.csv"]
    return sent.with_file("spend.csv", marked.decode().encode("latin-1"))


def with_a_formula(sent: SampleReturn) -> SampleReturn:
    return sent.with_cell("spend.csv", sent.spend_cell("A1", "own_provision"), "=SUM(A1:A2)")


@dataclass(frozen=True)
class Fault:
    """What is done to a return, and the rule that must see it, in which file and line."""

    name: str
    change: Callable[[SampleReturn], SampleReturn]
    rule_code: str
    file_name: str | None
    line_number: int | None = None

    @property
    def is_seen_at_intake(self) -> bool:
        return self.rule_code.startswith("intake.")


FAULTS = (
    Fault("empty", lambda sent: sent.with_file("spend.csv", b""), "intake.empty_file", "spend.csv"),
    Fault("pdf", lambda sent: sent.with_file("spend.csv", b"%PDF-1.4\n%..."), "intake.not_a_table", "spend.csv"),
    Fault("cut within a row", cut_within_a_row, "intake.broken_csv", "spend.csv", 61),
    Fault("cut within a last cell", cut_within_the_last_cell_of_a_row, "pss_ex1.lines_missing", "spend.csv"),
    Fault("cut between rows", cut_between_rows, "pss_ex1.items_missing", "activity.csv"),
    Fault("of another year", of_another_year, "pss_ex1.other_year", "spend.csv", 1),
    Fault("of another council", of_another_council, "pss_ex1.other_authority", "activity.csv", 10),
    Fault("utf-16", in_utf_16, "intake.wrong_encoding", "spend.csv", 1),
    Fault("latin-1", in_latin_1, "intake.wrong_encoding", "spend.csv", 3),
    Fault("too large", lambda sent: sent.with_file("spend.csv", b"a,b\n" * MAX_FILE_BYTES),
          "intake.too_large", "spend.csv"),
    Fault("zip bomb", lambda sent: sent.without_file("spend.csv").with_file(
        "spend.xlsx", zip_bomb(8 * MAX_UNPACKED_BYTES)), "intake.unpacks_too_large", "spend.xlsx"),
    Fault("formula", with_a_formula, "pss_ex1.formula_cell", "spend.csv", 11),
    Fault("missing table", lambda sent: sent.without_file("activity.csv"), "pss_ex1.table_missing", None),
    Fault("table twice", lambda sent: sent.with_file("spend again.csv", sent.files["spend.csv"]),
          "intake.table_twice", "spend.csv"),
)  # fmt: skip
HURRIED = ("dudley", "2005-06")  # somebody is still writing to it when it is collected
UNKNOWN_SENDER, UNKNOWN_YEAR = ("dudly", "2002-03"), ("dudley", "2002")
OF_OTHER_TIMES = ("bournemouth-christchurch-and-poole", "2002-03")


@dataclass(frozen=True)
class Finding:
    """One finding as its reader sees it."""

    rule_code: str
    severity: str
    file_name: str | None
    line_number: int | None
    message: str


@dataclass(frozen=True)
class Version:
    """One version of a submission after a run."""

    state: str
    is_in_force: bool
    raw_cells: int
    findings: tuple[Finding, ...]


Ledger = dict[tuple[str, str], list[Version]]


@dataclass(frozen=True)
class Runs:
    """The ledger after the bad files were collected, and after one more run."""

    bad: Ledger
    after: Ledger


def place_of(number: int) -> tuple[str, str]:
    """Which member sends which fault for which year: in each year, every other member sends a good return."""
    return MEMBERS[number], YEARS[number % 2]


BAD_PLACES = [place_of(number) for number in range(len(FAULTS))]
each_fault = pytest.mark.parametrize(
    ("place", "fault"), list(zip(BAD_PLACES, FAULTS, strict=True)), ids=[fault.name for fault in FAULTS]
)


@pytest.fixture(scope="module")
def runs(prepared_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Runs:
    settings = empty_warehouse(
        Settings(
            home=prepared_home,
            landing_zone=str(tmp_path_factory.mktemp("landing")),
            warehouse_url=None,
            settle_seconds=0,
            max_file_bytes=MAX_FILE_BYTES,
            max_unpacked_bytes=MAX_UNPACKED_BYTES,
        )
    )
    for authority in MEMBERS:
        for period in YEARS:
            sample_return(authority, period).deliver(settings)
    run_road(settings)
    for (authority, period), fault in zip(BAD_PLACES, FAULTS, strict=True):
        fault.change(sample_return(authority, period)).deliver(settings)
    good = sample_return("dudley", "2002-03")
    for sender, period in (UNKNOWN_SENDER, UNKNOWN_YEAR, OF_OTHER_TIMES):
        good.deliver_to(Path(settings.landing) / sender / "pss_ex1" / period)
    hurried = sample_return(*HURRIED).deliver(settings) / "spend.csv"
    with hurried.open("ab"):
        run_road(settings)
    bad = read_ledger(settings)
    run_road(settings)
    return Runs(bad, read_ledger(settings))


def read_ledger(settings: Settings) -> Ledger:
    ledger: Ledger = {}
    with connect(settings, Role.LOADER) as connection:
        for number, sender, period, state, in_force, cells in connection.execute(
            """
            select submission_id, sender, period_code, state, is_in_force,
                (select count(*) from raw.pss_ex1_cells as cells where cells.submission_id = s.submission_id)
            from ledger.submission as s order by version
            """
        ).fetchall():
            findings = connection.execute(
                """
                select rule_code, severity, file_name, line_number, message
                from ledger.finding left join ledger.submission_file using (file_id)
                where finding.submission_id = %s order by finding_id
                """,
                [number],
            ).fetchall()
            version = Version(state, in_force, cells, tuple(Finding(*row) for row in findings))
            ledger.setdefault((sender, period), []).append(version)
    return ledger


@each_fault
def test_a_bad_file_is_rejected_by_the_rule_that_sees_it(runs: Runs, place: tuple[str, str], fault: Fault):
    _, sent = runs.bad[place]
    assert (sent.state, sent.is_in_force) == ("rejected", False)
    places = [
        (finding.file_name, finding.line_number)
        for finding in sent.findings
        if finding.rule_code == fault.rule_code
    ]
    assert places
    assert (fault.file_name, fault.line_number) in places


@each_fault
def test_the_last_good_submission_stays_in_force(runs: Runs, place: tuple[str, str], fault: Fault):
    good, _ = runs.bad[place]
    assert (good.state, good.is_in_force, good.findings) == ("accepted", True, ())
    assert good.raw_cells > 1000


@each_fault
def test_what_is_refused_at_intake_leaves_nothing_in_raw(runs: Runs, place: tuple[str, str], fault: Fault):
    _, sent = runs.bad[place]
    assert (sent.raw_cells == 0) == fault.is_seen_at_intake
    if fault.is_seen_at_intake:
        assert {finding.rule_code for finding in sent.findings} == {fault.rule_code}


def test_every_other_return_is_accepted_and_in_force(runs: Runs):
    others = {(authority, period) for authority in MEMBERS for period in YEARS} - set(BAD_PLACES)
    assert len(others) == len(MEMBERS)
    for place in others:
        (version,) = runs.bad[place]
        assert (version.state, version.is_in_force, version.findings) == ("accepted", True, ()), place


@pytest.mark.parametrize(
    ("place", "rule_code", "words"),
    [
        (UNKNOWN_SENDER, "intake.unknown_sender", ("'dudly'", "'dudley'")),
        (UNKNOWN_YEAR, "intake.unknown_period", ("'2002'", "2002-03")),
        (OF_OTHER_TIMES, "intake.council_of_other_times", ("no council of 2002-03", "from 2019-20 on")),
    ],
    ids=["authority", "year", "council of other times"],
)
def test_a_folder_that_is_no_authoritys_or_no_years_is_refused_by_its_name(
    runs: Runs, place: tuple[str, str], rule_code: str, words: tuple[str, ...]
):
    (sent,) = runs.bad[place]
    assert (sent.state, sent.is_in_force, sent.raw_cells) == ("rejected", False, 0)
    (finding,) = sent.findings
    assert (finding.rule_code, finding.file_name) == (rule_code, None)
    assert all(word in finding.message for word in words)


def test_what_is_still_being_written_is_left_alone_and_read_at_the_next_collection(runs: Runs):
    (unfinished,) = runs.bad[HURRIED]
    assert (unfinished.state, unfinished.is_in_force, unfinished.raw_cells) == ("rejected", False, 0)
    (finding,) = unfinished.findings
    assert (finding.rule_code, finding.file_name) == ("intake.still_being_written", "spend.csv")
    _, finished = runs.after[HURRIED]
    assert (finished.state, finished.is_in_force) == ("accepted", True)


def test_the_next_run_finds_nothing_else_new(runs: Runs):
    assert runs.after | {HURRIED: []} == runs.bad | {HURRIED: []}


def test_every_finding_is_a_sentence_that_names_its_file_and_line(runs: Runs):
    found = [finding for versions in runs.bad.values() for version in versions for finding in version.findings]
    assert len(found) > len(FAULTS)
    for finding in found:
        assert finding.message.endswith("."), finding
        assert ". " in finding.message, finding
        assert not any(trace in finding.message for trace in ("{", "}", "None", "Traceback", "Error")), finding
        assert finding.file_name is None or finding.file_name in finding.message, finding
        if finding.line_number:
            assert f"line {finding.line_number}" in finding.message, finding
