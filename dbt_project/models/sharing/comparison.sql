-- Each figure that leaves beside its comparators. What stands on counts of people is compared anew, by the
-- figures that leave; the rest is as in the club. Of the former only those comparators leave that are the same
-- for all their members: the overlap of others could single an authority out.
with compared as (
    select * from {{ ref('fct_comparison') }}
    where {{ changed_comparisons('period_code', 'basis') }}
),

shown as (
    select *
    from {{ ref('indicator') }}
    where value is not null
),

members as (
    select
        compared.*,
        indicators.multiplier,
        indicators.polarity,
        shown.is_rounded,
        shown.numerator,
        shown.denominator,
        shown.value as shown_value,
        shown.lower_95,
        shown.upper_95,
        shown.lower_99_8,
        shown.upper_99_8,
        -- There is one in the club where the two years may be set beside each other.
        case when compared.previous_value is not null then earlier.value end as shown_previous_value
    from compared
    inner join shown using (authority_code, period_code, indicator_code, basis)
    inner join {{ ref('dim_indicator') }} as indicators
        on
            compared.indicator_code = indicators.indicator_code
            and compared.definition_version = indicators.definition_version
    inner join {{ ref('dim_period') }} as periods on compared.period_code = periods.period_code
    left join {{ ref('dim_period') }} as periods_before on periods.starts_on = periods_before.ends_on + 1
    left join shown as earlier
        on
            compared.authority_code = earlier.authority_code
            and compared.indicator_code = earlier.indicator_code
            and compared.basis = earlier.basis
            and periods_before.period_code = earlier.period_code
),

comparators as (
    select
        period_code,
        indicator_code,
        basis,
        comparator_set,
        comparator_title,
        count(*)::integer as n,
        -- In one order, whatever was written when: the last digit of a sum depends on it.
        max(multiplier) * sum(numerator order by authority_code)
        / nullif(sum(denominator order by authority_code), 0) as comparator_value
    from members
    where is_rounded and comparator_set in ('region', 'own_type', 'england')
    group by period_code, indicator_code, basis, comparator_set, comparator_title
),

ranked as (
    select
        members.*,
        comparators.comparator_value as shown_comparator_value,
        comparators.n as shown_n,
        case
            when members.polarity = 'low' then rank() over (standing order by members.shown_value)
            when members.polarity = 'high' then rank() over (standing order by members.shown_value desc)
        end as shown_rank
    from members
    inner join comparators using (period_code, indicator_code, basis, comparator_set, comparator_title)
    where members.is_rounded
    window standing as (partition by period_code, indicator_code, basis, comparator_set, comparator_title)
),

worked_out_anew as (
    select
        authority_code,
        period_code,
        indicator_code,
        basis,
        comparator_set,
        definition_version,
        comparator_title,
        'pooled' as comparator_method,
        shown_value as value,
        shown_comparator_value as comparator_value,
        shown_n as n,
        shown_rank::integer as rank,
        (floor((shown_rank - 1) * 4.0 / shown_n) + 1)::integer as quartile,
        case
            when lower_99_8 is null then null
            when shown_comparator_value > upper_99_8 then 'Low (0.001)'
            when shown_comparator_value < lower_99_8 then 'High (0.001)'
            when shown_comparator_value > upper_95 then 'Low (0.025)'
            when shown_comparator_value < lower_95 then 'High (0.025)'
            else 'Not significant'
        end as funnel_position,
        shown_previous_value as previous_value,
        is_rounded
    from ranked
),

as_in_the_club as (
    select
        authority_code,
        period_code,
        indicator_code,
        basis,
        comparator_set,
        definition_version,
        comparator_title,
        comparator_method,
        value,
        comparator_value,
        n,
        rank,
        quartile,
        funnel_position,
        previous_value,
        is_rounded
    from members
    where not is_rounded
),

figures as (
    select * from worked_out_anew
    union all
    select * from as_in_the_club
),

final as (
    select
        authority_code,
        period_code,
        indicator_code,
        basis,
        comparator_set,
        definition_version,
        comparator_title,
        comparator_method,
        value,
        comparator_value,
        n,
        rank,
        quartile,
        chr(64 + quartile) as band,
        funnel_position,
        previous_value,
        value - previous_value as change,
        is_rounded
    from figures
)

select * from final
