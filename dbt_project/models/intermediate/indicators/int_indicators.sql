{{ config(
    materialized='incremental',
    indexes=[{'columns': ['authority_code', 'period_code']}, {'columns': ['period_code']}],
    pre_hook="{{ clear(changed_figures(opens_periods=true)) }}"
) }}
-- Value = multiplier x sum(weight x numerator measures) / sum(weight x denominator measures). Where the form
-- of a year lacks an item, the version of that year says so and has no components.
with components as (
    select * from {{ ref('int_indicator_components') }}
),

summed as (
    select
        authority_code,
        period_code,
        basis,
        indicator_code,
        definition_version,
        {{ sum_of_components('numerator') }} as numerator,
        {{ sum_of_components('denominator') }} as denominator,
        array_agg(distinct submission_id) filter (where submission_id is not null) as submission_ids,
        string_agg(distinct missing_reason, '; ') as component_reasons,
        string_agg(distinct note, '; ') as note
    from components
    group by authority_code, period_code, basis, indicator_code, definition_version
),

sources as (
    select
        components.indicator_code,
        components.definition_version,
        measures.basis,
        string_agg(distinct measures.source_return, ', ' order by measures.source_return) as source_return
    from {{ ref('register_components') }} as components
    inner join {{ ref('int_measure_returns') }} as measures on components.measure_code = measures.measure_code
    group by components.indicator_code, components.definition_version, measures.basis
),

explained as (
    select
        summed.*,
        indicators.value_kind,
        indicators.multiplier,
        sources.source_return,
        case
            when summed.submission_ids is not null then summed.component_reasons
            when summed.basis = 'published' then 'The publisher gives no figure for this authority and year'
            when latest.state is null
                then
                    'No ' || sources.source_return || ' return for ' || summed.period_code
                    || ' has been received'
            else
                'The ' || sources.source_return || ' return for ' || summed.period_code
                || ' (submission ' || latest.submission_id || ') is ' || replace(latest.state, '_', ' ')
                || '; see its feedback report'
        end as component_reason
    from summed
    inner join {{ ref('register_indicators') }} as indicators
        on
            summed.indicator_code = indicators.indicator_code
            and summed.definition_version = indicators.definition_version
    inner join sources
        on
            summed.indicator_code = sources.indicator_code
            and summed.definition_version = sources.definition_version
            and summed.basis = sources.basis
    left join {{ ref('int_latest_submissions') }} as latest
        on
            summed.authority_code = latest.sender
            and sources.source_return = latest.return_code
            and summed.period_code = latest.period_code
),

not_collected as (
    select
        respondents.authority_code,
        respondents.period_code,
        respondents.basis,
        indicators.indicator_code,
        indicators.definition_version,
        indicators.value_kind,
        indicators.multiplier,
        indicators.not_collected_reason
    from {{ ref('register_indicators') }} as indicators
    inner join {{ ref('int_respondents') }} as respondents
        on
            indicators.valid_from_period <= respondents.period_code
            and coalesce(indicators.valid_to_period, respondents.period_code) >= respondents.period_code
            and respondents.basis = 'submitted'
    where indicators.not_collected_reason is not null
),

final as (
    select
        authority_code,
        period_code,
        indicator_code,
        definition_version,
        basis,
        value_kind,
        multiplier,
        numerator,
        denominator,
        {{ value_of_indicator() }} as value,
        {{ reason_of_missing_indicator('component_reason') }} as missing_reason,
        submission_ids,
        note
    from explained
    union all
    select
        authority_code,
        period_code,
        indicator_code,
        definition_version,
        basis,
        value_kind,
        multiplier,
        null as numerator,
        null as denominator,
        null as value,
        not_collected_reason as missing_reason,
        null as submission_ids,
        null as note
    from not_collected
)

select * from final
where {{ changed_figures(opens_periods=true) }}
