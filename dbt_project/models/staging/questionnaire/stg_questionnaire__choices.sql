-- The choices of each question and of its further parts, in the wording of the round.
with forms as (
    select * from {{ source('raw', 'answer_forms') }}
    where return_code = 'questionnaire'
),

final as (
    select
        forms.round_code,
        forms.item_code as question_code,
        forms.field,
        listed.choice ->> 'code' as choice_code,
        listed.choice ->> 'label' as label,
        (listed.choice ->> 'order')::integer as choice_order,
        listed.turn::integer as turn
    from forms
    cross join lateral jsonb_array_elements(forms.choices) with ordinality as listed (choice, turn)
)

select * from final
