-- A comparator is made of the figures of its members that are rated well enough, and of nothing else; those
-- without a figure and those left out are counted. Pooled is the sum of the numerators over that of the
-- denominators.
with comparators as (
    select distinct
        comparator_set, comparator_group, period_code, indicator_code, basis, definition_version,
        n, n_missing, n_left_out, too_few, pooled_value, mean_value, median_value, minimum_value,
        maximum_value
    from {{ ref('fct_comparison') }}
    where {{ changed_comparisons('period_code', 'basis') }}
),

members as (
    select
        members.*,
        sets.least_rating,
        count(*) over (
            partition by members.comparator_set, members.comparator_group, members.period_code
        ) as in_group
    from {{ ref('bridge_comparator_member') }} as members
    inner join {{ ref('dim_comparator_set') }} as sets on members.comparator_set = sets.comparator_set
),

recounted as (
    select
        members.comparator_set, members.comparator_group, members.period_code, facts.indicator_code,
        facts.basis,
        count(*) filter (where facts.quality_rating <= members.least_rating) as n,
        max(members.in_group) - count(*) as n_missing,
        count(*) filter (where facts.quality_rating > members.least_rating) as n_left_out,
        sum(facts.numerator) filter (where facts.quality_rating <= members.least_rating) as numerator,
        sum(facts.denominator) filter (where facts.quality_rating <= members.least_rating) as denominator,
        sum(facts.value) filter (where facts.quality_rating <= members.least_rating) as total
    from members
    inner join {{ ref('fct_indicator') }} as facts
        on members.authority_code = facts.authority_code and members.period_code = facts.period_code
    where facts.value is not null and {{ changed_comparisons('facts.period_code', 'facts.basis') }}
    group by
        members.comparator_set, members.comparator_group, members.period_code, facts.indicator_code,
        facts.basis
),

-- Joined before anything else: the planner expects definitions for a few of them only, and would look through all
-- that was recounted for each.
beside as materialized (
    select
        comparators.*,
        recounted.n as counted,
        recounted.n_missing as counted_missing,
        recounted.n_left_out as counted_left_out,
        recounted.numerator,
        recounted.denominator,
        recounted.total
    from comparators
    left join recounted
        on
            comparators.comparator_set = recounted.comparator_set
            and comparators.comparator_group = recounted.comparator_group
            and comparators.period_code = recounted.period_code
            and comparators.indicator_code = recounted.indicator_code
            and comparators.basis = recounted.basis
)

select beside.*
from beside
inner join {{ ref('dim_comparator_set') }} as sets on beside.comparator_set = sets.comparator_set
inner join {{ ref('dim_indicator') }} as definitions
    on
        beside.indicator_code = definitions.indicator_code
        and beside.definition_version = definitions.definition_version
where
    (beside.n, beside.n_missing, beside.n_left_out)
    is distinct from (beside.counted, beside.counted_missing, beside.counted_left_out)
    or beside.median_value not between beside.minimum_value and beside.maximum_value
    or abs(beside.mean_value * beside.counted - beside.total) > 1e-9 * greatest(1, abs(beside.total))
    or (beside.pooled_value is null) <> (
        definitions.value_kind = 'published'
        or coalesce(beside.denominator, 0) = 0
        or beside.too_few is not null
    )
    or (beside.median_value is null) <> (beside.too_few is not null)
    or (beside.too_few is null) <> (beside.n >= sets.least_n)
    or abs(beside.pooled_value * beside.denominator - definitions.multiplier * beside.numerator)
    > 1e-9 * greatest(1, abs(definitions.multiplier * beside.numerator))
