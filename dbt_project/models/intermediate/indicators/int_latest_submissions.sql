{{ config(materialized='table', indexes=[{'columns': ['sender', 'period_code', 'return_code']}]) }}
-- The newest version of each return, in force or not: it answers "why is this figure missing?". What an
-- authority delivered itself counts more than a copy that came with a national collection.
with ranked as (
    select
        *,
        row_number() over (
            partition by sender, return_code, period_code
            order by (collection is null) desc, version desc
        ) as turn
    from {{ ref('stg_ledger__submissions') }}
),

final as (
    select
        submission_id,
        sender,
        return_code,
        period_code,
        version,
        state
    from ranked
    where turn = 1
)

select * from final
