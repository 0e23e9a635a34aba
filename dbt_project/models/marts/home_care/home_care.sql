{# Its rows stand on figures of every basis; a year is written anew as a whole. #}
{{ config(
    materialized='incremental', indexes=[{'columns': ['period_code']}],
    pre_hook="{{ clear(changed_years('period_code')) }}"
) }}
-- Service, finance and outcome of home care side by side, as far as there are figures: from the returns, then
-- as published, then the rates and outcomes that followed. What drives its cost is in fct_driver.
{% set of_figures = ['quality_rating', 'region_value', 'own_type_value', 'change'] %}
{% set main_figures = {
    'hours_per_person': ('HH1.HOURS', 'hours_per_person', of_figures),
    'b17_hourly_cost': ('B17', 'b17', of_figures),
    'u225_weekly_cost_per_person': ('U2.25', 'u225', of_figures),
    'asc_rate_own': ('ASC.HOME_CARE.OWN', 'asc_rate_own', of_figures),
    'asc_rate_others': ('ASC.HOME_CARE.OTHERS', 'asc_rate_others', of_figures),
    'intensive_per_100_people': ('HH1.INTENSIVE', 'intensive', of_figures + ['region_band']),
    'at_home_after_reablement': ('ASCOF.AT_HOME_AFTER_REABLEMENT', 'at_home', of_figures + ['region_band']),
    'offered_reablement': ('ASCOF.OFFERED_REABLEMENT', 'offered', of_figures + ['region_band']),
    'quality_of_life': ('ASCOF.QUALITY_OF_LIFE', 'quality_of_life', of_figures + ['region_band']),
} %}
with figures as (
    select * from {{ ref('int_home_care_figures') }}
),

indicators as (
    select
        authority_code,
        period_code,
        max(cost_basis) as cost_basis,
        {% for column, (indicator, name, of_figure) in main_figures.items() -%}
            {{ figure('value', indicator) }} as {{ column }},
            coalesce(
                {{ figure('missing_reason', indicator) }},
                case
                    when {{ figure('value', indicator) }} is null
                        then '{{ indicator }} is neither in a return nor published for ' || period_code
                end
            ) as {{ name }}_missing_reason,
            {{ figure_and_peers(name, indicator, none, of_figure) }},
        {% endfor -%}
        {{ figure_of_first('value', ['U2.23', 'U2.23A']) }} as hourly_cost_own,
        {{ figure_of_first('value', ['U2.24', 'U2.24A']) }} as hourly_cost_independent
    from figures
    group by authority_code, period_code
),

final as (
    select
        indicators.*,
        authorities.name as authority_name,
        types.authority_type,
        breaks.words as break_before,
        measures.hours_local_authority,
        measures.hours_independent,
        measures.hours_year_local_authority,
        measures.hours_year_independent,
        measures.independent_share_of_hours,
        measures.cost_own_thousand,
        measures.cost_others_thousand,
        measures.intensive_households
    from indicators
    inner join {{ ref('dim_authority') }} as authorities
        on indicators.authority_code = authorities.authority_code
    inner join {{ ref('int_authority_periods') }} as types
        on
            indicators.authority_code = types.authority_code
            and indicators.period_code = types.period_code
    left join {{ ref('int_home_care_measures') }} as measures
        on
            indicators.authority_code = measures.authority_code
            and indicators.period_code = measures.period_code
            and indicators.cost_basis = measures.basis
    left join {{ ref('series_breaks') }} as breaks
        on indicators.period_code = breaks.from_period and breaks.theme = 'home_care'
)

select * from final
