"""Every name of a council in the real files leads to one authority, and a number beside it to the same."""

import csv
from collections.abc import Iterator
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from ingestion.authorities import authorities, find_authority, find_total
from samples.form import form_of, known_periods

NOT_COUNCILS = {
    "England",
    "West Midlands",
}  # areas that the long table of the DfE's tool holds beside the councils
UNIT_COSTS = "published/pss_unit_costs_2007-08_detailed.xls"


def records(path: Path) -> list[dict[str, str]]:
    content = path.read_bytes()
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252")
    return list(csv.DictReader(text.splitlines()))


def unknown(names: set[str]) -> list[str]:
    assert names, "there is nothing to look up"
    return sorted(name for name in names if find_authority(name) is None and find_total(name) is None)


def cells(path: Path, place: tuple[int, int]) -> str:
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))
    return rows[place[0] - 1][place[1] - 1]


@pytest.fixture
def national(shared_data: Path) -> list[Path]:
    """Every sheet of the national collections, councils and totals."""
    files = (shared_data / "england" / "pss_ex1").glob("*/*/*.csv")
    return [path for path in files if path.name != "sheet_names.csv"]


def test_every_file_of_the_national_collections(national: list[Path]):
    assert unknown({path.stem for path in national}) == []
    for period in known_periods():
        for table in ("activity", "spend"):
            stems = [p.stem for p in national if p.parts[-3:-1] == (period, table)]
            found = [find_authority(stem) for stem in stems]
            assert len({authority.code for authority in found if authority}) == 150
            assert len({find_total(stem) for stem in stems} - {None}) == 6


def test_every_sheet_of_the_national_workbooks(shared_data: Path):
    for path in sorted((shared_data / "workbooks").glob("*.xls")):
        sheets = CalamineWorkbook.from_path(path).sheet_names
        assert unknown(set(sheets)) == []
        assert len({find_authority(sheet) for sheet in sheets} - {None}) == 150


def test_every_name_within_the_forms_is_the_files_own(national: list[Path]):
    def names() -> Iterator[tuple[str, str]]:
        for path in national:
            place = form_of(path.parts[-3]).name_cells.get(path.parts[-2])
            if place and find_authority(path.stem):
                name = cells(path, place).removeprefix("PSS EX1 Return for 2000-2001").strip()
                if name not in ("", "NA") and not name.startswith("You have not selected"):
                    yield path.stem, name

    found = list(names())
    assert len(found) > 1500
    assert [(stem, name) for stem, name in found if find_authority(name) != find_authority(stem)] == []


def test_every_council_with_a_published_unit_cost_has_its_number(shared_data: Path):
    sheet = CalamineWorkbook.from_path(shared_data / UNIT_COSTS).get_sheet_by_index(0).to_python()
    published = {(str(row[2]), str(int(row[1]))) for row in sheet if isinstance(row[1], float)}
    assert len(published) == 150
    for name, number in published:
        authority = find_authority(name)
        assert authority and authority.cassr_code == number
        assert find_authority(f"{number}-{name}") == authority


@pytest.mark.parametrize("folder", ["s251", "dfe"])
def test_every_council_of_the_published_statistics(shared_data: Path, folder: str):
    numbers: set[tuple[str, str]] = set()
    for path in sorted((shared_data / folder).glob("*.csv")):
        rows = records(path)
        if folder == "s251":
            numbers |= {(name, number) for number, name in (list(row.values())[:2] for row in rows)}
        elif "la_name" in rows[0]:
            numbers |= {(row["la_name"], row["old_la_code"]) for row in rows if row["la_name"]}
        elif "LA and Regions" in rows[0]:
            numbers |= {
                (row["LA and Regions"], row["LA Number"].removesuffix(".0"))
                for row in rows
                if row["LA and Regions"] not in NOT_COUNCILS
            }
    assert unknown({name for name, _ in numbers}) == []
    # Dorset was given another number when it became a unitary authority; nobody else's changed.
    differing = {name.strip() for name, number in numbers if find_authority(name).dfe_la_number != number}
    assert differing <= {"Dorset"}


def test_every_statistical_neighbour(shared_data: Path):
    numbers = {authority.dfe_la_number for authority in authorities().values()}
    neighbours = records(shared_data / "dfe" / "sn_model_2025_wide.csv")
    named = {row[f"SN_{rank}"] for row in neighbours for rank in range(1, 11)}
    assert named and named <= numbers
    listed = records(shared_data / "published" / "statistical_neighbours_2025_wm.csv")
    assert unknown({row["neighbour_name"] for row in listed}) == []
