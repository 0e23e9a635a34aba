-- Whose returns of figures have been accepted, and so are in what leaves. Who has answered a questionnaire or a quiz stays
-- inside.
with final as (
    select
        authority_code,
        return_code,
        period_code,
        accepted_on
    from {{ ref('return_status') }}
    where
        status = 'accepted'
        and return_code in (select calendar.return_code from {{ ref('return_calendar') }} as calendar)
)

select * from final
