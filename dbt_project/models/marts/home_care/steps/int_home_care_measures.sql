{{ config(materialized='ephemeral') }}
-- Hours and costs of home care that stand beside the indicators, by basis: of a week, of the year, and the
-- independent sector's share of those that were asked for; where both were, of the week.
{% set of_the_return = {
    'week_la': 'hh1_hours_la', 'week_independent': 'hh1_hours_independent', 'year_la': 'home_care_hours_year_own',
    'year_independent': 'home_care_hours_year_independent', 'own': 'cost_home_care_own',
    'others': 'cost_home_care_others',
} %}
{% set of_the_publisher = {
    'week_la': 'adult_2_23_units', 'week_independent': 'adult_2_24_units', 'year_la': 'adult_2_23a_units',
    'year_independent': 'adult_2_24a_units', 'own': 'adult_2_23a_cost', 'others': 'adult_2_24a_cost',
} %}
{% set of_returns = (of_the_return.values() | list) + ['hh1_intensive_households'] %}
with measures as (
    select
        authority_code,
        period_code,
        basis,
        {% for name, measure in of_the_return.items() -%}
            max(value) filter (where {{ is_one_of('measure_code', [measure, of_the_publisher[name]]) }})
                as {{ name }},
        {% endfor -%}
        bool_or(measure_code in ('hh1_hours_la', 'adult_2_23_units')) as has_week,
        max(value) filter (where measure_code = 'hh1_intensive_households') as intensive_households
    from {{ ref('fct_measure') }}
    where
        (
            (
                basis = 'submitted'
                and {{ is_one_of('measure_code', of_returns) }}
            )
            or (basis = 'published' and {{ is_one_of('measure_code', of_the_publisher.values() | list) }})
        )
        and {{ changed_years('period_code') }}
    group by authority_code, period_code, basis
),

final as (
    select
        authority_code,
        period_code,
        basis,
        week_la as hours_local_authority,
        week_independent as hours_independent,
        year_la as hours_year_local_authority,
        year_independent as hours_year_independent,
        case
            when has_week then 100 * week_independent / nullif(week_la + week_independent, 0)
            else 100 * year_independent / nullif(year_la + year_independent, 0)
        end as independent_share_of_hours,
        own as cost_own_thousand,
        others as cost_others_thousand,
        intensive_households
    from measures
)

select * from final
