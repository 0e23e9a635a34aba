{{ config(materialized='ephemeral') }}
-- What each node counts by in the difference of the node above it (macros/drivers.sql has the sources):
--   part    of a mean, such as the cost in homes: its share of the days, mean of both sides
--   share   in a mean: how far the part lies from the whole, mean of both sides
--   factor  of a product: log-mean of the whole over log-mean of the factor
with final as (
    select
        authority_code, period_code, basis, compared_with, n, note, node_code, node_indicator_code,
        own_value, other_value,
        own_price - other_price as driving_difference,
        case
            when why_not_split is not null then null
            when kind = 'part' then mean_share
            when kind = 'factor'
                then
                    ({{ log_mean('parent_own_value', 'parent_other_value') }})
                    / ({{ log_mean('own_value', 'other_value') }})
        end as weight,
        -- A tree begins at its topmost node that both sides have a figure for.
        own_value is not null
        and other_value is not null
        and (parent_own_value is null or parent_other_value is null) as is_start,
        case
            when own_value is null and not own_has_none then coalesce(own_missing_reason, 'No figure')
            when other_value is null and not other_has_none
                then coalesce(other_missing_reason, 'The denominator is zero')
            else why_not_split
        end as missing_reason,
        case
            when why_not_split is not null then null
            when own_has_none and other_has_none then 'There is none of it on either side'
            when own_has_none then 'The authority has none of it: all of the difference is one of mix'
            when other_has_none then 'There is none to compare with: all of the difference is one of mix'
        end as assumption
    from {{ ref('int_driver_parts') }}
    union all
    select
        parts.authority_code, parts.period_code, parts.basis, parts.compared_with, parts.n, parts.note,
        shares.node_code,
        null as node_indicator_code,
        100 * parts.own_share as own_value,
        100 * parts.other_share as other_value,
        100 * (parts.own_share - parts.other_share) as driving_difference,
        -- More of what costs more than the whole makes it dearer.
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
    union all
    -- The mix as a whole: what each side's shares would give at the same prices.
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
