{{ config(
    materialized='incremental', indexes=[{'columns': ['period_code', 'basis']}],
    pre_hook="{{ clear(changed_comparisons('period_code', 'basis')) }}"
) }}
-- Where to look first: figures on the worse side of their comparator that have become worse since the year
-- before.
with comparisons as (
    select
        comparisons.*,
        indicators.polarity,
        case indicators.polarity when 'low' then 'High' when 'high' then 'Low' end as worse_side
    from {{ ref('fct_comparison') }} as comparisons
    inner join {{ ref('dim_indicator') }} as indicators
        on
            comparisons.indicator_code = indicators.indicator_code
            and comparisons.definition_version = indicators.definition_version
    where
        comparisons.direction_of_travel = 'worse'
        and {{ changed_comparisons('comparisons.period_code', 'comparisons.basis') }}
),

worse as (
    select
        *,
        funnel_position like worse_side || ' %' as is_level_significant
    from comparisons
    where
        {{ merit('value', 'polarity') }} < {{ merit('comparator_value', 'polarity') }}
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
        value,
        quality_rating,
        comparator_value,
        comparator_method,
        n,
        rank,
        n_ranked,
        funnel_position,
        false_alarm_probability,
        previous_value,
        change,
        change_lower_95,
        change_upper_95,
        case
            when is_level_significant is null and is_change_significant is null then 'not tested'
            when is_level_significant and is_change_significant then 'level and change'
            when is_level_significant then 'level'
            when is_change_significant then 'change'
            else 'neither'
        end as evidence
    from worse
)

select * from final
