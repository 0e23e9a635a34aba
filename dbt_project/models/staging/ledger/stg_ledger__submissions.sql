with final as (
    select
        submission_id,
        sender,
        return_code,
        period_code,
        version,
        state,
        is_in_force,
        collection,
        received_at
    from {{ source('ledger', 'submission') }}
)

select * from final
