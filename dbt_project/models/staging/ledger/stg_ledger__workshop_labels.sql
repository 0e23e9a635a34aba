-- Whose each label was, of workshops that were revealed.
with final as (
    select
        labels.round_code,
        labels.picture_code,
        labels.label,
        labels.authority_code,
        marks.band,
        marks.guess
    from {{ source('ledger', 'workshop_label') }} as labels
    inner join {{ source('ledger', 'workshop_mark') }} as marks
        on
            labels.round_code = marks.round_code
            and labels.picture_code = marks.picture_code
            and labels.label = marks.label
    inner join {{ ref('stg_ledger__workshops') }} as workshops on labels.round_code = workshops.round_code
    where workshops.revealed_at is not null
)

select * from final
