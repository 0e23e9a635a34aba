{{ config(materialized='ephemeral') }}
-- What the parts of a mean and the factors of a product count by in the difference of the node above them.
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
)

select * from final
