{{ config(materialized='table') }}
-- Each entry as it was sent last, its fields as columns. A round takes nothing away: what is no longer good practice is
-- sent again as archived.
with answers as (
    select
        *,
        -- A place in a workbook is another entry each year, unless the sender has given it a code of its own.
        upper(coalesce(
            max(value) filter (where field = 'code') over (partition by submission_id, item_code),
            case when item_code ~* '^E[0-9]{2}$' then 'R' || round_code || '_' || item_code end,
            item_code
        )) as entry_code
    from {{ ref('stg_good_practice__answers') }}
),

entries as (
    select
        authority_code || '/' || entry_code as practice_code,
        authority_code,
        entry_code,
        round_code,
        submission_id,
        {{ field_of_entry('title') }} as title,
        {{ field_of_entry('indicators') }} as indicators,
        {{ field_of_entry('factor') }} as factor,
        {{ field_of_entry('client_group') }} as client_group,
        {{ field_of_entry('problem') }} as problem,
        {{ field_of_entry('what_was_done') }} as what_was_done,
        case
            when {{ field_of_entry('started_in') }} ~ '^(19|20)[0-9]{2}-[0-9]{2}$'
                then {{ field_of_entry('started_in') }}
        end as started_in,
        raw.to_number({{ field_of_entry('cost_posts') }})::double precision as cost_posts,
        raw.to_number({{ field_of_entry('cost_pounds') }})::double precision as cost_pounds,
        {{ field_of_entry('evidence_kind') }} as evidence_kind,
        {{ field_of_entry('evidence') }} as evidence,
        {{ field_of_entry('outcome_claimed') }} as outcome_claimed,
        {{ field_of_entry('went_wrong') }} as went_wrong,
        {{ field_of_entry('transferable_to') }} as transferable_to,
        {{ field_of_entry('contact_role') }} as contact_role,
        {{ field_of_entry('checked_by') }} as checked_by,
        raw.to_date({{ field_of_entry('review_due') }}) as review_due,
        coalesce({{ field_of_entry('status') }}, 'draft') as status,
        {{ field_of_entry('archived_because') }} as archived_because,
        {{ field_of_entry('origin') }} as origin
    from answers
    group by authority_code, entry_code, round_code, submission_id
),

in_rounds as (
    select
        *,
        row_number() over (partition by practice_code order by round_code desc, submission_id desc) as turn
    from entries
    where title is not null and problem is not null and what_was_done is not null
),

final as (
    select * from in_rounds
    where turn = 1
)

select * from final
