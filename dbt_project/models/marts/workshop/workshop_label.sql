-- Who was who: whose each label was, of workshops that were revealed.
with final as (
    select
        labels.round_code,
        labels.picture_code,
        labels.label,
        pictures.number as picture_number,
        pictures.title,
        pictures.period_code,
        labels.band,
        labels.authority_code
    from {{ ref('stg_ledger__workshop_labels') }} as labels
    inner join {{ ref('stg_ledger__workshop_pictures') }} as pictures
        on labels.round_code = pictures.round_code and labels.picture_code = pictures.picture_code
)

select * from final
