"""Queries of the indicators of a comparison: each reads all of them at once, in the latest year with figures."""

# Which year, basis and version of each indicator is shown, with what the register says of it.
SHOWN = """
with latest as (
    select distinct on (facts.indicator_code)
        facts.indicator_code, facts.period_code, facts.basis, facts.definition_version
    from marts.fct_indicator as facts
    inner join marts.dim_authority as authorities using (authority_code)
    where authorities.is_member and facts.value is not null
    order by
        facts.indicator_code, facts.period_code desc,
        array_position(array['submitted', 'published', 'sample'], facts.basis)
)
select
    latest.period_code, latest.basis, latest.indicator_code, latest.definition_version, versions.title,
    versions.domain, versions.unit, versions.multiplier, versions.definition, versions.pitfalls,
    versions.client_group, versions.service, versions.value_kind, versions.polarity
from latest
inner join marts.dim_indicator as versions
    on
        latest.indicator_code = versions.indicator_code
        and latest.definition_version = versions.definition_version
order by versions.client_group, array_position(array['service', 'finance', 'outcome'], versions.domain),
    versions.service, latest.indicator_code
"""

# Before each of the others: the indicators and years that `SHOWN` found.
OF_THE_SHOWN = """
with shown as materialized (
    select * from unnest(%(codes)s::text[], %(periods)s::text[], %(bases)s::text[], %(versions)s::integer[])
        as shown (indicator_code, period_code, basis, definition_version)
)
"""

FIGURES = """
,
compared as materialized (
    select comparisons.*
    from shown
    inner join marts.fct_comparison as comparisons
        on
            shown.indicator_code = comparisons.indicator_code
            and shown.period_code = comparisons.period_code
            and shown.basis = comparisons.basis
    where comparisons.comparator_set in (%(region)s, %(neighbours)s)
),
prices as materialized (
    select in_real_terms.*
    from shown
    inner join marts.comparison_in_real_terms as in_real_terms
        on
            shown.indicator_code = in_real_terms.indicator_code
            and shown.period_code = in_real_terms.period_code
            and shown.basis = in_real_terms.basis
    where in_real_terms.comparator_set = %(region)s
)
select
    shown.indicator_code, authorities.authority_code, authorities.name, facts.numerator, facts.denominator,
    facts.value, facts.lower_95, facts.upper_95, regions.funnel_position as position,
    regions.rank, regions.rank_lower_95, regions.rank_upper_95,
    facts.missing_reason, facts.note, regions.change, regions.direction_of_travel as direction,
    regions.is_change_significant, neighbours.comparator_value as neighbours_value,
    neighbours.n as neighbours_n, neighbours.too_few as too_few_neighbours,
    readings.lowest_value as lowest_reading, readings.highest_value as highest_reading, readings.best_rank,
    readings.worst_rank, prices.change_real, prices.base_period
from shown
cross join marts.dim_authority as authorities
left join marts.fct_indicator as facts
    on
        authorities.authority_code = facts.authority_code
        and shown.indicator_code = facts.indicator_code
        and shown.period_code = facts.period_code
        and shown.basis = facts.basis
left join compared as regions
    on
        authorities.authority_code = regions.authority_code
        and shown.indicator_code = regions.indicator_code
        and regions.comparator_set = %(region)s
left join compared as neighbours
    on
        authorities.authority_code = neighbours.authority_code
        and shown.indicator_code = neighbours.indicator_code
        and neighbours.comparator_set = %(neighbours)s
left join prices
    on authorities.authority_code = prices.authority_code and shown.indicator_code = prices.indicator_code
-- They are counted after the marts: those of another figure wait until they are.
left join marts.definition_sensitivity as readings
    on
        facts.authority_code = readings.authority_code
        and facts.indicator_code = readings.indicator_code
        and facts.period_code = readings.period_code
        and facts.basis = 'submitted'
        and facts.value = readings.agreed_value
where authorities.is_member
order by shown.indicator_code, authorities.name collate "C"
"""

# One row of the members' for each: nothing is tested of a figure without an interval, though others have one.
REGIONS = """
select distinct on (shown.indicator_code)
    shown.indicator_code, comparisons.comparator_value as value, comparisons.n,
    comparisons.comparator_title as title, comparisons.comparator_method as method, comparisons.n_missing,
    comparisons.n_left_out, comparisons.too_few, comparisons.false_alarm_probability
from shown
inner join marts.fct_comparison as comparisons
    on
        shown.indicator_code = comparisons.indicator_code
        and shown.period_code = comparisons.period_code
        and shown.basis = comparisons.basis
        and comparisons.comparator_set = %(region)s
inner join marts.dim_authority as authorities on comparisons.authority_code = authorities.authority_code
where authorities.is_member
order by shown.indicator_code, comparisons.false_alarm_probability nulls last
"""

SPREADS = """
select
    shown.indicator_code, spreads.pairs, spreads.pairs_in_one_order,
    spreads.variance_by_definition / spreads.variance as by_definition,
    spreads.variance_by_chance / spreads.variance as by_chance,
    spreads.variance_remaining / spreads.variance as remaining
from shown
inner join marts.definition_spread as spreads
    on shown.indicator_code = spreads.indicator_code and shown.period_code = spreads.period_code
where shown.basis = 'submitted' and spreads.variance > 0
"""

# The region's figures by one definition, each year's once.
YEARS_IN_REAL_TERMS = """
select distinct
    shown.indicator_code, prices.period_code, prices.comparator_value_real as value, prices.base_period,
    prices.is_forecast
from shown
inner join marts.comparison_in_real_terms as prices
    on
        shown.indicator_code = prices.indicator_code
        and shown.basis = prices.basis
        and shown.definition_version = prices.definition_version
        and prices.comparator_set = %(region)s
inner join marts.dim_authority as authorities on prices.authority_code = authorities.authority_code
where authorities.is_member and prices.comparator_value_real is not null
order by shown.indicator_code, prices.period_code
"""
