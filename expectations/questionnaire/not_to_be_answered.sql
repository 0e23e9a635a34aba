-- An answer to a question that is not asked, by the answer to another one. A choice is meant by its code or by its words.
with conditional as (
    select
        placed.*,
        asked.applies_if,
        regexp_match(asked.applies_if, '^(\w+) in \((.*)\)$') as condition
    from {{ work_area }}_placed as placed
    inner join raw.answer_forms as asked
        on
            asked.return_code = '{{ return_code }}'
            and placed.round_code = asked.round_code
            and placed.asked_item = asked.item_code
            and placed.field = asked.field
    where placed.field = 'answer' and asked.applies_if <> ''
),

deciding as (
    select
        placed.file_id,
        placed.respondent,
        placed.asked_item,
        placed.value,
        (
            select min(listed.choice ->> 'code')
            from jsonb_array_elements(placed.choices) as listed (choice)
            where
                lower(btrim(placed.value))
                in (lower(listed.choice ->> 'code'), lower(listed.choice ->> 'label'))
        ) as choice_code
    from {{ work_area }}_placed as placed
    where placed.field = 'answer' and placed.kind = 'choice'
)

select
    conditional.submission_id,
    conditional.file_id,
    conditional.line_number,
    conditional.column_number,
    conditional.value,
    conditional.file_name,
    conditional.place,
    conditional.item_code,
    conditional.applies_if,
    deciding.asked_item as condition_code,
    deciding.value as condition_value
from conditional
inner join deciding
    on
        conditional.file_id = deciding.file_id
        and conditional.respondent = deciding.respondent
        and conditional.condition[1] = deciding.asked_item
where deciding.choice_code <> all(regexp_split_to_array(conditional.condition[2], '\s*,\s*'))
