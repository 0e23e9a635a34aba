"""Changes and what was to be expected of them: by the macros of the models, and worked out a second time."""

from collections.abc import Callable, Iterable

import numpy as np
from numpy.typing import NDArray
from scipy.stats import t

from ingestion.settings import Settings
from tests.support.compiled_models import Row, over_figures

Counts = NDArray[np.int64]
Shares = NDArray[np.float64]
# Of one group of one year: its name, the council's, events and total of both years, kind of value, the better end.
Figure = tuple[str, str, float, float, float, float, str, str]
Expect = Callable[[Iterable[Figure]], list[Row]]

FIGURES = """
    create temporary table figures as
    select
        *,
        'A1' as indicator_code, 'published' as basis, 'region' as comparator_set,
        'west-midlands' as comparator_group,
        'A' as quality_rating, 'A' as previous_quality_rating, 'B' as least_rating, true as is_in_baseline,
        100::double precision as multiplier,
        100 * numerator / denominator as value,
        100 * previous_numerator / previous_denominator as previous_value,
        100 * numerator / denominator - 100 * previous_numerator / previous_denominator as change,
        100 * sum(numerator) over (partition by period_code) / sum(denominator) over (partition by period_code)
            as comparator_value,
        case value_kind when 'proportion' then 'newcombe' when 'rate' then 'mover' end as change_method
    from unnest(
        %s::text[], %s::text[], %s::double precision[], %s::double precision[], %s::double precision[],
        %s::double precision[], %s::text[], %s::text[]
    ) as figures (
        period_code, authority_code, previous_numerator, previous_denominator, numerator, denominator, value_kind,
        polarity
    )
"""
QUERY = """
    with moved as materialized ({{ levels_and_moves('figures') }}),
    entered as (select 3 as least_n, moved.* from moved where level is not null),
    first_spread as ({{ first_spreads() }}),
    second_spread as ({{ second_spreads() }}),
    group_levels as ({{ levels_of_groups() }}),
    shrunken as materialized ({{ shrunken_levels('group_levels') }}),
    expected_levels as materialized ({{ expected_levels() }}),
    expected as ({{ expected_changes() }})
    select
        *,
        {{ beyond_expected(
            'change', 'expected_change_lower_95', 'expected_change_upper_95', 'polarity'
        ) }} as change_beyond_expected,
        case polarity
            when 'low' then value > previous_value and value > comparator_value
            when 'high' then value < previous_value and value < comparator_value
        end as is_listed
    from expected
    order by period_code::integer, authority_code::integer
"""


def expectations_of(settings: Settings) -> Expect:
    """Works out the expected changes as the models do, in the warehouse of `settings`."""
    return over_figures(settings, FIGURES, QUERY)


def by_the_formulae(before: Counts, after: Counts, totals: Counts) -> Shares:
    """The change to expect of each proportion of one region, and the ends of its interval."""
    level, later = (np.arcsin(np.sqrt((events + 3 / 8) / (totals + 3 / 4))) for events in (before, after))
    chance = 1 / (4 * totals + 2)
    n, spread, spread_of_moves = len(level), spread_of(level, chance), spread_of(later - level, 2 * chance)
    weights, weights_of_moves = 1 / (chance + spread), 1 / (2 * chance + spread_of_moves)
    mean = np.average(level, weights=weights)
    shrinkage = (n - 3) / (n - 1) * chance / (chance + spread)
    others = weights_of_moves.sum() - weights_of_moves
    move = (weights_of_moves @ (later - level) - weights_of_moves * (later - level)) / others
    expected = level + shrinkage * (mean - level) + move
    mean_chance = np.average(chance, weights=weights)
    variance = chance * (1 - shrinkage * (1 - weights / weights.sum())) + chance + 1 / others
    variance += 2 / (n - 3) * shrinkage**2 * (mean_chance + spread) / (chance + spread) * (level - mean) ** 2
    centre = (1 - np.cos(2 * expected) * np.exp(-2 * (chance * spread / (chance + spread) + chance))) / 2
    ends = [np.sin(expected + sign * t.ppf(0.975, n - 1) * np.sqrt(variance)) ** 2 for sign in (-1, 1)]
    shares = (np.array([centre, *ends]) * (totals + 3 / 4) - 3 / 8) / totals
    return (100 * (shares - before / totals)).T


def spread_of(values: Shares, chance: Shares) -> float:
    """In two steps: by equal weights, then by those that follow."""
    spread, weights = 0.0, np.ones_like(values)
    for _ in range(2):
        around = weights @ (values - np.average(values, weights=weights)) ** 2
        by_chance = weights @ chance - weights**2 @ chance / weights.sum()
        spread = max(0.0, (around - by_chance) / (weights.sum() - weights @ weights / weights.sum()))
        weights = 1 / (chance + spread)
    return spread
