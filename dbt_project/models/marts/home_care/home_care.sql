-- Service, finance and outcome of home care side by side.
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
    where basis = 'submitted'
    group by authority_code, period_code
),

indicators as (
    select
        authority_code,
        period_code,
        value as b17_hourly_cost,
        missing_reason as b17_missing_reason
    from {{ ref('fct_indicator') }}
    where indicator_code = 'B17' and basis = 'submitted'
),

final as (
    select
        indicators.authority_code,
        indicators.period_code,
        authorities.name as authority_name,
        types.authority_type,
        measures.hours_local_authority,
        measures.hours_independent,
        100 * measures.hours_independent
        / nullif(measures.hours_local_authority + measures.hours_independent, 0)
            as independent_share_of_hours,
        measures.cost_own_thousand,
        measures.cost_others_thousand,
        indicators.b17_hourly_cost,
        indicators.b17_missing_reason,
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
