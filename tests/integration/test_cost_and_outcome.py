"""Correlations of cost and outcome beside values worked out without the database."""

import math
import random
from collections.abc import Iterator, Sequence
from pathlib import Path
from statistics import NormalDist, correlation, median

import pytest

from tests.support.compiled_models import Models, compiled_models

FACTS = (
    "authority_code text, period_code text, indicator_code text, definition_version integer, basis text,"
    " value float8, quality_rating text"
)
MEMBERS = "comparator_set text, comparator_group text, period_code text, member_code text"
SETS = "comparator_set text, made_by text, least_rating text"
PAIRS = (
    "pair_code text, cost_indicator_code text, cost_basis text, outcome_indicator_code text, outcome_basis text,"
    " outcome_years_later integer, caveat text"
)
PUT = ("fct_indicator", "dim_indicator", "int_comparator_members", "comparator_sets", "authorities")
Points = Sequence[tuple[float, float]]


@pytest.fixture(scope="module")
def models(prepared_home: Path) -> Iterator[Models]:
    marts = ("mart_cost_and_outcome", "cost_and_outcome_correlation")
    with compiled_models(prepared_home, "int_cost_and_outcome", *marts) as compiled:
        yield compiled


def put_points(models: Models, points: Points, *, last_rating: str = "A", strangers: int = 0) -> None:
    """Authorities with these figures of B17 and of intensive home care, in one region and year."""
    names = [f"council-{number:02}" for number in range(len(points))]
    ratings = ["A"] * (len(points) - 1) + [last_rating]
    models.put("fct_indicator", FACTS, [
        (name, "2006-07", code, 1, "submitted", value, rating)
        for name, point, rating in zip(names, points, ratings, strict=True)
        for code, value in zip(("B17", "HH1.INTENSIVE"), point, strict=True)
    ])  # fmt: skip
    models.put("dim_indicator", "indicator_code text, definition_version integer, polarity text", [
        ("B17", 1, "none"), ("HH1.INTENSIVE", 1, "high"),
    ])  # fmt: skip
    models.put("authorities", "authority_code text, is_member boolean", [
        (name, number >= strangers) for number, name in enumerate(names)
    ])  # fmt: skip
    models.put("int_comparator_members", MEMBERS, [
        (comparator_set, comparator_set, "2006-07", name)
        for name in names for comparator_set in ("region", "england")
    ])  # fmt: skip
    models.put("comparator_sets", SETS, [("region", "region", "B"), ("england", "country", "B")])
    models.put_model("int_cost_and_outcome", put=PUT)


def correlated(models: Models) -> list[tuple[object, ...]]:
    columns = "comparator_set, n, correlation, lower_95, upper_95, reading"
    return sorted(models.run("cost_and_outcome_correlation", columns, put=("int_cost_and_outcome",)))


def ranks(values: Sequence[float]) -> list[float]:
    """Rank of each value, ties at the mean of theirs."""
    return [1 + sum(other < value for other in values) + (values.count(value) - 1) / 2 for value in values]


def interval(r: float, n: int) -> tuple[float, float]:
    half = NormalDist().inv_cdf(0.975) * math.sqrt((1 + r * r / 2) / (n - 3))
    return math.tanh(math.atanh(r) - half), math.tanh(math.atanh(r) + half)


def test_a_textbook_case_comes_out(models: Models) -> None:
    """Ten people's IQ and hours of television, the usual example of Spearman's coefficient: -29 / 165."""
    iq = (106, 100, 86, 101, 99, 103, 97, 113, 112, 110)
    hours = (7, 27, 2, 50, 28, 29, 20, 12, 6, 17)
    put_points(models, list(zip(iq, hours, strict=True)))
    lower, upper = interval(-29 / 165, 10)
    assert correlated(models) == [
        ("region", 10, pytest.approx(-29 / 165), pytest.approx(lower), pytest.approx(upper), "not shown")
    ]


@pytest.mark.parametrize("size", [8, 9, 14, 150])
@pytest.mark.parametrize("slope", [-1.0, 0.2, 1.0])
def test_a_correlation_and_its_medians_are_those_of_another_reckoning(
    models: Models, size: int, slope: float
) -> None:
    """Costs are rounded, so that there are ties."""
    chance = random.Random(size)
    costs = [float(round(chance.gauss(14, 3))) for _ in range(size)]
    points = [(cost, slope * cost + chance.gauss(0, 4)) for cost in costs]
    put_points(models, points)
    expected = correlation(ranks(costs), ranks([outcome for _, outcome in points]))
    lower, upper = interval(expected, size)
    reading = "not shown"
    if lower > 0 or upper < 0:
        reading = "dearer goes with better" if expected > 0 else "dearer goes with worse"
    ((_, n, *figures, said),) = correlated(models)
    assert (n, said) == (size, reading)
    assert figures == pytest.approx([expected, lower, upper], rel=1e-9)

    found = models.run("mart_cost_and_outcome", "cost_median, outcome_median", put=("int_cost_and_outcome",))
    medians = (median(costs), median(outcome for _, outcome in points))
    assert found == [pytest.approx(medians)] * size


def test_a_figure_rated_c_is_left_out_and_seven_are_too_few(models: Models) -> None:
    put_points(models, [(number, -number) for number in range(8)], last_rating="C")
    assert correlated(models) == [("region", 7, None, None, None, None)]


def test_england_is_a_group_once_others_than_members_are_there(models: Models) -> None:
    points = [(number, number * number % 7) for number in range(9)]
    put_points(models, points)
    assert [row[0] for row in correlated(models)] == ["region"]
    put_points(models, points, strangers=1)
    assert [row[0] for row in correlated(models)] == ["england", "region"]


def test_an_outcome_is_read_years_after_its_cost_among_those_who_stayed_in_the_group(models: Models) -> None:
    """Ten have both figures; one is of another type when the outcome is read, and is compared in neither group."""
    names = [f"council-{number:02}" for number in range(10)]
    models.put("cost_and_outcome_pairs", PAIRS, [("far", "C", "published", "O", "published", 3, "far apart")])
    models.put("fct_indicator", FACTS, [
        (name, period, code, 1, "published", number if period == "2014-15" or code == "O" else -number, "A")
        for number, name in enumerate(names)
        for period, code in (("2014-15", "C"), ("2017-18", "O"), ("2014-15", "O"), ("2017-18", "C"))
    ])  # fmt: skip
    models.put("dim_indicator", "indicator_code text, definition_version integer, polarity text", [
        ("C", 1, "none"), ("O", 1, "none"),
    ])  # fmt: skip
    models.put("authorities", "authority_code text, is_member boolean", [(name, True) for name in names])
    models.put("int_comparator_members", MEMBERS, [
        ("own_type", "unitary" if name == names[0] and period == "2017-18" else "shire", period, name)
        for name in names for period in ("2014-15", "2017-18")
    ])  # fmt: skip
    models.put("comparator_sets", SETS, [("own_type", "authority_type", "B")])
    models.put_model("int_cost_and_outcome", put=(*PUT, "cost_and_outcome_pairs"))
    columns = "period_code, outcome_period_code, comparator_group, n, reading, caveat"
    found = models.run("cost_and_outcome_correlation", columns, put=("int_cost_and_outcome",))
    assert found == [("2014-15", "2017-18", "shire", 9, "dearer goes with higher", "far apart")]
