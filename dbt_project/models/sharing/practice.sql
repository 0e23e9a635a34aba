-- What members have tried: the entries that are in use and that somebody else has checked. Evidence stays inside, as it counts
-- people, and so does every text that tells of a few of them; and the follow-up, since it is worked out from figures that do
-- not all leave.
with final as (
    select
        practice_code,
        authority_code,
        authority_name,
        entry_code,
        title,
        indicators,
        factor,
        client_group,
        case when not {{ tells_of_few_people('problem') }} then problem end as problem,
        case when not {{ tells_of_few_people('what_was_done') }} then what_was_done end as what_was_done,
        started_in,
        cost_posts,
        cost_pounds,
        evidence_kind,
        outcome_claimed,
        case when not {{ tells_of_few_people('went_wrong') }} then went_wrong end as went_wrong,
        case when not {{ tells_of_few_people('transferable_to') }} then transferable_to end
            as transferable_to,
        contact_role,
        checked_by,
        review_due,
        case
            when
                {{ tells_of_few_people('problem') }} or {{ tells_of_few_people('what_was_done') }}
                or {{ tells_of_few_people('went_wrong') }} or {{ tells_of_few_people('transferable_to') }}
                then 'confidential'
        end as not_shown
    from {{ ref('good_practice') }}
    where
        status = 'current'
        and lower(checked_by) <> lower(contact_role)
        and not {{ tells_of_few_people('title') }}
)

select * from final
