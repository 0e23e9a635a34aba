with used as (
    select submission_id from {{ ref('fct_measure') }}
    where {{ changed_figures() }}
    union
    select submission_id from {{ ref('bridge_measure_source') }}
    where {{ changed_figures() }}
    union
    select unnest(submission_ids) from {{ ref('fct_indicator') }}
    where {{ changed_figures() }}
)

select used.submission_id, submissions.state
from used
left join {{ ref('dim_submission') }} as submissions on used.submission_id = submissions.submission_id
where submissions.is_in_force is not true
