{{ config(materialized='ephemeral') }}
-- Days of care as the episodes give them, for the items of the form of the year. A return in force that has
-- no day of a kind says that there were none.
with items as (
    select
        days.authority_code,
        days.period_code,
        days.form_item as measure_code,
        sum(days.days) as days
    from {{ ref('int_cla__days') }} as days
    where days.form_item is not null and days.recorded_to is null
    group by days.authority_code, days.period_code, days.form_item
),

returns as (
    select
        sender as authority_code,
        period_code,
        submission_id
    from {{ ref('stg_ledger__submissions') }}
    where is_in_force and return_code = 'ssda903'
),

form as (
    select distinct
        period_code,
        measure_code
    from {{ ref('int_days_stated') }}
),

final as (
    select
        returns.authority_code,
        returns.period_code,
        form.measure_code,
        returns.submission_id,
        coalesce(items.days, 0)::double precision as value
    from returns
    inner join form on returns.period_code = form.period_code
    left join items
        on
            returns.authority_code = items.authority_code
            and returns.period_code = items.period_code
            and form.measure_code = items.measure_code
)

select * from final
