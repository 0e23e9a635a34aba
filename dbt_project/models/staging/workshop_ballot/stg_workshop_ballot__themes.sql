-- The topics of workshops, with the themes that a comment may be given.
with final as (
    select
        forms.round_code,
        forms.item_code,
        forms.item_turn,
        forms.wording,
        themes.choice ->> 'code' as theme_code,
        themes.choice ->> 'label' as theme
    from {{ source('raw', 'answer_forms') }} as forms
    cross join jsonb_array_elements(forms.choices) as themes (choice)
    where forms.return_code = 'workshop_ballot' and forms.field = 'theme'
)

select * from final
