{{ config(materialized='table', indexes=[{'columns': ['submission_id', 'in_force_from'], 'unique': True}]) }}
-- From when to when the figures of a submission counted, told by the decisions: one row for each such time. There is a
-- second one where the version after it was withdrawn, and it came back into force.
with decisions as (
    select * from {{ source('ledger', 'decision') }}
    where
        decided_at <= {{ as_known_on() }}
        and decision_id <= {{ until_decision() }}
        and {{ is_not_left_out('submission_id') }}
),

-- What breaks a build is taken out as if it had never counted: nobody has read it.
quarantined as (
    select
        submission_id,
        max(decision_id) as decision_id
    from decisions
    where to_state = 'quarantined'
    group by submission_id
),

changes as (
    select
        decisions.submission_id,
        decisions.decision_id,
        decisions.decided_at as good_from,
        decisions.to_state in ('accepted', 'accepted_with_warnings') as is_good,
        lead(decisions.decided_at) over (
            partition by decisions.submission_id order by decisions.decision_id
        ) as good_to
    from decisions
    left join quarantined on decisions.submission_id = quarantined.submission_id
    where decisions.decision_id > coalesce(quarantined.decision_id, 0)
),

good as (
    select
        submissions.sender,
        submissions.return_code,
        submissions.period_code,
        submissions.version,
        submissions.submission_id,
        changes.good_from,
        changes.good_to
    from changes
    inner join {{ source('ledger', 'submission') }} as submissions
        on changes.submission_id = submissions.submission_id
    where changes.is_good and submissions.received_at <= {{ as_known_on() }}
),

moments as (
    select sender, return_code, period_code, good_from as moment from good
    union
    select sender, return_code, period_code, good_to from good
    where good_to is not null
),

-- The newest good version counts: a late sign-off of an old one does not push it out. Of two that were accepted in
-- one go, the older one never counted.
counting as (
    select distinct on (moments.sender, moments.return_code, moments.period_code, moments.moment)
        moments.sender,
        moments.return_code,
        moments.period_code,
        moments.moment,
        good.submission_id
    from moments
    left join good
        on
            moments.sender = good.sender
            and moments.return_code = good.return_code
            and moments.period_code = good.period_code
            and {{ stood_at('moments.moment', 'good.good_from', 'good.good_to') }}
    order by
        moments.sender, moments.return_code, moments.period_code, moments.moment, good.version desc nulls last
),

beside as (
    select
        *,
        lag(submission_id) over slice as submission_before
    from counting
    window slice as (partition by sender, return_code, period_code order by moment)
),

spells as (
    select
        submission_id,
        moment as in_force_from,
        lead(moment) over (partition by sender, return_code, period_code order by moment) as in_force_to
    from beside
    -- What came and did not change what counts begins nothing.
    where submission_id is distinct from submission_before
),

final as (
    select
        submission_id,
        in_force_from,
        in_force_to
    from spells
    where submission_id is not null
)

select * from final
