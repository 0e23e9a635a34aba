-- The days of care that PSS EX1 states beside the days counted from the children's episodes, one row per
-- authority, year and item of the form.
with final as (
    select
        authority_code,
        period_code,
        measure_code,
        stated_days,
        counted_days,
        counted_days - stated_days as difference,
        case
            when stated_days is null and counted_days is null then 'both_missing'
            when stated_days is null then 'only_counted'
            when counted_days is null then 'only_stated'
            when abs(counted_days - stated_days) < 0.5 then 'equal'
            else 'differs'
        end as status,
        case
            when stated_submission_id is null then 'No PSS EX1 return of this authority and year is in force'
            when counted_submission_id is null then 'No SSDA903 return of this authority and year is in force'
            when stated_days is null then missing_reason
            when abs(counted_days - stated_days) < 0.5 then null
            when counted_days = 0 then 'No episode of this kind is in the children''s return'
            else
                'The episodes give ' || abs(counted_days - stated_days) || ' days '
                || case when counted_days > stated_days then 'more' else 'fewer' end || ' than the form'
        end as reason,
        stated_submission_id,
        counted_submission_id
    from {{ ref('int_days_stated_and_counted') }}
)

select * from final
