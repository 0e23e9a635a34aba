"""How often chance alone gives as much: beside every permutation, and beside scipy where nothing is tied."""

import itertools
import math
import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest
from scipy.stats import kendalltau

from ingestion.model.dbt import run_dbt
from ingestion.settings import Settings
from ingestion.warehouse.connection import Role, connect

Orders = tuple[Sequence[float], Sequence[float]]

QUERY = """
    with orders as (select * from ({{ orders_beside_each_other('points', 'pair') }}) as found),
    ways as (select * from ({{ ways_of_chance('orders') }}) as found)
    select
        orders.pair, orders.statistic, orders.tau_b, sum(ways.ways),
        sum(ways.ways) filter (where abs(ways.statistic) >= abs(orders.statistic)) / sum(ways.ways)
    from orders
    left join ways using (one_sizes, other_sizes)
    group by orders.pair, orders.statistic, orders.tau_b
    order by orders.pair
"""


@dataclass(frozen=True)
class Found:
    statistic: int
    tau: float | None
    ways: float | None
    p_value: float | None


@pytest.fixture(scope="module")
def beside_each_other(prepared_home: Path) -> Iterator[Callable[[Sequence[Orders]], list[Found]]]:
    """Works out the orders as the models do."""
    settings = Settings(home=prepared_home, warehouse_url=None)
    printed = run_dbt(settings, "compile", "--inline", QUERY, "--quiet").printed
    query = printed[printed.index("with orders") :]

    def of(pairs: Sequence[Orders]) -> list[Found]:
        rows = [
            (number, one, other) for number, pair in enumerate(pairs) for one, other in zip(*pair, strict=True)
        ]
        with connect(settings, Role.TRANSFORMER) as connection, connection.transaction(force_rollback=True):
            connection.execute(
                "create temp table points as select * from unnest(%s::int[], %s::float8[], %s::float8[])"
                " as points (pair, one, other)",
                [list(column) for column in zip(*rows, strict=True)],
            )
            connection.execute("set local enable_nestloop = off")
            return [Found(*row[1:]) for row in connection.execute(query.encode()).fetchall()]

    return of


def difference_of_pairs(one: Sequence[float], other: Sequence[float]) -> int:
    return sum(
        ((one[i] > one[j]) - (one[i] < one[j])) * ((other[i] > other[j]) - (other[i] < other[j]))
        for i, j in itertools.combinations(range(len(one)), 2)
    )


def over_all_permutations(one: Sequence[float], other: Sequence[float]) -> float:
    """The share of all permutations that go together at least as much, listed one by one."""
    found = abs(difference_of_pairs(one, other))
    dealt = [abs(difference_of_pairs(each, other)) >= found for each in itertools.permutations(one)]
    return sum(dealt) / len(dealt)


def tied(seed: int, points: int, levels: int) -> list[float]:
    return [random.Random(seed * 100 + place).randint(1, levels) for place in range(points)]


def test_four_points_worked_by_hand(beside_each_other: Callable[[Sequence[Orders]], list[Found]]) -> None:
    """1 1 2 2 over four different figures: four pairs in order, none against; 1 way of 6, and its mirror image."""
    (found,) = beside_each_other([([1, 1, 2, 2], [10, 20, 30, 40])])
    assert (found.statistic, found.ways) == (4, 6)
    assert found.p_value == pytest.approx(2 / 6)
    assert found.tau == pytest.approx(4 / math.sqrt(4 * 6))


def test_ties_in_either_order_are_counted_as_by_listing_every_permutation(
    beside_each_other: Callable[[Sequence[Orders]], list[Found]],
) -> None:
    pairs = [
        (tied(seed, points, levels), tied(seed + 50, points, others))
        for seed, (points, levels, others) in enumerate(itertools.product((3, 5, 7), (2, 4), (2, 3, 9)))
    ]
    for pair, found in zip(pairs, beside_each_other(pairs), strict=True):
        assert found.statistic == difference_of_pairs(*pair)
        assert found.p_value == pytest.approx(over_all_permutations(*pair), abs=1e-12)


def test_fourteen_different_points_are_those_of_scipy(
    beside_each_other: Callable[[Sequence[Orders]], list[Found]],
) -> None:
    dealt = random.Random(14)
    pairs = [(dealt.sample(range(99), 14), dealt.sample(range(99), 14)) for _ in range(5)]
    for pair, found in zip(pairs, beside_each_other(pairs), strict=True):
        known = kendalltau(*pair, method="exact")
        assert found.ways == math.factorial(14)
        assert (found.tau, found.p_value) == pytest.approx((known.statistic, known.pvalue), abs=1e-12)


def test_fourteen_choices_are_dealt_out_in_every_way(
    beside_each_other: Callable[[Sequence[Orders]], list[Found]],
) -> None:
    choices = [1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4]
    figures = [10, 12, 12, 9, 15, 15, 15, 11, 8, 17, 19, 20, 21, 10]
    (found,) = beside_each_other([(choices, figures)])
    assert found.ways == math.factorial(14) // (6 * 24 * 24 * 6)
    assert found.tau == pytest.approx(kendalltau(choices, figures).statistic)


def test_where_all_are_alike_there_is_no_correlation(
    beside_each_other: Callable[[Sequence[Orders]], list[Found]],
) -> None:
    (found,) = beside_each_other([([2, 2, 2], [1, 2, 3])])
    assert (found.statistic, found.tau, found.p_value) == (0, None, 1)


def test_more_points_than_can_be_counted_have_no_chance(
    beside_each_other: Callable[[Sequence[Orders]], list[Found]],
) -> None:
    (found,) = beside_each_other([(list(range(15)), list(range(15)))])
    assert (found.statistic, found.ways, found.p_value) == (105, None, None)
