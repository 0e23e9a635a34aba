"""The comparison with the sector's validator: the returns it makes, and what it says about a difference."""

from pathlib import Path

import pytest

from benchmarks.sector_validator.compare import Case, Comparison, Reasons, page, read_reasons
from benchmarks.sector_validator.variations import VARIATIONS, Tables, parse, read_return, write_variations
from ingestion.checks.suite import load_suite
from ingestion.samples.members import members
from ingestion.samples.ssda903 import write_authority
from ingestion.samples.ssda903.days import Year
from ingestion.samples.ssda903.habits import Habit

PERIOD = "2026-27"
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


@pytest.mark.parametrize(
    ("ours", "theirs", "verdict"),
    [
        ({("header", 2)}, {("header", 2)}, "same"),
        (set(), set(), "same: neither finds a row"),
        ({("header", 2), ("header", 3)}, {("header", 2)}, "ours stricter"),
        ({("header", 2)}, {("header", 2), ("header", 3)}, "theirs stricter"),
        ({("header", 2)}, {("header", 3)}, "both differ"),
        ({("episodes", 2)}, {("episodes", 3), ("header", 2)}, "same children, other rows"),
    ],
)
def test_a_rule_is_judged_by_the_rows_and_the_children_it_points_at(
    ours: set[tuple[str, int]], theirs: set[tuple[str, int]], verdict: str
) -> None:
    comparison = Comparison("101")
    comparison.add(frozenset(ours), frozenset(theirs), CHILDREN)
    assert comparison.verdict == verdict


def test_a_difference_is_told_with_its_reason_or_as_not_explained(tmp_path: Path) -> None:
    comparison = Comparison("101")
    comparison.add(frozenset({("header", 2)}), frozenset({("header", 3)}), CHILDREN)
    told = page(
        {"101": comparison},
        Reasons({"101": {"ours": "a blank is no code"}}, {}),
        [Case("mixed", PERIOD, tmp_path)],
    )
    assert (
        "| 101 | both differ | 0 | 1 | 1 | ours because a blank is no code; theirs because (not explained) |"
        in told
    )


def test_a_rule_that_ran_on_one_side_only_says_why(tmp_path: Path) -> None:
    comparison = Comparison("233")
    comparison.not_compared["theirs: raises an error"] = 3
    told = page({"233": comparison}, Reasons({}, {}), [Case("mixed", PERIOD, tmp_path)])
    assert "| 233 | not compared | 0 | 0 | 0 | theirs: raises an error (3 returns) |" in told


def test_every_reason_is_about_a_rule_of_ours_and_a_side() -> None:
    suite = load_suite("ssda903")
    assert suite is not None
    reasons = read_reasons()
    assert set(reasons.rules) <= {rule.code for rule in suite.rules}
    assert {side for sides in reasons.rules.values() for side in sides} <= {"ours", "theirs"}
    assert set(reasons.returns) <= {change.__name__ for change in VARIATIONS}
