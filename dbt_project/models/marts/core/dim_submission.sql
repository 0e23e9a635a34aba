with final as (
    select
        submission_id,
        sender,
        return_code,
        period_code,
        version,
        state,
        is_in_force,
        in_force_from,
        in_force_to,
        collection,
        received_at
    from {{ ref('stg_ledger__submissions') }}
)

select * from final
