{{ config(materialized='ephemeral') }}
-- Whether the nodes below one node make it up and can be split, and the means of both sides that they are
-- split by.
with families as (
    select
        authority_code,
        period_code,
        basis,
        compared_with,
        parent_node_code,
        case
            when bool_or(parent_own_value is null or parent_other_value is null)
                then 'What it is a part of has no figure on both sides'
            when bool_or(complaint is not null)
                then
                    'Not split for want of '
                    || string_agg(label || ' (' || complaint || ')', '; ' order by node_code)
                    filter (where complaint is not null)
            when
                not {{ adds_up_to('sum(own_part)', 'max(parent_own_numerator)') }}
                or not {{ adds_up_to('sum(own_part_of_weight)', 'max(parent_own_denominator)') }}
                or not {{ adds_up_to('exp(sum(own_log))', 'max(parent_own_value)') }}
                then 'What the authority gives for the parts does not make up what it gives for the whole'
            when
                not {{ adds_up_to('sum(other_part)', 'max(parent_other_numerator)') }}
                or not {{ adds_up_to('sum(other_part_of_weight)', 'max(parent_other_denominator)') }}
                or not {{ adds_up_to('exp(sum(other_log))', 'max(parent_other_value)') }}
                then 'The parts do not make up the whole on the side that is compared with'
        end as why_not_split
    from {{ ref('int_driver_prices') }}
    where parent_node_code is not null
    group by authority_code, period_code, basis, compared_with, parent_node_code
),

final as (
    select
        prices.*,
        families.why_not_split,
        {{ shapley_weight('prices.own_share', 'prices.other_share') }} as mean_share,
        {{ shapley_weight('prices.own_price', 'prices.other_price') }} as mean_price
    from {{ ref('int_driver_prices') }} as prices
    left join families using (authority_code, period_code, basis, compared_with, parent_node_code)
)

select * from final
