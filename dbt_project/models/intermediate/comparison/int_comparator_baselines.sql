-- What the figures of each group come to, once for all who are set beside it: pooled, median, mean and
-- spread. Figures that are rated too low for the set are counted and left out. England is a comparator
-- once a council beyond the membership has a figure.
with figures as (
    select
        facts.authority_code,
        facts.period_code,
        facts.indicator_code,
        facts.basis,
        facts.numerator,
        facts.denominator,
        facts.value,
        facts.quality_rating,
        indicators.value_kind,
        indicators.multiplier,
        {{ merit('facts.value', 'indicators.polarity') }} as merit,
        authorities.is_member
    from {{ ref('fct_indicator') }} as facts
    inner join {{ ref('dim_indicator') }} as indicators
        on
            facts.indicator_code = indicators.indicator_code
            and facts.definition_version = indicators.definition_version
    inner join {{ ref('authorities') }} as authorities on facts.authority_code = authorities.authority_code
    where facts.value is not null and {{ changed_comparisons('facts.period_code', 'facts.basis') }}
),

sizes as (
    select
        comparator_set,
        comparator_group,
        period_code,
        count(*) as members
    from {{ ref('int_comparator_members') }}
    group by comparator_set, comparator_group, period_code
),

entered as (
    select
        members.comparator_set,
        members.comparator_group,
        sets.made_by <> 'country' or not figures.is_member as makes_a_comparator,
        figures.*,
        figures.quality_rating <= sets.least_rating as is_in
    from {{ ref('int_comparator_members') }} as members
    inner join {{ ref('comparator_sets') }} as sets on members.comparator_set = sets.comparator_set
    inner join figures
        on members.member_code = figures.authority_code and members.period_code = figures.period_code
),

summed as (
    select
        comparator_set,
        comparator_group,
        period_code,
        indicator_code,
        basis,
        max(value_kind) as value_kind,
        count(*) filter (where is_in) as n,
        count(*) filter (where not is_in) as n_left_out,
        -- In one order, whatever was written when: the last digit of a sum depends on it.
        max(multiplier) * sum(numerator order by authority_code) filter (where is_in)
        / nullif(sum(denominator order by authority_code) filter (where is_in), 0) as quotient,
        avg(value order by authority_code) filter (where is_in) as mean_value,
        percentile_cont(array[0, 0.25, 0.5, 0.75, 1]) within group (order by value) filter (where is_in)
            as five_numbers,
        array_agg(merit order by merit) filter (where is_in and merit is not null) as merits
    from entered
    group by comparator_set, comparator_group, period_code, indicator_code, basis
    having bool_or(makes_a_comparator)
),

final as (
    select
        summed.comparator_set,
        summed.comparator_group,
        summed.period_code,
        summed.indicator_code,
        summed.basis,
        case when summed.value_kind = 'published' then 'median' else 'pooled' end as comparator_method,
        case when summed.value_kind <> 'published' then summed.quotient end as pooled_value,
        summed.five_numbers[3] as median_value,
        summed.mean_value,
        summed.five_numbers[1] as minimum_value,
        summed.five_numbers[2] as lower_quartile_value,
        summed.five_numbers[4] as upper_quartile_value,
        summed.five_numbers[5] as maximum_value,
        summed.n,
        sizes.members - summed.n - summed.n_left_out as n_missing,
        summed.n_left_out,
        summed.merits
    from summed
    inner join sizes
        on
            summed.comparator_set = sizes.comparator_set
            and summed.comparator_group = sizes.comparator_group
            and summed.period_code = sizes.period_code
)

select * from final
