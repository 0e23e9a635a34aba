{{ config(
    materialized='incremental',
    indexes=[{'columns': ['authority_code', 'period_code']}, {'columns': ['period_code']}],
    pre_hook="{{ clear(changed_figures()) }}"
) }}
-- Authority x period x measure as stated in a return, those that were in force beside the one that is: the
-- sum of its parts, or the reason why there is none. A missing part makes the measure missing; only where
-- the crosswalk says so is an empty cell beside a filled one read as "none".
with parts as (
    select
        *,
        case
            when missing_reason is not null then missing_reason
            when line_number is null then item_code || ' is not in the return'
            else
                item_code || ' has no figure ('
                || coalesce('''' || raw_value || '''', 'an empty cell') || ' in '
                || file_name || ', line ' || line_number || ')'
        end as complaint
    from {{ ref('int_measure_sources') }}
    where {{ changed_figures() }}
),

summed as (
    select
        authority_code,
        period_code,
        measure_code,
        basis,
        submission_id,
        recorded_at,
        recorded_from,
        recorded_to,
        sum(value) as stated_sum,
        bool_and(value is not null) as is_complete,
        bool_and(value is not null or coalesce(is_empty, false))
        and count(value) > 0
        and max(blank_parts) = 'none' as may_read_blank_as_none,
        string_agg(complaint, '; ' order by item_code) filter (where value is null) as complaints,
        string_agg(note, '; ' order by item_code) as notes
    from parts
    group by
        authority_code, period_code, measure_code, basis, submission_id, recorded_at, recorded_from,
        recorded_to
),

final as (
    select
        authority_code,
        period_code,
        measure_code,
        basis,
        submission_id,
        recorded_at,
        recorded_from,
        recorded_to,
        case when is_complete or may_read_blank_as_none then stated_sum end as value,
        case when not (is_complete or may_read_blank_as_none) then complaints end as missing_reason,
        case
            when not is_complete and may_read_blank_as_none then 'Read as none: ' || complaints
            else notes
        end as note
    from summed
)

select * from final
