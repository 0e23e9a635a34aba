-- Every day of the financial years: what a tool that reckons in days needs to group by ours.
with final as (
    select
        days.day::date as day,
        periods.period_code,
        periods.starts_on as period_starts_on
    from {{ ref('dim_period') }} as periods
    cross join lateral generate_series(periods.starts_on, periods.ends_on, interval '1 day') as days (day)
)

select * from final
