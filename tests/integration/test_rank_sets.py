"""The ranks that chance leaves possible: beside known answers, and how often they hold the true ranks."""

import csv
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import numpy as np
import pytest
from scipy.stats import studentized_range

from ingestion.model.dbt import run_dbt
from ingestion.settings import SEEDS, Settings
from ingestion.warehouse.connection import Role, connect

# Of one group: its name, the council's, events, denominator, kind of value, which end is better.
Figure = tuple[str, str, float, float, str, str]
Ranks = dict[tuple[str, str], tuple[int, int]]

FIGURES = """
    create temporary table figures as
    select
        period_code, authority_code, 'A1' as indicator_code, 'published' as basis,
        'region' as comparator_set, 'west-midlands' as comparator_group,
        events::double precision as events, total::double precision as denominator,
        100::double precision as multiplier, 100 * events::double precision / total as value,
        value_kind, polarity, 1 as rank, count(*) over (partition by period_code) as n_ranked
    from unnest(
        %s::text[], %s::text[], %s::double precision[], %s::double precision[], %s::text[], %s::text[]
    ) as figures (period_code, authority_code, events, total, value_kind, polarity)
"""
AMONG = """
    select
        figures.*,
        {{ bound_at('value_kind', 'events', 'denominator', 'multiplier', 'deviate', 'lower') }} as rank_lower,
        {{ bound_at('value_kind', 'events', 'denominator', 'multiplier', 'deviate', 'upper') }} as rank_upper
    from figures
    inner join {{ ref('rank_set_deviates') }} as deviates on figures.n_ranked = deviates.figures
"""
QUERY = f"""
    with ranked as (select * from figures), among as ({AMONG})
    select * from ({{{{ possible_ranks() }}}}) as found
"""

MEMBERS = 14
# As many children as the members look after on 31 March.
CHILDREN = np.array([1922, 747, 621, 312, 810, 560, 1100, 905, 870, 400, 640, 790, 670, 520])
TRUE_SHARES = {
    "equal": np.full(MEMBERS, 0.1),
    "spread": np.linspace(0.05, 0.16, MEMBERS),
    "tied": np.repeat([0.07, 0.12], MEMBERS // 2),
    "rare": np.full(MEMBERS, 0.004),
}
REGIONS = 2000


@pytest.fixture(scope="module")
def possible_ranks(prepared_home: Path) -> Iterator[Callable[[Iterable[Figure]], Ranks]]:
    """Works out the possible ranks as the models do."""
    settings = Settings(home=prepared_home, warehouse_url=None)
    printed = run_dbt(settings, "compile", "--inline", QUERY, "--quiet").printed
    query = printed[printed.index("with ") :]

    def of(figures: Iterable[Figure]) -> Ranks:
        with connect(settings, Role.TRANSFORMER) as connection, connection.transaction(force_rollback=True):
            connection.execute(FIGURES, [list(column) for column in zip(*figures, strict=True)])
            found = connection.execute(query.encode()).fetchall()
        return {(period, authority): (low, high) for authority, period, _, _, _, low, high in found}

    return of


def test_the_deviates_are_those_of_the_studentised_range() -> None:
    with (SEEDS / "comparison" / "rank_set_deviates.csv").open() as file:
        deviates = {int(row["figures"]): float(row["deviate"]) for row in csv.DictReader(file)}
    assert sorted(deviates) == list(range(2, 201))
    for figures in (2, 3, 14, 36, 153, 200):
        expected = studentized_range.ppf(0.95, figures, np.inf) / np.sqrt(2)
        assert deviates[figures] == pytest.approx(expected, abs=1e-4)


def test_the_sets_are_those_of_the_authors_of_the_method(
    possible_ranks: Callable[[Iterable[Figure]], Ranks], shared_data: Path
) -> None:
    """To a rank: theirs come from a bootstrap, and in steps."""
    with (shared_data / "stats" / "rank_sets_a1_2021_2023.csv").open() as file:
        known = list(csv.DictReader(file))
    answers = [row for row in known if row["kind"] == "simultaneous"]
    found = possible_ranks(
        (row["year"], row["la_name"], float(row["numerator"]), float(row["denominator"]), "proportion", "low")
        for row in answers
    )
    assert len(found) == len(answers) == 3 * MEMBERS
    for row in answers:
        low, high = found[row["year"], row["la_name"]]
        assert abs(low - int(row["rank_lower"])) <= 1 and abs(high - int(row["rank_upper"])) <= 1, row
    # Of one council alone they would be narrower, and not by much.
    alone = [int(row["rank_upper"]) - int(row["rank_lower"]) + 1 for row in known if row["kind"] == "marginal"]
    assert len(alone) == 3 * MEMBERS
    assert np.mean([high - low + 1 for low, high in found.values()]) <= 1.5 * np.mean(alone)


@pytest.mark.parametrize("polarity", ["low", "high"])
@pytest.mark.parametrize("kind", ["proportion", "rate"])
@pytest.mark.parametrize("case", TRUE_SHARES)
def test_in_95_of_100_regions_all_true_ranks_are_possible(
    possible_ranks: Callable[[Iterable[Figure]], Ranks], case: str, kind: str, polarity: str
) -> None:
    """Of fourteen councils in two thousand regions. Those whose true shares are equal have all their ranks."""
    shares = TRUE_SHARES[case]
    random = np.random.default_rng(1999)
    draw = random.binomial if kind == "proportion" else lambda children, share: random.poisson(children * share)
    drawn = [draw(CHILDREN, shares) for _ in range(REGIONS)]
    found = possible_ranks(
        (str(region), str(council), float(events), float(children), kind, polarity)
        for region, counts in enumerate(drawn)
        for council, (events, children) in enumerate(zip(counts, CHILDREN, strict=True))
    )
    better = shares[:, None] > shares[None, :] if polarity == "high" else shares[:, None] < shares[None, :]
    lowest, highest = 1 + better.sum(axis=0), MEMBERS - better.sum(axis=1)
    holding = [
        all(
            found[str(region), str(council)][0] <= lowest[council]
            and found[str(region), str(council)][1] >= highest[council]
            for council in range(MEMBERS)
        )
        for region in range(REGIONS)
    ]
    # Three standard deviations of the share of two thousand regions.
    assert np.mean(holding) > 0.95 - 0.015


def test_far_apart_figures_have_one_rank_each(possible_ranks: Callable[[Iterable[Figure]], Ranks]) -> None:
    figures = [
        ("2025", name, events, 1000.0, "proportion", "low")
        for name, events in zip("abc", (50.0, 300.0, 700.0), strict=True)
    ]
    assert possible_ranks(figures) == {("2025", "a"): (1, 1), ("2025", "b"): (2, 2), ("2025", "c"): (3, 3)}
    others = [(*figure[:5], "high") for figure in figures]
    assert possible_ranks(others) == {("2025", "a"): (3, 3), ("2025", "b"): (2, 2), ("2025", "c"): (1, 1)}


def test_nothing_counted_is_not_surely_less_than_a_little(
    possible_ranks: Callable[[Iterable[Figure]], Ranks],
) -> None:
    """A share of nothing has no standard error, and yet its chance."""
    figures = [
        ("2025", name, events, 40.0, "proportion", "low")
        for name, events in zip("abc", (0.0, 1.0, 3.0), strict=True)
    ]
    assert set(possible_ranks(figures).values()) == {(1, 3)}
