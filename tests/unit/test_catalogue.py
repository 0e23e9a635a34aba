"""The catalogue of returns and the names of the authorities."""

import ast
import csv
import re
from collections.abc import Iterator
from itertools import combinations
from pathlib import Path

import pytest

from ingestion.authorities import (
    REFERENCE,
    authorities,
    authority_groups,
    find_authority,
    find_total,
    nearest_authority,
)
from ingestion.errors import ClubError
from ingestion.returns.catalogue import (
    Shape,
    catalogue,
    find_return,
    listed_returns,
    published_layouts,
    published_returns,
)
from ingestion.settings import PROJECT_ROOT, RETURNS, SEEDS


def test_every_layout_in_the_folders_is_in_the_catalogue():
    shared = ("catalogue.yaml", "_symbols.yaml", "items.yaml", "topics.yaml")
    layouts = [path for path in RETURNS.rglob("*.yaml") if path.name not in shared]
    assert len(layouts) == len(catalogue()) > 0


def strings_of(path: Path) -> Iterator[str]:
    """Every string in a Python file that is no docstring."""
    tree = ast.parse(path.read_text())
    documents = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in documents:
            yield node.value


def test_no_code_names_a_return_of_the_catalogue():
    """Migrations tell what was; the help of the command line gives examples."""
    folders = [PROJECT_ROOT / name for name in ("ingestion", "dags")]
    paths = [path for folder in folders for path in folder.rglob("*.py")]
    paths = [path for path in paths if not {"migrations", "cli"} & set(path.parts)]
    named = re.compile(rf"\b({'|'.join(layout.code for layout in listed_returns())})(\b|_)")
    assert [(path, text) for path in paths for text in strings_of(path) if named.search(text)] == []


def test_what_is_collected_with_another_return_has_no_schedule_of_its_own():
    assert {layout.code for layout in listed_returns() if layout.totals_of} == {
        layout.code for layout in listed_returns() if not layout.schedule
    }
    assert not any(layout.schedule for layout in published_returns())


def test_the_year_of_a_return_is_told_by_dates_of_its_tables():
    for layout in catalogue().values():
        for table in layout.tables:
            assert set(table.events) <= set(table.dates) <= set(table.known_columns)


def test_an_unknown_return_is_refused_with_the_known_ones():
    with pytest.raises(ClubError, match=r"no return 'pss_ex2'; known are pss_ex1"):
        find_return("pss_ex2")


def test_every_year_of_a_return_with_a_crosswalk_has_lines_columns_and_items():
    for name in ("pss_ex1_lines", "pss_ex1_columns", "pss_ex1_items"):
        with (SEEDS / "pss_ex1" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
            assert {row["period_code"] for row in csv.DictReader(file)} == set(find_return("pss_ex1").periods)


def test_every_table_can_be_told_from_the_others_of_its_return():
    for layout in catalogue().values():
        if layout.is_person_level:
            # Told by all of its columns: of two tables that fit, the one with more of them is meant.
            assert not any(
                set(table.columns) == set(other.columns) for table, other in combinations(layout.tables, 2)
            )
            continue
        if layout.is_of_answers:
            # Told by the names of its cells, or by the heading of its items.
            assert layout.answers and len(layout.tables) == 1
            continue
        for table in layout.tables:
            assert table.recognised_by or table.columns, f"{layout.code}.{table.name}"
        assert all(table.recognised_by for table in layout.tables[:-1]), (
            "only the last may be known by its columns"
        )
        marks = [mark for table in layout.tables for mark in table.recognised_by]
        assert len(marks) == len(set(marks))
        assert all(mark == " ".join(mark.lower().split()) for mark in marks), "headings are compared in lower case"


def test_what_is_published_is_kept_as_records_and_what_members_send_has_years():
    assert (
        {layout.code for layout in published_returns()} == {path.stem for path in published_layouts()} > {"lait"}
    )
    for layout in catalogue().values():
        assert layout.is_published == (layout.shape is Shape.RECORDS)
        assert layout.is_published != bool(layout.periods) or layout.is_of_answers


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("stoke-on-trent", "stoke-on-trent"),
        ("Stoke-on-Trent", "stoke-on-trent"),
        ("  STOKE-ON-TRENT   UA ", "stoke-on-trent"),
        ("Herefordshire,\n County of", "herefordshire"),
        ("Telford & Wrekin", "telford-and-wrekin"),
        ("The Wrekin", "telford-and-wrekin"),
        ("bath-and-north-east-somerset-ua", "bath-and-north-east-somerset"),
        ("St. Helens", "st-helens"),
        ("St Helens ", "st-helens"),
        ("908-Bath and Somerset UA", "bath-and-north-east-somerset"),
        ("Kingston upon Hull City of ", "kingston-upon-hull"),
    ],
)
def test_an_authority_is_found_by_every_name_it_goes_by(name: str, code: str):
    authority = find_authority(name)
    assert authority and authority.code == code


def test_every_alias_leads_to_an_authority():
    with (REFERENCE / "authority_aliases.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            authority = find_authority(row["alias"])
            assert authority and authority.code == row["authority_code"]


@pytest.mark.parametrize(
    "name", ["", "dudly", "Oxfordshyre", "dudley council of elsewhere", "TOTAL England", "England"]
)
def test_what_is_no_authoritys_name_finds_none(name: str):
    assert find_authority(name) is None


def test_a_number_before_a_name_has_to_be_the_councils_own():
    assert find_authority("727-Hillingdon") == find_authority("Hillingdon")
    assert find_authority("728-Hillingdon") is None
    assert find_authority("999-Cumberland") is None, "a council without a number has none to be led by"


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("TOTAL England", "england"),
        ("Total Unitary Authorities", "unitary-authorities"),
        ("TOTAL Outer London#", "outer-london"),
        ("England", None),
        ("Dudley", None),
        ("TOTAL Wales", None),
    ],
)
def test_a_control_total_is_told_by_its_first_word(name: str, code: str | None):
    group = find_total(name)
    assert (group.code if group else None) == code


def test_no_name_of_a_group_is_an_authoritys():
    assert len(authority_groups()) == 6
    for group in authority_groups().values():
        assert find_authority(group.code) is find_authority(group.title) is None


@pytest.mark.parametrize(
    ("name", "nearest"), [("dudly", "dudley"), ("Wolverhamton", "wolverhampton"), ("stoke", "stoke-on-trent")]
)
def test_the_nearest_name_is_the_one_that_was_meant(name: str, nearest: str):
    assert nearest_authority(name) == nearest


@pytest.mark.parametrize("name", ["", "x", "123", "ßß"])
def test_there_is_a_nearest_name_for_anything(name: str):
    assert nearest_authority(name)


def test_the_club_has_fourteen_members():
    members = [authority for authority in authorities().values() if authority.is_member]
    assert len(members) == 14 < len(authorities())
