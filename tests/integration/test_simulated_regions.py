"""Regions whose members are all alike: as many figures stand apart as packs announce that chance sets apart."""

from collections.abc import Iterator
from itertools import groupby

import numpy as np
import pytest
from numpy.typing import NDArray

from ingestion.settings import Settings
from reporting.packs.data import PackRows, read_pack_rows
from reporting.packs.rows import Profile
from tests.support.compiled_models import Figures, over_figures

REGIONS = 500

FIGURES = """
    create temporary table figures as
    select *
    from unnest(
        %s::text[], %s::integer[], %s::text[], %s::double precision[], %s::double precision[],
        %s::double precision[]
    ) as figures (indicator_code, simulated_region, value_kind, multiplier, events, counted)
"""
# What the marts do with a figure: its interval, and where that lies to what the region comes to.
QUERY = """
    with bounded as (
        select
            *,
            multiplier * sum(events) over of_region / sum(counted) over of_region as comparator_value,
            {{ interval_bounds('value_kind', 'events', 'counted', 'multiplier') }}
        from figures
        window of_region as (partition by indicator_code, simulated_region)
    ),
    placed as (select *, {{ funnel_position('comparator_value') }} as funnel_position from bounded)
    select
        indicator_code, simulated_region,
        count(*) as tested,
        count(*) filter (where funnel_position <> 'Not significant') as apart
    from placed
    group by indicator_code, simulated_region
"""


@pytest.fixture(scope="module")
def rows(sample_warehouse: Settings) -> PackRows:
    return read_pack_rows(sample_warehouse)


@pytest.fixture(scope="module")
def stand_apart(sample_warehouse: Settings) -> Figures:
    return over_figures(sample_warehouse, FIGURES, QUERY)


def figures_to_test(rows: PackRows) -> Iterator[tuple[str, list[Profile]]]:
    """Every indicator that can be tested, with the members' figures that its region is made of."""
    tested = {
        (each.indicator_code, each.authority_code): each for each in rows.profiles
        if each.chance_of_standing_apart is not None
    }  # fmt: skip
    for code, found in groupby(sorted(tested), key=lambda named: named[0]):
        yield code, [tested[named] for named in found]


def multiplier_of(found: list[Profile]) -> float:
    """What the figures of an indicator are their numerators by their denominators times."""
    largest = max(found, key=lambda each: each.numerator or 0)
    return (largest.value or 0) * (largest.denominator or 0) / (largest.numerator or 1)


def drawn(found: list[Profile], source: np.random.Generator) -> NDArray[np.int64]:
    """Share the events of a region out by chance, by how many each member counts: a row for each region."""
    sizes = np.array([each.denominator for each in found])
    events = round(sum(each.numerator or 0 for each in found))
    if found[0].value_kind == "proportion":
        whole = sizes.round().astype(int)
        return source.multivariate_hypergeometric(whole, events, size=REGIONS, method="count")
    return source.multinomial(events, sizes / sizes.sum(), size=REGIONS)


def test_in_regions_without_differences_as_many_stand_apart_as_is_announced(
    rows: PackRows, stand_apart: Figures
) -> None:
    """All that packs test, in 500 regions, with the statistics of the models; each figure apart is a statement."""
    source = np.random.default_rng(1999)
    tested = dict(figures_to_test(rows))
    assert len(tested) >= 5 and {each[0].value_kind for each in tested.values()} == {"proportion", "rate"}
    figures = [
        (code, region, one.value_kind, multiplier_of(found), float(events), one.denominator)
        for code, found in tested.items()
        for region, shared in enumerate(drawn(found, source))
        for one, events in zip(found, shared, strict=True)
    ]
    counted = stand_apart(figures)
    assert len(counted) == REGIONS * len(tested)
    announced = sum(each.chance_of_standing_apart or 0 for found in tested.values() for each in found)
    apart = sum(row["apart"] for row in counted) / REGIONS
    assert apart == pytest.approx(announced, rel=0.1)
    assert announced > 0.02 * sum(map(len, tested.values()))
