{# Record by record as the views are written, then joined: a file is taken for one record, and would loop. #}
{{ config(materialized='table', tags=['published'], pre_hook=[joined_as_written(), without_loops()]) }}
-- Every published cell that is a figure of a measure, one row each, of every release that is or was in force:
-- what a file said before another was put in its place is asked for too. A count or a rate below zero is no
-- figure: the check warns of it.
with cells as (
    select
        *,
        kind in ('count', 'rate') and value < 0 as is_below_zero
    from {{ ref('base_published__cells') }}
    where measure_code is not null and period_code is not null and geography is not null
),

final as (
    select
        cells.submission_id,
        cells.return_code,
        cells.release,
        cells.received_at,
        spells.in_force_from,
        spells.in_force_to,
        cells.file_id,
        cells.line_number,
        cells.column_name,
        cells.geography,
        cells.place_code,
        cells.place_name,
        cells.region,
        cells.authority_code,
        cells.period_type,
        cells.period_code,
        cells.qualifier,
        cells.measure_code,
        cells.dimension_key,
        cells.kind,
        cells.raw_value,
        cells.symbol,
        case when cells.is_below_zero is not true then cells.value end as value,
        case
            when cells.is_below_zero
                then 'A ' || cells.kind || ' cannot be less than none: ''' || cells.raw_value || ''''
            else cells.missing_reason
        end as missing_reason
    from cells
    inner join {{ ref('stg_ledger__spells') }} as spells on cells.submission_id = spells.submission_id
)

select * from final
