{{ config(materialized='ephemeral') }}
-- What each node counts by in the difference of the node above it (macros/drivers.sql has the sources):
--   part    of a mean, such as the cost in homes: its share of the days, mean of both sides
--   share   in a mean: how far the part lies from the whole, mean of both sides
--   factor  of a product: log-mean of the whole over log-mean of the factor
with final as (
    select * from {{ ref('int_driver_weights_of_parts') }}
    union all
    select * from {{ ref('int_driver_weights_of_shares') }}
    union all
    select * from {{ ref('int_driver_weights_of_mixes') }}
)

select * from final
