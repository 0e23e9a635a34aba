"""A council checks its returns on its own machine: no child leaves it, and figures are those of the other road."""

import csv
import json
import shutil
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from ingestion.collect.package_file import FINDINGS, MANIFEST
from ingestion.collect.run import collect
from ingestion.collect.waiting import returns_waiting, waiting_packages
from ingestion.errors import ClubError
from ingestion.model.build import build_marts
from ingestion.operation.council.centre import Centre
from ingestion.operation.council.work import Work, work_at_council
from ingestion.settings import Settings
from ingestion.warehouse.connection import Role, connect
from ingestion.warehouse.councils import joined_councils, leave
from samples.ssda903 import write_child_samples
from tests.conftest import empty_warehouse, run_road
from tests.support.checksums import checksums
from tests.support.gates import member, serving
from tests.support.returns import sample_return
from tests.support.warehouses import settings_in

COUNCIL = "walsall"
YEARS = ("2023-24", "2024-25")
# What a council sends says where it was checked; the raw rows, and the archive of the files, stay there.
COMPARED = ("pseudonymised", "marts", "sharing", "intermediate")


@dataclass(frozen=True)
class Road:
    """What came of one road."""

    tables: dict[str, str | None]
    findings: list[tuple[object, ...]]
    states: list[tuple[object, ...]]


def what_came(settings: Settings) -> Road:
    build_marts(settings)
    with connect(settings, Role.LOADER) as connection:
        findings = connection.execute(
            """
            select
                submission.period_code, files.file_name, rule_code, severity, needs_sign_off, finding.table_name,
                line_number, column_number, column_name, value, message, heading, could_not_run, cause_number
            from ledger.finding
            inner join ledger.submission on finding.submission_id = submission.submission_id
            left join ledger.submission_file as files on finding.file_id = files.file_id
            order by finding::text collate "C"
            """
        ).fetchall()
        states = connection.execute(
            "select period_code, version, fingerprint, state, is_in_force from ledger.submission order by 1, 2"
        ).fetchall()
    left_out = ("marts.build", "marts.load_status")
    tables = {name: held for name, held in checksums(settings, *COMPARED).items() if name not in left_out}
    return Road(tables, sorted(findings, key=repr), states)


@pytest.fixture(scope="module")
def landing(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Walsall's returns about children of two years; in the second, a child's sex is wrong."""
    folder = tmp_path_factory.mktemp("walsall") / "landing"
    write_child_samples(folder, periods=YEARS, children=25, authorities=(COUNCIL,))
    header = folder / COUNCIL / "ssda903" / YEARS[1] / "header.csv"
    headings, first, *others = header.read_text(encoding="utf-8-sig").splitlines()
    wrong = first.split(",")
    wrong[headings.split(",").index("SEX")] = "9"
    header.write_text("\n".join([headings, ",".join(wrong), *others]) + "\n", encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def central(prepared_home: Path, landing: Path) -> Road:
    """What comes of them where everything is sent as it is."""
    settings = empty_warehouse(settings_in(prepared_home, landing))
    run_road(settings, "ssda903")
    return what_came(settings)


@dataclass(frozen=True)
class Both:
    """The club, whose landing zone holds nothing of Walsall's, and Walsall's own machine."""

    club: Settings
    at_council: Work


@pytest.fixture
def both(prepared_home: Path, landing: Path, tmp_path: Path) -> Iterator[Both]:
    own = tmp_path / "own-landing"
    shutil.copytree(landing, own)
    nothing = tmp_path / "landing"
    nothing.mkdir()
    club = empty_warehouse(settings_in(prepared_home, nothing))
    shutil.rmtree(club.packages, ignore_errors=True)
    with serving(club) as address:
        membership = member(club, COUNCIL, address)
        centre = Centre(membership)
        centre.join()
        council = settings_in(tmp_path / "council", own)
        yield Both(club, Work(council, COUNCIL, centre, membership.pseudonym_key))


def identities(landing: Path) -> set[str]:
    """Every child's number, birth, pupil number and postcode in the files, as text that could be found again."""
    found: set[str] = set()
    for path in landing.rglob("*.csv"):
        with path.open(encoding="utf-8-sig", newline="") as file:
            for row in csv.DictReader(file):
                for heading in ("CHILD", "DOB", "UPN", "HOME_POST", "PL_POST"):
                    found |= {row[heading]} if len(row.get(heading) or "") > 3 else set()
    return found


def test_marts_findings_and_states_are_those_of_the_other_road(central: Road, both: Both):
    assert work_at_council(both.at_council) == {"ssda903": len(YEARS)}
    assert returns_waiting(both.club) == ["ssda903"]
    run_road(both.club, "ssda903")

    came = what_came(both.club)
    assert came.states == central.states
    assert came.findings == central.findings
    assert "101" in {finding[2] for finding in came.findings}
    assert {name: held for name, held in came.tables.items() if held != central.tables[name]} == {}
    assert came.tables["pseudonymised.ssda903_episodes"] is not None

    with connect(both.club, Role.LOADER) as connection:
        assert connection.execute("select count(*) from raw.ssda903_header").fetchone() == (0,)
        assert connection.execute("select count(*) from ledger.checked_at_council").fetchone() == (len(YEARS),)
    assert returns_waiting(both.club) == []
    assert work_at_council(both.at_council) == {}  # everything is known


def packed(path: Path) -> dict[str, str]:
    """The parts of a package by their names, as text."""
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name).decode() for name in archive.namelist()}


def sent(both: Both) -> list[Path]:
    work_at_council(both.at_council)
    return waiting_packages(both.club, "ssda903", COUNCIL)


def rewritten(path: Path, **parts: str) -> None:
    """Put other parts into a package, as somebody could who has a council's secret and not its worker."""
    held = packed(path) | parts
    with zipfile.ZipFile(path, "w") as archive:
        for name, text in held.items():
            archive.writestr(name, text)


def quote_a_child_as_heading(both: Both) -> None:
    """Let a finding of the intake quote a child's number: a column too many is named after one."""
    header = Path(both.at_council.settings.landing) / COUNCIL / "ssda903" / YEARS[1] / "header.csv"
    headings, first, *others = header.read_text(encoding="utf-8").splitlines()
    child = first.split(",")[0]
    header.write_text("\n".join([f"{headings},{child}", *(f"{row}," for row in (first, *others))]) + "\n")


def test_no_child_is_in_a_package_and_the_report_with_them_stays_at_the_council(both: Both, landing: Path):
    planted = identities(landing)
    assert len(planted) > 100
    quote_a_child_as_heading(both)
    packages = sent(both)
    assert len(packages) == len(YEARS)
    for path in packages:
        for name, text in packed(path).items():
            assert [value for value in planted if value in text] == [], name
        assert path.stat().st_mode & 0o077 == 0
    assert "structure.extra_columns" in packed(packages[1])[FINDINGS]
    reports = [path.read_text() for path in both.at_council.settings.outbox.rglob("*.html")]
    assert any(value in text for text in reports for value in planted)
    assert not any("ssda903" in str(path) for path in both.club.archive.rglob("*"))


def test_a_value_in_the_clear_a_strangers_package_and_other_rules_are_refused(both: Both):
    first, second = sent(both)
    manifest = json.loads(packed(first)[MANIFEST])
    header = packed(first)["ssda903_header"]
    rewritten(first, ssda903_header=header.replace(header.split("\t")[2], "12345", 1))

    with pytest.raises(ClubError, match="child_id is in the clear"):
        collect(both.club, "ssda903", COUNCIL)

    with connect(both.club, Role.LOADER) as connection:  # the other one was taken in
        assert connection.execute("select count(*) from ledger.submission").fetchone() == (1,)
    assert first.with_suffix(".refused").exists()
    assert not second.exists()

    wrong = both.at_council.settings.state_folder / "wrong.zip"
    for change, sentence in (
        ({"sender": "dudley"}, "walsall may send its own alone"),
        ({"rules_digest": "0" * 64}, "checked by other rules"),
        ({"period_code": "1066-67"}, "no form of ssda903"),
    ):
        shutil.copy(first.with_suffix(".refused"), wrong)
        rewritten(wrong, **{MANIFEST: json.dumps(manifest | change)})
        with pytest.raises(ClubError, match=sentence):
            both.at_council.centre.send(wrong)


def test_rows_of_another_authority_cannot_be_brought_along(both: Both):
    for path in sent(both):
        assert "authority_code" not in packed(path)[MANIFEST]
    collect(both.club, "ssda903", COUNCIL)
    with connect(both.club, Role.LOADER) as connection:
        owners = connection.execute("select distinct authority_code from pseudonymised.ssda903_header").fetchall()
    assert owners == [(COUNCIL,)]


def test_a_form_is_sent_as_it_is_and_checked_here(both: Both):
    sample_return(COUNCIL, "2006-07").deliver(both.at_council.settings)
    shutil.rmtree(Path(both.at_council.settings.landing) / COUNCIL / "ssda903")

    assert work_at_council(both.at_council) == {"pss_ex1": 1}
    run_road(both.club)

    with connect(both.club, Role.LOADER) as connection:
        row = connection.execute("select sender, state, checked_at is not null from ledger.submission").fetchone()
        places = connection.execute("select distinct landing_path from ledger.submission_file").fetchall()
    assert row == (COUNCIL, "accepted", True)
    assert all(place.startswith(f"{COUNCIL}/pss_ex1/2006-07/") for (place,) in places)
    assert work_at_council(both.at_council) == {}


def test_after_leaving_nothing_is_taken_any_more(both: Both):
    leave(both.club, COUNCIL)
    assert joined_councils(both.club) == []
    with pytest.raises(ClubError, match="has no invitation"):
        work_at_council(both.at_council)
