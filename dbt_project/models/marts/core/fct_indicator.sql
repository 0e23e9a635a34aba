{{ config(materialized='incremental', pre_hook="{{ clear(changed_figures(opens_periods=true)) }}") }}
with indicators as (
    select
        *,
        numerator::double precision as events,
        denominator::double precision as total
    from {{ ref('int_indicators') }}
    where {{ changed_figures(opens_periods=true) }}
),

intervals as (
    select
        *,
        {{ interval_bounds('value_kind', 'events', 'total', 'multiplier') }}
    from indicators
),

final as (
    select
        authority_code,
        period_code,
        intervals.indicator_code,
        intervals.definition_version,
        {{ indicator_key('intervals') }} as indicator_key,
        intervals.basis,
        events as numerator,
        total as denominator,
        value::double precision as value,
        lower_95,
        upper_95,
        lower_99_8,
        upper_99_8,
        {{ interval_method('lower_95', 'value_kind', 'events') }} as interval_method,
        missing_reason,
        case when value is not null then quality.quality_rating end as quality_rating,
        note,
        submission_ids,
        rules.decisions
    from intervals
    left join {{ ref('int_figure_quality') }} as quality
        using (authority_code, period_code, indicator_code, basis)
    left join {{ ref('int_indicator_rules') }} as rules
        on
            intervals.basis <> 'published'
            and intervals.indicator_code = rules.indicator_code
            and intervals.definition_version = rules.definition_version
            and {{ holds_in('rules', 'intervals.period_code') }}
)

select * from final
