with used as (
    select submission_id from {{ ref('fct_measure') }}
    union
    select submission_id from {{ ref('bridge_measure_source') }}
    union
    select unnest(submission_ids) from {{ ref('fct_indicator') }}
)

select used.submission_id, submissions.state
from used
left join {{ ref('dim_submission') }} as submissions on used.submission_id = submissions.submission_id
where submissions.is_in_force is not true
