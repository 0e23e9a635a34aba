"""What became of figures after a start, by the macros of the models: starts of no effect, and of a planted one."""

from collections.abc import Callable, Iterable

from ingestion.settings import Settings
from tests.support.compiled_models import Row, over_figures

# Of one start and one later year: the start, the year, who began, the council, events and total of both years, the
# kind of value, the better end.
Figure = tuple[str, str, str, str, float, float, float, float, str, str]
Follow = Callable[[Iterable[Figure]], list[Row]]

FIGURES = """
    create temporary table figures as
    select
        *,
        'A1' as indicator_code, 'published' as basis, 'region' as comparator_set, 3 as least_n,
        'A' as quality_rating, 'A' as previous_quality_rating, 'B' as least_rating, true as is_in_baseline,
        100::double precision as multiplier, null::double precision as comparator_value,
        100 * numerator / denominator as value,
        100 * previous_numerator / previous_denominator as previous_value,
        100 * numerator / denominator - 100 * previous_numerator / previous_denominator as change,
        case value_kind when 'proportion' then 'newcombe' when 'rate' then 'mover' end as change_method
    from unnest(
        %s::text[], %s::text[], %s::text[], %s::text[], %s::double precision[], %s::double precision[],
        %s::double precision[], %s::double precision[], %s::text[], %s::text[]
    ) as figures (
        comparator_group, period_code, own_authority_code, authority_code,
        previous_numerator, previous_denominator, numerator, denominator, value_kind, polarity
    )
"""
QUERY = """
    with moved as materialized ({{ levels_and_moves('figures') }}),
    entered as (select * from moved where level is not null),
    {{ steps_of_follow_up() }}
    select *, {{ follow_up_verdict() }} as verdict
    from expected
    order by comparator_group::integer, period_code::integer
"""


def follow_ups_of(settings: Settings) -> Follow:
    """Follow starts up as the models do, in the warehouse of `settings`."""
    return over_figures(settings, FIGURES, QUERY)
