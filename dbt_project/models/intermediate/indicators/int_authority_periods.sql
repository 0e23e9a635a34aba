-- What type an authority was in each period: types change, and facts take the type of their period.
with final as (
    select
        types.authority_code,
        periods.period_code,
        types.authority_type
    from {{ ref('authority_types') }} as types
    inner join {{ ref('int_periods') }} as periods
        on
            types.from_period <= periods.period_code
            and coalesce(types.to_period, periods.period_code) >= periods.period_code
)

select * from final
