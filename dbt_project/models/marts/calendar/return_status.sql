{{ config(materialized='view') }}
-- What each member owes, as of today: a view, since a return becomes late without anything being built. It goes by the
-- decisions of the build that is read.
with versions as (
    select
        sender as authority_code,
        return_code,
        period_code,
        count(*) as versions,
        max(version) filter (where is_in_force) as version_in_force,
        max(submission_id) filter (where is_in_force) as submission_id,
        bool_or(is_in_force and collection is not null) as is_copy,
        max(in_force_from) filter (where is_in_force) as in_force_from,
        min(received_at) filter (where collection is null) as received_at,
        -- What came last counts for what is to be done; what was accepted, for what is there.
        (array_agg(state order by version desc))[1] as newest_state,
        max(version) as newest_version
    from {{ ref('dim_submission') }}
    group by sender, return_code, period_code
),

owed as (
    select
        members.authority_code,
        due.return_code,
        due.period_code,
        due.opens_on,
        due.due_on,
        due.provenance = 'assumed' as is_due_day_assumed,
        coalesce(versions.versions, 0) as versions,
        versions.version_in_force,
        versions.submission_id,
        versions.newest_state,
        coalesce(versions.is_copy, false) as is_copy,
        {{ day_in_england('versions.received_at') }} as received_on,
        {{ day_in_england('versions.in_force_from') }} as accepted_on,
        {{ day_in_england('now()') }} as today
    from {{ ref('dim_authority') }} as members
    cross join {{ ref('dim_return_due') }} as due
    left join versions
        on
            members.authority_code = versions.authority_code
            and due.return_code = versions.return_code
            and due.period_code = versions.period_code
    where members.is_member
),

final as (
    select
        authority_code,
        return_code,
        period_code,
        opens_on,
        due_on,
        is_due_day_assumed,
        case
            when version_in_force is not null then 'accepted'
            when newest_state = 'awaiting_sign_off' then 'waiting'
            when newest_state in ('rejected', 'quarantined', 'withdrawn', 'received') then newest_state
            when today < opens_on then 'not_due'
            -- A day that is only assumed makes nobody late.
            when today <= due_on or is_due_day_assumed then 'due'
            else 'late'
        end as status,
        case when version_in_force is null then due_on - today end as days_left,
        received_on,
        accepted_on,
        -- A copy out of a national collection does not tell when the authority sent its own.
        case
            when not is_due_day_assumed and not is_copy and received_on is not null
                then greatest(received_on - due_on, 0)
        end as days_late,
        versions,
        newest_state,
        submission_id
    from owed
)

select * from final
