{# What it makes on its way is taken for one row each, and gone through in a loop. #}
{{ config(materialized='table', pre_hook="{{ without_loops() }}") }}
-- In how many ways each value of Kendall's statistic comes about by chance, for each pattern of ties.
with orders as (
    select * from {{ ref('int_answer_orders') }}
),

final as (
    select * from ({{ ways_of_chance('orders') }}) as found
)

select * from final
