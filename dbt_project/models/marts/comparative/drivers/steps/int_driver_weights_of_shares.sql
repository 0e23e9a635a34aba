{{ config(materialized='ephemeral') }}
-- What the share of a part counts by: more of what costs more than the whole makes it dearer.
with final as (
    select
        parts.authority_code, parts.period_code, parts.basis, parts.compared_with, parts.n, parts.note,
        shares.node_code,
        null as node_indicator_code,
        100 * parts.own_share as own_value,
        100 * parts.other_share as other_value,
        100 * (parts.own_share - parts.other_share) as driving_difference,
        case
            when parts.why_not_split is null
                then
                    (
                        parts.mean_price
                        - {{ shapley_weight('parts.parent_own_value', 'parts.parent_other_value') }}
                    ) / 100
        end as weight,
        false as is_start,
        parts.why_not_split as missing_reason,
        null as assumption
    from {{ ref('int_driver_parts') }} as parts
    inner join {{ ref('driver_nodes') }} as shares on parts.node_code = shares.share_of
)

select * from final
