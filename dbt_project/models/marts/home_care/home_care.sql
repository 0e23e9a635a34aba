{# Its rows stand on figures of every basis; a year is written anew as a whole. #}
{{ config(
    materialized='incremental', indexes=[{'columns': ['period_code']}],
    pre_hook="{{ clear(changed_years('period_code')) }}"
) }}
-- Service, finance and outcome of home care side by side. What drives its cost is in fct_driver.
{% set of_figures = ['missing_reason', 'quality_rating', 'region_value', 'own_type_value', 'change'] %}
with measures as (
    select
        authority_code,
        period_code,
        max(value) filter (where measure_code = 'hh1_hours_la') as hours_local_authority,
        max(value) filter (where measure_code = 'hh1_hours_independent') as hours_independent,
        max(value) filter (where measure_code = 'cost_home_care_own') as cost_own_thousand,
        max(value) filter (where measure_code = 'cost_home_care_others') as cost_others_thousand,
        max(value) filter (where measure_code = 'hh1_intensive_households') as intensive_households
    from {{ ref('fct_measure') }}
    where basis = 'submitted' and {{ changed_years('period_code') }}
    group by authority_code, period_code
),

figures as (
    {{ figures_and_peers(['B17', 'U2.25', 'HH1.HOURS', 'HH1.INTENSIVE']) }}
),

indicators as (
    select
        authority_code,
        period_code,
        {{ figure('value', 'HH1.HOURS', 'submitted') }} as hours_per_person,
        {{ figure_and_peers('hours_per_person', 'HH1.HOURS', 'submitted', of_figures) }},
        {{ figure('value', 'B17', 'submitted') }} as b17_hourly_cost,
        {{ figure_and_peers('b17', 'B17', 'submitted', of_figures) }},
        {{ figure('value', 'U2.25', 'submitted') }} as u225_weekly_cost_per_person,
        {{ figure_and_peers('u225', 'U2.25', 'submitted', of_figures) }},
        {{ figure('value', 'HH1.INTENSIVE', 'submitted') }} as intensive_per_100_people,
        {{ figure_and_peers('intensive', 'HH1.INTENSIVE', 'submitted', of_figures + ['region_band']) }}
    from figures
    where basis = 'submitted'
    group by authority_code, period_code
),

final as (
    select
        indicators.*,
        authorities.name as authority_name,
        types.authority_type,
        measures.hours_local_authority,
        measures.hours_independent,
        100 * measures.hours_independent
        / nullif(measures.hours_local_authority + measures.hours_independent, 0)
            as independent_share_of_hours,
        measures.cost_own_thousand,
        measures.cost_others_thousand,
        1000 * measures.cost_own_thousand / nullif(52 * measures.hours_local_authority, 0) as hourly_cost_own,
        1000 * measures.cost_others_thousand / nullif(52 * measures.hours_independent, 0)
            as hourly_cost_independent,
        measures.intensive_households
    from indicators
    inner join {{ ref('dim_authority') }} as authorities
        on indicators.authority_code = authorities.authority_code
    inner join {{ ref('int_authority_periods') }} as types
        on
            indicators.authority_code = types.authority_code
            and indicators.period_code = types.period_code
    left join measures
        on
            indicators.authority_code = measures.authority_code
            and indicators.period_code = measures.period_code
)

select * from final
