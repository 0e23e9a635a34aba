-- Service, finance and outcome of placement stability side by side. Unit costs are those of the returns; numbers of
-- children and outcomes are those the publisher puts out, and beside them those counted from the children's episodes
-- that the authority sent.
with measures as (
    select
        authority_code,
        period_code,
        max(value) filter (where measure_code = 'cla_at_31_march' and basis = 'published') as cla_at_31_march,
        max(value) filter (where measure_code = 'cla_at_31_march' and basis = 'submitted')
            as cla_at_31_march_from_episodes,
        max(value) filter (where measure_code = 'cla_placements_in_year' and basis = 'submitted')
            as placements_from_episodes,
        max(value) filter (where measure_code = 'days_foster' and basis = 'submitted') as days_in_foster_care,
        max(value) filter (where measure_code = 'days_homes' and basis = 'submitted') as days_in_homes,
        max(value) filter (where measure_code = 'cla_days_foster' and basis = 'submitted')
            as days_in_foster_care_from_episodes,
        max(value) filter (where measure_code = 'cla_days_homes' and basis = 'submitted')
            as days_in_homes_from_episodes
    from {{ ref('fct_measure') }}
    group by authority_code, period_code
),

indicators as (
    select
        authority_code,
        period_code,
        max(value) filter (where indicator_code = 'B8') as b8_weekly_cost,
        max(value) filter (where indicator_code = 'B9') as b9_weekly_cost_homes,
        max(value) filter (where indicator_code = 'B10') as b10_weekly_cost_foster_care,
        max(value) filter (where indicator_code = 'L294') as l294_weekly_cost_outturn,
        max(value) filter (where indicator_code = 'L297') as l297_weekly_cost_residential_outturn,
        max(value) filter (where indicator_code = 'L296') as l296_weekly_cost_fostering_outturn,
        {%- for basis, suffix in [('published', ''), ('submitted', '_from_episodes')] %}
        {%- for code, name in [('A1', 'a1_three_or_more_placements'), ('D35', 'd35_long_term_stability')] %}
        {%- set short = code | lower %}
        max(value) filter (where indicator_code = '{{ code }}' and basis = '{{ basis }}') as {{ name ~ suffix }},
        max(lower_95) filter (where indicator_code = '{{ code }}' and basis = '{{ basis }}')
            as {{ short }}_lower_95{{ suffix }},
        max(upper_95) filter (where indicator_code = '{{ code }}' and basis = '{{ basis }}')
            as {{ short }}_upper_95{{ suffix }},
        {%- endfor %}
        {%- endfor %}
        max(missing_reason) filter (where indicator_code = 'A1' and basis = 'submitted')
            as a1_from_episodes_missing_reason,
        max(missing_reason) filter (where indicator_code = 'D35' and basis = 'submitted')
            as d35_from_episodes_missing_reason
    from {{ ref('fct_indicator') }}
    where
        (indicator_code in ('B8', 'B9', 'B10') and basis = 'submitted')
        or (indicator_code in ('L294', 'L296', 'L297') and basis = 'published')
        or indicator_code in ('A1', 'D35')
    group by authority_code, period_code
),

final as (
    select
        indicators.authority_code,
        indicators.period_code,
        authorities.name as authority_name,
        types.authority_type,
        measures.cla_at_31_march,
        measures.days_in_foster_care,
        measures.days_in_homes,
        100 * measures.days_in_homes / nullif(measures.days_in_homes + measures.days_in_foster_care, 0)
            as residential_share_of_days,
        indicators.b8_weekly_cost,
        indicators.b9_weekly_cost_homes,
        indicators.b10_weekly_cost_foster_care,
        indicators.l294_weekly_cost_outturn,
        indicators.l297_weekly_cost_residential_outturn,
        indicators.l296_weekly_cost_fostering_outturn,
        indicators.a1_three_or_more_placements,
        indicators.a1_lower_95,
        indicators.a1_upper_95,
        indicators.d35_long_term_stability,
        indicators.d35_lower_95,
        indicators.d35_upper_95,
        measures.cla_at_31_march_from_episodes,
        measures.placements_from_episodes,
        measures.days_in_foster_care_from_episodes,
        measures.days_in_homes_from_episodes,
        indicators.a1_three_or_more_placements_from_episodes,
        indicators.a1_lower_95_from_episodes,
        indicators.a1_upper_95_from_episodes,
        indicators.a1_from_episodes_missing_reason,
        indicators.d35_long_term_stability_from_episodes,
        indicators.d35_lower_95_from_episodes,
        indicators.d35_upper_95_from_episodes,
        indicators.d35_from_episodes_missing_reason
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
