with final as (
    select
        return_code,
        round_code,
        item_code,
        field,
        kind
    from {{ source('raw', 'answer_forms') }}
)

select * from final
