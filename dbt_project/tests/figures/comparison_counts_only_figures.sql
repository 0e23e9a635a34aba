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
)

select
    comparators.*, recounted.n as counted, recounted.numerator, recounted.denominator, recounted.total
from comparators
left join recounted
    on
        comparators.comparator_set = recounted.comparator_set
        and comparators.comparator_group = recounted.comparator_group
        and comparators.period_code = recounted.period_code
        and comparators.indicator_code = recounted.indicator_code
        and comparators.basis = recounted.basis
inner join {{ ref('dim_comparator_set') }} as sets on comparators.comparator_set = sets.comparator_set
inner join {{ ref('dim_indicator') }} as definitions
    on
        comparators.indicator_code = definitions.indicator_code
        and comparators.definition_version = definitions.definition_version
where
    (comparators.n, comparators.n_missing, comparators.n_left_out)
    is distinct from (recounted.n, recounted.n_missing, recounted.n_left_out)
    or comparators.median_value not between comparators.minimum_value and comparators.maximum_value
    or abs(comparators.mean_value * recounted.n - recounted.total) > 1e-9 * greatest(1, abs(recounted.total))
    or (comparators.pooled_value is null) <> (
        definitions.value_kind = 'published'
        or coalesce(recounted.denominator, 0) = 0
        or comparators.too_few is not null
    )
    or (comparators.median_value is null) <> (comparators.too_few is not null)
    or (comparators.too_few is null) <> (comparators.n >= sets.least_n)
    or abs(comparators.pooled_value * recounted.denominator - definitions.multiplier * recounted.numerator)
    > 1e-9 * greatest(1, abs(definitions.multiplier * recounted.numerator))
