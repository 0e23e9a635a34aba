-- Of whoever answered anything at all. What is asked only of some is left to them; of an open form each entry counts.
with who as (
    select distinct
        placed.submission_id,
        placed.file_id,
        placed.file_name,
        placed.round_code,
        placed.respondent,
        case when asked.item_code = '*' then placed.item_code end as entry_code
    from {{ work_area }}_placed as placed
    inner join raw.answer_forms as asked
        on
            asked.return_code = '{{ return_code }}'
            and placed.round_code = asked.round_code
            and placed.asked_item = asked.item_code
            and placed.field = asked.field
    inner join raw.answer_rounds as rounds
        on rounds.return_code = '{{ return_code }}' and placed.round_code = rounds.round_code
    where placed.respondent = any(coalesce(nullif(rounds.respondents, '{}'), '{""}'))
)

select
    who.submission_id,
    who.file_id,
    null::integer as line_number,
    null::integer as column_number,
    null::text as value,
    who.file_name,
    coalesce(who.entry_code, asked.item_code) as item_code,
    asked.field,
    ' of ' || nullif(who.respondent, '') as of_respondent,
    case when who.entry_code is null then asked.wording else asked.label end as wording
from who
inner join raw.answer_forms as asked
    on
        asked.return_code = '{{ return_code }}'
        and who.round_code = asked.round_code
        and (who.entry_code is null) = (asked.item_code <> '*')
where
    asked.is_required
    and asked.applies_if = ''
    and not exists (
        select 1 from {{ work_area }}_placed as placed
        where
            who.file_id = placed.file_id
            and who.respondent = placed.respondent
            and lower(placed.item_code) = lower(coalesce(who.entry_code, asked.item_code))
            and asked.field = placed.field
    )
