{# Its rows stand on figures of every basis; a year is written anew as a whole. #}
{{ config(
    materialized='incremental', indexes=[{'columns': ['period_code']}],
    pre_hook="{{ clear(changed_years('period_code')) }}"
) }}
-- Service, finance and outcome of placement stability side by side. Unit costs are those of the returns;
-- numbers of children and outcomes are those the publisher puts out, and beside them those counted from
-- the children's episodes that the authority sent. What drives them is in fct_driver.
{% set of_costs = ['missing_reason', 'quality_rating', 'region_value', 'own_type_value', 'change'] %}
{% set of_outcomes = of_costs + ['region_band', 'region_position'] %}
with figures as (
    {{ figures_and_peers(['B8', 'B9', 'B10', 'L294', 'L296', 'L297', 'A1', 'D35']) }}
),

indicators as (
    select
        authority_code,
        period_code,
        {{ figure('value', 'B8', 'submitted') }} as b8_weekly_cost,
        {{ figure_and_peers('b8', 'B8', 'submitted', of_costs) }},
        {{ figure('value', 'B9', 'submitted') }} as b9_weekly_cost_homes,
        {{ figure('value', 'B10', 'submitted') }} as b10_weekly_cost_foster_care,
        {{ figure('value', 'L294', 'published') }} as l294_weekly_cost_outturn,
        {{ figure_and_peers('l294', 'L294', 'published', of_costs) }},
        {{ figure('value', 'L297', 'published') }} as l297_weekly_cost_residential_outturn,
        {{ figure('value', 'L296', 'published') }} as l296_weekly_cost_fostering_outturn,
        {{ figure('value', 'A1', 'published') }} as a1_three_or_more_placements,
        {{ figure_and_peers('a1', 'A1', 'published', ['lower_95', 'upper_95'] + of_outcomes) }},
        {{ figure('value', 'D35', 'published') }} as d35_long_term_stability,
        {{ figure_and_peers('d35', 'D35', 'published', ['lower_95', 'upper_95'] + of_outcomes) }},
        {{ figure('value', 'A1', 'submitted') }} as a1_three_or_more_placements_from_episodes,
        {{ figure('lower_95', 'A1', 'submitted') }} as a1_lower_95_from_episodes,
        {{ figure('upper_95', 'A1', 'submitted') }} as a1_upper_95_from_episodes,
        {{ figure_and_peers('a1_from_episodes', 'A1', 'submitted', of_outcomes) }},
        {{ figure('value', 'D35', 'submitted') }} as d35_long_term_stability_from_episodes,
        {{ figure('lower_95', 'D35', 'submitted') }} as d35_lower_95_from_episodes,
        {{ figure('upper_95', 'D35', 'submitted') }} as d35_upper_95_from_episodes,
        {{ figure_and_peers('d35_from_episodes', 'D35', 'submitted', of_outcomes) }}
    from figures
    group by authority_code, period_code
),

final as (
    select
        indicators.*,
        authorities.name as authority_name,
        types.authority_type,
        measures.cla_at_31_march,
        measures.days_in_foster_care,
        measures.days_in_homes,
        100 * measures.days_in_homes / nullif(measures.days_in_homes + measures.days_in_foster_care, 0)
            as residential_share_of_days,
        measures.cla_at_31_march_from_episodes,
        measures.placements_from_episodes,
        measures.days_in_foster_care_from_episodes,
        measures.days_in_homes_from_episodes
    from indicators
    inner join {{ ref('dim_authority') }} as authorities
        on indicators.authority_code = authorities.authority_code
    inner join {{ ref('int_authority_periods') }} as types
        on
            indicators.authority_code = types.authority_code
            and indicators.period_code = types.period_code
    left join {{ ref('int_placement_stability_measures') }} as measures
        on
            indicators.authority_code = measures.authority_code
            and indicators.period_code = measures.period_code
)

select * from final
