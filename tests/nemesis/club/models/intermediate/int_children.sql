{{ config(
    schema='intermediate', materialized='incremental', tags=['children'],
    pre_hook="{{ clear(was_decided_of('ssda903')) }}"
) }}
-- Children in force, under their pseudonyms.
select
    submissions.submission_id,
    submissions.sender as authority_code,
    submissions.period_code,
    count(distinct children.child_id) as children
from {{ source('pseudonymised', 'ssda903_episodes') }} as children
inner join {{ ref('stg_ledger__submissions') }} as submissions on children.submission_id = submissions.submission_id
where submissions.is_in_force and {{ changed_submissions('ssda903', 'submissions.submission_id') }}
group by submissions.submission_id, submissions.sender, submissions.period_code
