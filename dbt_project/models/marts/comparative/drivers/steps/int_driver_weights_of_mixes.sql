{{ config(materialized='ephemeral') }}
-- The mix as a whole: what each side's shares would give at the same prices.
with final as (
    select
        parts.authority_code, parts.period_code, parts.basis, parts.compared_with,
        max(parts.n) as n,
        max(parts.note) as note,
        mixes.node_code,
        null as node_indicator_code,
        sum(parts.own_share * parts.mean_price order by parts.node_code)
        filter (where parts.why_not_split is null) as own_value,
        sum(parts.other_share * parts.mean_price order by parts.node_code)
        filter (where parts.why_not_split is null) as other_value,
        sum((parts.own_share - parts.other_share) * parts.mean_price order by parts.node_code)
        filter (where parts.why_not_split is null) as driving_difference,
        case when bool_and(parts.why_not_split is null) then 1 end as weight,
        false as is_start,
        max(parts.why_not_split) as missing_reason,
        null as assumption
    from {{ ref('int_driver_parts') }} as parts
    inner join {{ ref('driver_nodes') }} as mixes
        on parts.parent_node_code = mixes.parent_node_code and mixes.kind = 'mix'
    group by parts.authority_code, parts.period_code, parts.basis, parts.compared_with, mixes.node_code
)

select * from final
