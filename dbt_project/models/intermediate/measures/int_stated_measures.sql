{{ config(
    materialized='incremental',
    indexes=[{'columns': ['authority_code', 'period_code']}, {'columns': ['period_code']}],
    pre_hook="{{ clear(changed_figures()) }}"
) }}
-- Authority x period x measure as stated in a return, those that were in force beside the one that is: the
-- sum of its parts, or the reason why there is none. A missing part makes the measure missing; only where
-- the crosswalk says so is an empty cell read as "none": beside a filled part, or where all are empty and
-- another measure of the return tells that there is none.
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
        bool_and(coalesce(is_empty, false)) as is_blank,
        string_agg(complaint, '; ' order by item_code) filter (where value is null) as complaints,
        string_agg(note, '; ' order by item_code) as notes
    from parts
    group by
        authority_code, period_code, measure_code, basis, submission_id, recorded_at, recorded_from,
        recorded_to
),

none as (
    select distinct
        summed.submission_id,
        summed.measure_code,
        0 as value
    from summed
    inner join {{ ref('pss_ex1_blank_measures') }} as blanks
        on
            summed.measure_code = blanks.measure_code
            and summed.period_code between blanks.from_period and blanks.to_period
    inner join summed as beside
        on summed.submission_id = beside.submission_id and blanks.beside_measure = beside.measure_code
    where
        summed.is_blank
        and (beside.is_complete or beside.may_read_blank_as_none)
        and (blanks.beside_is = 'stated' or beside.stated_sum = 0)
),

read as (
    select
        summed.*,
        case
            when summed.is_complete or summed.may_read_blank_as_none then summed.stated_sum else none.value
        end as value
    from summed
    left join none
        on summed.submission_id = none.submission_id and summed.measure_code = none.measure_code
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
        value,
        case when value is null then complaints end as missing_reason,
        case when not is_complete and value is not null then 'Read as none: ' || complaints else notes end
            as note
    from read
)

select * from final
