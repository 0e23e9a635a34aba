{{ config(materialized='view') }}
-- How each member keeps to the calendar, by return: of what was due on a day that is not just assumed.
with final as (
    select
        authority_code,
        return_code,
        count(*) as due,
        count(*) filter (where days_late = 0) as in_time,
        count(*) filter (where days_late > 0) as late,
        count(*) filter (where received_on is null and submission_id is null) as missing,
        max(days_late) as most_days_late,
        sum(greatest(versions - 1, 0)) as sent_again
    from {{ ref('return_status') }}
    where not is_due_day_assumed and due_on < {{ day_in_england('now()') }}
    group by authority_code, return_code
)

select * from final
