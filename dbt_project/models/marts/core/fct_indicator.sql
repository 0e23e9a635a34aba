with indicators as (
    select
        *,
        numerator::double precision as events,
        denominator::double precision as total,
        value_kind = 'proportion' as is_proportion
    from {{ ref('int_indicators') }}
    where {{ changed_figures(opens_periods=true) }}
),

final as (
    select
        authority_code,
        period_code,
        indicator_code,
        definition_version,
        basis,
        events as numerator,
        total as denominator,
        value::double precision as value,
        case when is_proportion then multiplier * {{ wilson_bound('events', 'total', z_95(), 'lower') }} end
            as lower_95,
        case when is_proportion then multiplier * {{ wilson_bound('events', 'total', z_95(), 'upper') }} end
            as upper_95,
        case when is_proportion then multiplier * {{ wilson_bound('events', 'total', z_99_8(), 'lower') }} end
            as lower_99_8,
        case when is_proportion then multiplier * {{ wilson_bound('events', 'total', z_99_8(), 'upper') }} end
            as upper_99_8,
        case when is_proportion and value is not null then 'wilson' end as interval_method,
        missing_reason,
        case when value is null then null when note is null then 'A' else 'B' end as quality_rating,
        note,
        submission_ids
    from indicators
)

select * from final
