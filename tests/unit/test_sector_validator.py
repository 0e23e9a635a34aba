"""The comparison with the sector's validator: the returns it makes, and what it says about a difference."""

import csv
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks.sector_validator.compare import (
    ELSEWHERE,
    NO_ROW,
    SAME,
    Case,
    Comparison,
    Outcome,
    Reasons,
    page,
    read_reasons,
)
from benchmarks.sector_validator.reference import POSTCODE_FILE, PROVIDER_FILE, write_reference
from benchmarks.sector_validator.variations import (
    COLUMNS,
    NAMES,
    VARIATIONS,
    Row,
    Tables,
    parse,
    read_return,
    write_return,
    write_variations,
)
from benchmarks.sector_validator.xml_form import FLAGS, IN_HEADER, read_places, write_xml
from ingestion.check.suite import load_suite
from ingestion.collect.columns import HeadedTable, find_headers
from ingestion.readers.xml import read_xml
from ingestion.returns.catalogue import find_return
from samples.members import members
from samples.ssda903 import write_authority
from samples.ssda903.days import Year
from samples.ssda903.habits import Habit

PERIOD, BEFORE = "2026-27", "2025-26"
CHILDREN = {("header", 2): "A", ("header", 3): "B", ("episodes", 2): "A", ("episodes", 3): "A"}


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("source")
    (dudley,) = (member for member in members() if member.code == "dudley")
    write_authority(folder, dudley, [Year(2022)], habit=Habit(), children=60)
    return folder / "2022-23"


@pytest.fixture(scope="module")
def variations(source: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    written = write_variations(source, tmp_path_factory.mktemp("variations"), PERIOD)
    return {path.parent.name: path for path in written}


@pytest.fixture(scope="module")
def reference(source: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_reference(source, tmp_path_factory.mktemp("reference") / PERIOD, PERIOD)


@pytest.fixture(scope="module")
def as_xml(variations: dict[str, Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_xml(variations["mixed"], tmp_path_factory.mktemp("xml") / PERIOD, PERIOD)


def case(period: str = PERIOD) -> Case:
    return Case("mixed", period, Path("returns"), Path("reference"))


def listed(folder: Path, name: str) -> list[Row]:
    with (folder / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*.csv"))}


def test_the_same_return_gives_the_same_variations(
    source: Path, variations: dict[str, Path], tmp_path: Path
) -> None:
    again = {path.parent.name: path for path in write_variations(source, tmp_path, PERIOD)}
    assert {name: contents(path) for name, path in again.items()} == {
        name: contents(path) for name, path in variations.items()
    }


def test_every_variation_differs_from_the_return_it_was_made_from(variations: dict[str, Path]) -> None:
    tables = {name: read_return(path) for name, path in variations.items()}
    same = [name for name, found in tables.items() if found == tables["unchanged"]]
    assert same == ["unchanged"]
    assert len(tables) == len(VARIATIONS)


def test_a_variation_lies_in_its_year_and_has_the_tables_of_it(variations: dict[str, Path]) -> None:
    tables: Tables = read_return(variations["unchanged"])
    ended = [day for row in tables["episodes"] if (day := parse(row["dec"]))]
    assert sum((day.year, day.month) >= (2026, 4) for day in ended) > len(ended) / 2
    assert tables["sw_episodes"] and tables["dolo"]
    assert "dolo" not in read_return(variations["unchanged"] / "last")


def test_only_the_wanted_variations_are_written_of_every_nth_child(source: Path, tmp_path: Path) -> None:
    (folder,) = write_variations(source, tmp_path, PERIOD, wanted=("unchanged",), every=3)
    found = {name: {row["child"] for row in rows} for name, rows in read_return(folder).items()}
    everybody = sorted({row["child"] for rows in read_return(source).values() for row in rows})
    assert folder.parent.name == "unchanged"
    assert set().union(*found.values()) == set(everybody[::3])


def test_a_return_with_a_flag_of_asylum_seekers_is_read_and_written_without_it(tmp_path: Path) -> None:
    (tmp_path / "uasc.csv").write_text("CHILD,SEX,DOB,DUC,UASC\n7,M,01/01/2010,,1\n", encoding="utf-8")
    tables = read_return(tmp_path)
    write_return({table: [] for table in COLUMNS} | tables, tmp_path / "again", PERIOD)
    assert (tmp_path / "again" / "uasc.csv").read_text("utf-8") == "CHILD,SEX,DOB,DUC\n7,M,01/01/2010,\n"


def test_the_same_return_gives_the_same_lists(source: Path, reference: Path, tmp_path: Path) -> None:
    assert contents(write_reference(source, tmp_path / "again", PERIOD)) == contents(reference)


def test_the_postcode_directory_fits_the_return_in_part(variations: dict[str, Path], reference: Path) -> None:
    directory = {row["pcd7"].replace(" ", ""): row for row in listed(reference, POSTCODE_FILE)}
    sent = {row["pl_post"].replace(" ", "") for row in read_return(variations["unchanged"])["episodes"]} - {""}
    assert sent & set(directory)
    assert sent - set(directory)
    assert any(not row["east1m"] for row in directory.values()), "none is off the grid"
    assert any(row["cty25cd"].startswith("E10") for row in directory.values()), "none lies in a county"


def test_the_list_of_providers_fits_the_return_in_part(variations: dict[str, Path], reference: Path) -> None:
    episodes = [row for row in read_return(variations["unchanged"])["episodes"] if row["urn"]]
    providers: dict[str, list[Row]] = {}
    for row in listed(reference, PROVIDER_FILE):
        providers.setdefault(row["urn"], []).append(row)
    allowed = {
        any(row["place"] in entry["place_codes"] for entry in providers.get(row["urn"], [])) for row in episodes
    }
    assert allowed == {True, False}
    assert {row["urn"] for row in episodes} - set(providers)
    assert any(parse(entry["reg_end"]) for entries in providers.values() for entry in entries)
    assert not all(urn.isdigit() for urn in providers)


@pytest.mark.parametrize(
    ("ours", "theirs", "verdict"),
    [
        ({("header", 2)}, {("header", 2)}, SAME),
        (set(), set(), NO_ROW),
        ({("header", 2), ("header", 3)}, {("header", 2)}, "ours stricter"),
        ({("header", 2)}, {("header", 2), ("header", 3)}, "theirs stricter"),
        ({("header", 2)}, {("header", 3)}, "both differ"),
        ({("episodes", 2)}, {("episodes", 3), ("header", 2)}, "same children, other rows"),
    ],
)
def test_a_rule_is_judged_by_the_rows_and_the_children_it_points_at(
    ours: set[tuple[str, int]], theirs: set[tuple[str, int]], verdict: str
) -> None:
    outcome = Outcome()
    outcome.add(frozenset(ours), frozenset(theirs), CHILDREN)
    assert outcome.verdict == verdict


def found(comparison: Comparison, period: str, ours: int, theirs: int) -> None:
    """Note a return of this year in which each side points at this row of HEADER."""
    comparison.year(period).add(frozenset({("header", ours)}), frozenset({("header", theirs)}), CHILDREN)


def test_a_difference_is_told_with_its_reason_or_as_not_explained() -> None:
    comparison = Comparison("101")
    found(comparison, PERIOD, 2, 3)
    told = page({"101": comparison}, Reasons({"101": {"ours": "a blank is no code"}}, {}), [case()])
    assert (
        "| 101 |  | both differ: 2026-27 | 0 | 1 | 1 "
        "| ours because a blank is no code; theirs because (not explained) |" in told
    )


def test_the_years_of_a_rule_stand_in_one_row() -> None:
    comparison = Comparison("101")
    for period in ("2022-23", "2023-24", BEFORE):
        found(comparison, period, 2, 2)
    found(comparison, PERIOD, 2, 3)
    told = page(
        {"101": comparison}, Reasons({}, {}), [case(period) for period in ("2022-23", "2023-24", BEFORE, PERIOD)]
    )
    assert "| 101 | 2022-23 to 2023-24, 2025-26 | both differ: 2026-27 | 3 | 1 | 1 |" in told
    assert "| 2025-26 | 1 | 0 | 0 | 0 | 0 | 0 | 0 |" in told
    assert "| 2026-27 | 0 | 0 | 0 | 0 | 1 | 0 | 0 |" in told


def test_what_is_the_same_in_all_years_says_so_and_counts_as_the_same() -> None:
    comparison = Comparison("101")
    for period in (BEFORE, PERIOD):
        found(comparison, period, 2, 2)
    told = page({"101": comparison}, Reasons({}, {}), [case(BEFORE), case()])
    assert "| 101 | every year |  | 2 | 0 | 0 |  |" in told
    assert "Of 1 rules 1 are the same in every year that both run in." in told


def test_a_rule_that_ran_on_one_side_only_says_why_and_in_which_year() -> None:
    comparison = Comparison("233")
    found(comparison, BEFORE, 2, 2)
    comparison.year(PERIOD).not_compared["theirs: raises an error"] = 3
    told = page({"233": comparison}, Reasons({}, {}), [case(BEFORE), case()])
    assert "| 233 | 2025-26 |  | 1 | 0 | 0 | not compared in 2026-27: theirs: raises an error |" in told


def test_the_years_with_fewer_returns_take_variations_that_there_are() -> None:
    assert set(ELSEWHERE) - {"clean"} <= set(NAMES)


def test_a_rule_that_never_finds_anything_says_why() -> None:
    comparison = Comparison("411")
    comparison.year(PERIOD).add(frozenset(), frozenset(), CHILDREN)
    told = page({"411": comparison}, Reasons({"411": {"neither": "it can never be true"}}, {}), [case()])
    assert "| 411 | neither finds a row: 2026-27 |  | 0 | 0 | 0 | neither because it can never be true |" in told


def tables_of(as_xml: Path) -> dict[str, HeadedTable]:
    layout = find_return("ssda903")
    tables = find_headers(read_xml(lambda: (as_xml / "return.xml").open("rb"), layout))
    return {table.name: headed for table, headed in zip(layout.tables, tables, strict=True)}


def test_the_xml_form_says_what_the_files_say_of_every_child_in_the_header(
    variations: dict[str, Path], as_xml: Path
) -> None:
    sent = read_return(variations["mixed"])
    tables = tables_of(as_xml)
    known = {row["child"] for row in sent["header"]}
    for name in ("episodes", "reviews", "missing", "oc2", "sw_episodes", "dolo"):
        place = tables[name].headings.index("child")
        rows = Counter(cells[place] for _, cells in tables[name].rows)
        assert rows == Counter(row["child"] for row in sent[name] if row["child"] in known), name


def test_the_places_of_an_xml_return_are_the_lines_on_which_our_reader_finds_the_rows(
    as_xml: Path,
) -> None:
    places: dict[str, list[tuple[int, str]]] = {}
    for table, line, child in read_places(as_xml):
        places.setdefault(table, []).append((line, child))
    for name, table in tables_of(as_xml).items():
        found = [(line, cells[table.headings.index("child")]) for line, cells in table.rows]
        if name in IN_HEADER:
            assert set(found) <= set(places["header"]), name
        else:
            assert found == places[name], name


def test_the_xml_form_says_the_asylum_status_right_and_wrong(as_xml: Path) -> None:
    text = (as_xml / "return.xml").read_text(encoding="utf-8")
    assert all(f"{flag}" in text for flag in FLAGS)
    assert text.count("<UASC>0</UASC>") > 20


def test_the_xml_form_has_a_table_of_its_own_for_what_differs_there(as_xml: Path) -> None:
    same, differs, not_in_files = Comparison("101"), Comparison("102"), Comparison("105")
    for one, ours in ((same, 2), (differs, 3), (not_in_files, 2)):
        one.xml.add(frozenset({("header", ours)}), frozenset({("header", 2)}), CHILDREN)
    for one in (same, differs):
        found(one, PERIOD, 2, 2)
    not_in_files.year(PERIOD).not_compared["ours: not run"] = 1
    reasons = Reasons({"102": {"ours": "of files"}}, {}, {"102": {"ours": "of XML"}})
    told = page(
        {"101": same, "102": differs, "105": not_in_files}, reasons, [case(), replace(case(), folder=as_xml)]
    )
    assert "| 102 | both differ | 0 | 1 | 1 | ours because of XML; theirs because (not explained) |" in told
    assert "| 105 | same | 1 | 0 | 0 |  |" in told
    assert "Both ran 3 rules on them; 2 point at the same rows." in told
    assert "| 101 | same |" not in told


def test_every_reason_is_about_a_rule_of_ours_and_a_side() -> None:
    suite = load_suite("ssda903")
    assert suite is not None
    reasons = read_reasons()
    assert set(reasons.rules) | set(reasons.xml) <= {rule.code for rule in suite.rules}
    assert {side for sides in reasons.rules.values() for side in sides} <= {"ours", "theirs", "neither"}
    assert {side for sides in reasons.xml.values() for side in sides} <= {"ours", "theirs"}
    assert set(reasons.returns) <= {change.__name__ for change in VARIATIONS}
