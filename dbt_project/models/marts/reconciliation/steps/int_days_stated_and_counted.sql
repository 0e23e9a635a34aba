{{ config(materialized='ephemeral') }}
-- Days of care as the form states them and as the episodes give them, for the years of which anybody has
-- sent both returns.
with stated as (
    select
        authority_code,
        period_code,
        measure_code,
        value,
        submission_id,
        missing_reason
    from {{ ref('fct_measure') }}
    where
        basis = 'submitted'
        and measure_code in (
            select form_item from {{ ref('placement_types') }}
            union
            select form_item_short_term from {{ ref('placement_types') }}
        )
),

items as (
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
    from stated
),

-- A return in force that has no day of a kind says that there were none.
counted as (
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
),

final as (
    select
        coalesce(stated.authority_code, counted.authority_code) as authority_code,
        coalesce(stated.period_code, counted.period_code) as period_code,
        coalesce(stated.measure_code, counted.measure_code) as measure_code,
        stated.value as stated_days,
        counted.value as counted_days,
        stated.submission_id as stated_submission_id,
        counted.submission_id as counted_submission_id,
        stated.missing_reason
    from stated
    full outer join counted
        on
            stated.authority_code = counted.authority_code
            and stated.period_code = counted.period_code
            and stated.measure_code = counted.measure_code
    where coalesce(stated.period_code, counted.period_code) in (select returns.period_code from returns)
)

select * from final
