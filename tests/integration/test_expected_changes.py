"""The change to expect without a true one: how often chance goes beyond it, and how often a true change."""

import csv
from collections.abc import Iterable
from operator import itemgetter
from pathlib import Path

import numpy as np
import pytest

from ingestion.settings import Settings
from tests.support.compiled_models import Row
from tests.support.expected_changes import Counts, Expect, Figure, Shares, by_the_formulae, expectations_of

MEMBERS = 14
REGIONS = 1000
# As many children as the members look after on 31 March; and councils of small, large and very different sizes.
SIZES = {
    "real": np.array([1922, 747, 621, 312, 810, 560, 1100, 905, 870, 400, 640, 790, 670, 520]),
    "small": np.full(MEMBERS, 30),
    "large": np.full(MEMBERS, 20_000),
    "mixed": np.geomspace(20, 20_000, MEMBERS).astype(int),
}
TRUE_SHARES = {
    "equal": np.full(MEMBERS, 0.1),
    "spread": np.linspace(0.05, 0.16, MEMBERS),
    "tied": np.repeat([0.07, 0.12], MEMBERS // 2),
    "rare": np.linspace(0.001, 0.012, MEMBERS),
    "frequent": np.linspace(0.9, 0.99, MEMBERS),
    "far apart": np.linspace(0.02, 0.5, MEMBERS),
    "one stands out": np.append(np.full(MEMBERS - 1, 0.1), 0.2),
}
# Of a region each: the kind of its figures, and which end of them is better.
TURNS = [(kind, polarity) for kind in ("proportion", "rate") for polarity in ("low", "high")]


@pytest.fixture(scope="module")
def expect(prepared_home: Path) -> Expect:
    return expectations_of(Settings(home=prepared_home, warehouse_url=None))


def drawn(sizes: Counts, before: Shares, after: Shares) -> list[Figure]:
    """Regions of fourteen councils, with counts of two years from the true shares, or from those of each."""
    random = np.random.default_rng(1999)
    before, after = (np.broadcast_to(shares, (REGIONS, MEMBERS)) for shares in (before, after))
    draws = {"proportion": random.binomial, "rate": lambda totals, shares: random.poisson(totals * shares)}
    figures = []
    for region in range(REGIONS):
        kind, polarity = TURNS[region % len(TURNS)]
        counts = draws[kind](sizes, before[region]), sizes, draws[kind](sizes, after[region]), sizes
        figures += [
            (str(region), str(council), *map(float, of_council), kind, polarity)
            for council, of_council in enumerate(zip(*counts, strict=True))
        ]
    return figures


def share_of(rows: Iterable[Row], *calls: str) -> float:
    return float(np.mean([row["change_beyond_expected"] in calls for row in rows]))


@pytest.mark.parametrize("sizes", SIZES)
@pytest.mark.parametrize("case", TRUE_SHARES)
def test_without_a_true_change_at_most_5_of_100_are_called(expect: Expect, case: str, sizes: str) -> None:
    """Of fourteen councils in a thousand regions: proportions and rates, whichever end is better."""
    rows = expect(drawn(SIZES[sizes], TRUE_SHARES[case], TRUE_SHARES[case]))
    for kind, polarity in TURNS:
        of_turn = [row for row in rows if (row["value_kind"], row["polarity"]) == (kind, polarity)]
        assert len(of_turn) == MEMBERS * REGIONS / len(TURNS)
        assert share_of(of_turn, "better", "worse") <= 0.05, (kind, polarity)


@pytest.mark.parametrize("council", [0, 5])
def test_a_large_true_change_is_called_and_does_not_drag_the_others(expect: Expect, council: int) -> None:
    """The share of one council doubles: of the largest, and of one with 560 children."""
    before = np.linspace(0.08, 0.12, MEMBERS)
    after = before * np.where(np.arange(MEMBERS) == council, 2, 1)
    rows = expect(drawn(SIZES["real"], before, after))
    for polarity, call in (("low", "worse"), ("high", "better")):
        changed = [row for row in rows if row["authority_code"] == str(council) and row["polarity"] == polarity]
        assert share_of(changed, call) > 0.95
    assert share_of((row for row in rows if row["authority_code"] != str(council)), "better", "worse") <= 0.05


def test_what_stood_out_by_chance_is_expected_to_fall_back(expect: Expect) -> None:
    """The highest figure of each region. Fourteen do not show that all are alike, so then less is expected."""
    for spread, least in ((0.02, 0.8), (0, 0.6)):
        shares = np.random.default_rng(1).normal(0.1, spread, (REGIONS, MEMBERS)).clip(0.01)
        rows = expect(drawn(SIZES["real"], shares, shares))
        regions = [rows[start : start + MEMBERS] for start in range(0, len(rows), MEMBERS)]
        highest = [max(region, key=itemgetter("previous_value")) for region in regions]
        change = np.mean([row["change"] for row in highest])
        assert change < -1
        assert least < np.mean([row["expected_change"] for row in highest]) / change < 1.1


@pytest.mark.parametrize("case", ["equal", "spread", "tied"])
def test_the_list_by_chance_is_about_as_long_as_said(expect: Expect, case: str) -> None:
    rows = expect(drawn(SIZES["real"], TRUE_SHARES[case], TRUE_SHARES[case]))
    listed = np.mean([row["is_listed"] for row in rows])
    assert np.mean([row["listed_by_chance_probability"] for row in rows]) == pytest.approx(listed, abs=0.025)


def test_the_expectation_is_that_of_the_formulae(expect: Expect) -> None:
    """Worked out here a second time for one region, as the papers have it."""
    before, after = np.arange(60, 200, 10) * SIZES["real"] // 1000, np.arange(190, 50, -10) * SIZES["real"] // 1500
    rows = expect(region_of("proportion", before, SIZES["real"], after, SIZES["real"]))
    for row, expected in zip(rows, by_the_formulae(before, after, SIZES["real"]), strict=True):
        found = [row[f"expected_change{end}"] for end in ("", "_lower_95", "_upper_95")]
        assert found == pytest.approx(expected, abs=1e-4)


def region_of(kind: str, *counts: Iterable[float], polarity: str = "low") -> list[Figure]:
    return [
        ("2025", str(council), *map(float, of_council), kind, polarity)
        for council, of_council in enumerate(zip(*counts, strict=True))
    ]


def test_nothing_is_expected_of_few_figures_or_without_intervals(expect: Expect) -> None:
    four, five = [50.0] * 4, [50.0] * 5
    assert all(row["expected_change"] is not None for row in expect(region_of("rate", four, four, four, four)))
    three = expect(region_of("rate", four[1:], four[1:], four[1:], four[1:]))
    costs = expect(region_of("published", five, five, five, five))
    for row in three + costs:
        assert (
            row["expected_change"] is row["change_beyond_expected"] is row["listed_by_chance_probability"] is None
        )


@pytest.mark.parametrize("kind", ["proportion", "rate"])
def test_nothing_counted_and_all_counted_are_no_error(expect: Expect, kind: str) -> None:
    """Nor is either end of an interval beyond what there can be."""
    totals = [40.0] * 6
    rows = expect(region_of(kind, [0, 40, 0, 40, 20, 1], totals, [0, 40, 40, 0, 20, 0], totals))
    for row in rows:
        assert row["previous_value"] + row["expected_change_lower_95"] >= 0
        assert kind == "rate" or row["previous_value"] + row["expected_change_upper_95"] <= 100
    assert [row["change_beyond_expected"] for row in rows[:2]] == ["no", "no"]


def test_where_neither_end_is_better_a_change_is_higher_or_lower(expect: Expect) -> None:
    before, totals = [100.0] * 8, [1000.0] * 8
    rows = expect(region_of("rate", before, totals, [10, *before[2:], 900], totals, polarity="none"))
    assert [row["change_beyond_expected"] for row in rows] == ["lower", *["no"] * 6, "higher"]
    assert {row["listed_by_chance_probability"] for row in rows} == {None}


def test_of_56_changes_of_the_members_on_a1_one_is_beyond_expectation(expect: Expect, shared_data: Path) -> None:
    """By their signs 28 are improvements and 28 worsenings; as many are on the list as chance would put there."""
    counts: dict[tuple[int, str], dict[str, float]] = {}
    with (shared_data / "dfe" / "la_cla_placement_stability.csv").open(encoding="utf-8-sig") as file:
        for row in csv.DictReader(file):
            if row["region_name"] == "West Midlands" and row["la_name"] and row["cla_group"] == "CLA on 31 March":
                of_council = counts.setdefault((int(row["time_period"]), row["new_la_code"]), {})
                of_council[row["placement_stability"]] = float(row["children_count"])
    codes = sorted({code for _, code in counts})
    columns = ("With 3 or more placements during the year", "Total children")
    of_year = {key: [of_council[column] for column in columns] for key, of_council in counts.items()}
    rows = expect(
        (str(year), str(codes.index(code)), *of_year[year - 1, code], *now, "proportion", "low")
        for (year, code), now in of_year.items()
        if (year - 1, code) in of_year
    )
    assert [sum(row["change"] < 0 for row in rows), sum(row["change"] > 0 for row in rows)] == [28, 28]
    beyond = [
        (row["period_code"], codes[int(row["authority_code"])], row["change_beyond_expected"]) for row in rows
    ]
    assert [found for found in beyond if found[2] != "no"] == [("2022", "E06000020", "worse")]
    assert sum(row["is_listed"] for row in rows) == 17
    assert sum(row["listed_by_chance_probability"] for row in rows) == pytest.approx(19.4, abs=0.1)
