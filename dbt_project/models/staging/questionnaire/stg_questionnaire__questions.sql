-- What each round asks, one row for each question, with the condition under which it does.
with forms as (
    select * from {{ source('raw', 'answer_forms') }}
    where return_code = 'questionnaire' and field = 'answer'
),

conditions as (
    select
        *,
        regexp_match(applies_if, '^(\w+) in \((.*)\)$') as condition
    from forms
),

final as (
    select
        round_code,
        item_code as question_code,
        item_version as question_version,
        item_turn as turn,
        section,
        wording,
        hint,
        kind,
        label,
        is_required,
        applies_if,
        condition[1] as condition_question_code,
        regexp_split_to_array(condition[2], '\s*,\s*') as condition_answer_codes,
        attributes ->> 'factor' as factor,
        array(select jsonb_array_elements_text(attributes -> 'indicators')) as indicator_codes
    from conditions
)

select * from final
