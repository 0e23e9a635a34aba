-- Every workshop that was drawn at the moment the models look from, and when its labels were revealed.
with workshops as (
    select * from {{ source('ledger', 'workshop') }}
    where drawn_at <= {{ as_known_on() }}
),

reveals as (
    select
        round_code,
        min(opened_at) as revealed_at
    from {{ source('ledger', 'workshop_opening') }}
    where is_good and opened_at <= {{ as_known_on() }}
    group by round_code
),

final as (
    select
        workshops.round_code,
        workshops.group_code,
        workshops.title,
        workshops.override_reason,
        workshops.drawn_at,
        reveals.revealed_at
    from workshops
    left join reveals on workshops.round_code = reveals.round_code
)

select * from final
