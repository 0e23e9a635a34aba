-- Every source row of every measure, whichever return it came in: of what is in force, and of what was.
with final as (
    select
        authority_code, period_code, measure_code, basis, submission_id, recorded_at, recorded_from,
        recorded_to, table_name, item_code, blank_parts, file_id, file_name, line_number, column_number,
        raw_value, value, is_empty, null as missing_reason, null as note
    from {{ ref('int_pss_ex1__measure_sources') }}
    union all
    select
        authority_code, period_code, measure_code, basis, submission_id, recorded_at, recorded_from,
        recorded_to, null as table_name, item_code, 'missing' as blank_parts, file_id, file_name, line_number,
        null as column_number, raw_value, value, false as is_empty, missing_reason, null as note
    from {{ ref('int_published__measure_sources') }}
    union all
    select
        authority_code, period_code, measure_code, basis, submission_id, recorded_at, recorded_from,
        recorded_to, table_name, item_code, 'missing' as blank_parts, file_id, file_name, null as line_number,
        null as column_number, null as raw_value, value, false as is_empty, missing_reason, note
    from {{ ref('int_ssda903__measure_sources') }}
    union all
    select
        authority_code, period_code, measure_code, basis, submission_id, recorded_at, recorded_from,
        recorded_to, table_name, item_code, blank_parts, file_id, file_name, line_number, column_number,
        raw_value, value, is_empty, null as missing_reason, null as note
    from {{ ref('int_returns__measure_sources') }}
)

select * from final
