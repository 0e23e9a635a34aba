-- When each return opens and is due: returns of figures by their calendar, rounds that people answer by their forms.
with figures as (
    select
        return_code,
        period_code,
        opens_on,
        due_on,
        chase_days,
        provenance
    from {{ ref('return_calendar') }}
),

answers as (
    select
        return_code,
        round_code as period_code,
        opens_on,
        closes_on as due_on,
        '-14;1;8' as chase_days,
        'club' as provenance
    from {{ ref('stg_answers__rounds') }}
    where closes_on is not null
),

final as (
    select * from figures
    union all
    select * from answers
)

select * from final
