{{ config(materialized='table') }}
-- Each question beside each indicator: how many are in, how their ties lie, and Kendall's statistic.
with points as (
    select
        round_code || '/' || question_code || '/' || indicator_code as pair,
        answer_value as one,
        value as other
    from {{ ref('answer_and_indicator') }}
    where left_out is null
),

final as (
    select * from ({{ orders_beside_each_other('points', 'pair') }}) as found
)

select * from final
