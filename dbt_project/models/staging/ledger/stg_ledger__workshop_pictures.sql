-- The pictures of every workshop, with what each gives away.
with final as (
    select
        pictures.round_code,
        pictures.picture_code,
        pictures.number,
        pictures.indicator_code,
        pictures.title,
        pictures.period_code,
        pictures.banding,
        pictures.members,
        pictures.expected,
        pictures.most_certain,
        workshops.revealed_at is not null as is_revealed
    from {{ source('ledger', 'workshop_picture') }} as pictures
    inner join {{ ref('stg_ledger__workshops') }} as workshops on pictures.round_code = workshops.round_code
)

select * from final
