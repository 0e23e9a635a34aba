{{ config(
    materialized='incremental',
    indexes=[{'columns': ['submission_id']}],
    pre_hook=[without_loops(), "{{ clear(was_decided()) }}"]
) }}
-- What a submission in force tells as a whole about the figures taken from it.
with submissions as (
    select * from {{ ref('stg_ledger__submissions') }}
),

accepted as (
    select * from submissions
    where state in ('accepted', 'accepted_with_warnings')
),

final as (
    select
        submissions.submission_id,
        submissions.sender,
        submissions.return_code,
        submissions.period_code,
        (
            select count(*)
            from accepted
            where
                accepted.sender = submissions.sender
                and accepted.return_code = submissions.return_code
                and accepted.period_code = submissions.period_code
                and accepted.version < submissions.version
        )::integer as accepted_before,
        -- A copy out of a national collection tells nothing about when the authority sent its own.
        case
            when submissions.collection is null and due_dates.due_on is not null
                then (
                    select greatest({{ day_in_england('min(accepted.received_at)') }} - due_dates.due_on, 0)
                    from accepted
                    where
                        accepted.sender = submissions.sender
                        and accepted.return_code = submissions.return_code
                        and accepted.period_code = submissions.period_code
                )
        end as days_late,
        -- A finding of a person-level return cannot be laid to a measure.
        case
            when {{ is_one_of('submissions.return_code', person_level_returns()) }}
                then (
                    select count(distinct findings.file_id::text || ' ' || findings.line_number::text)
                    from {{ ref('stg_ledger__findings') }} as findings
                    where findings.submission_id = submissions.submission_id and findings.severity = 'warning'
                )::double precision / nullif((
                    select sum(files.row_count)
                    from {{ ref('stg_ledger__submission_files') }} as files
                    where files.submission_id = submissions.submission_id
                ), 0)
        end as share_of_rows_warned
    from submissions
    -- A day that is only assumed judges nobody.
    left join {{ ref('return_calendar') }} as due_dates
        on
            submissions.return_code = due_dates.return_code
            and submissions.period_code = due_dates.period_code
            and due_dates.provenance <> 'assumed'
    where
        submissions.is_in_force
        and {{ was_decided('submissions.sender', 'submissions.return_code', 'submissions.period_code') }}
)

select * from final
