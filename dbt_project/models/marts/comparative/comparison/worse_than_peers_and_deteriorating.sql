{{ config(
    materialized='incremental', indexes=[{'columns': ['period_code', 'basis']}],
    pre_hook="{{ clear(changed_comparisons('period_code', 'basis')) }}"
) }}
-- Where to look first: figures on the worse side of their comparator that have become worse since the year
-- before, with how many of them chance alone would list.
with compared as (
    select
        *,
        -- In one order, whatever was written when: the last digit of a sum depends on it.
        sum(listed_by_chance_probability) over (
            partition by comparator_set, comparator_group, period_code, indicator_code, basis
            order by authority_code rows between unbounded preceding and unbounded following
        ) as expected_on_list_by_chance
    from {{ ref('fct_comparison') }}
    where {{ changed_comparisons('period_code', 'basis') }}
),

comparisons as (
    select
        compared.*,
        indicators.polarity,
        case indicators.polarity when 'low' then 'High' when 'high' then 'Low' end as worse_side
    from compared
    inner join {{ ref('dim_indicator') }} as indicators
        on
            compared.indicator_code = indicators.indicator_code
            and compared.definition_version = indicators.definition_version
    where compared.direction_of_travel = 'worse'
),

worse as (
    select
        *,
        funnel_position like worse_side || ' %' as is_level_significant,
        -- Fewer figures than an expectation needs leave the test against no change.
        coalesce(change_beyond_expected = 'worse', is_change_significant) as is_change_more_than_chance,
        case
            when listed_by_chance_probability is not null
                then
                    count(listed_by_chance_probability) over (
                        partition by comparator_set, comparator_group, period_code, indicator_code, basis
                    )
        end as n_on_list
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
        expected_change,
        expected_change_lower_95,
        expected_change_upper_95,
        change_beyond_expected,
        n_on_list::integer as n_on_list,
        case when n_on_list is not null then expected_on_list_by_chance end as expected_on_list_by_chance,
        case
            when is_level_significant is null and is_change_more_than_chance is null then 'not tested'
            when is_level_significant and is_change_more_than_chance then 'level and change'
            when is_level_significant then 'level'
            when is_change_more_than_chance then 'change'
            else 'neither'
        end as evidence
    from worse
)

select * from final
