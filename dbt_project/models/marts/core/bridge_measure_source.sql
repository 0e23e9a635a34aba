{{ config(materialized='incremental', pre_hook="{{ clear(changed_figures()) }}") }}
-- From a measure to the cells it was summed from: the file, the line, the column and the text there.
with final as (
    select
        authority_code,
        period_code,
        measure_code,
        basis,
        row_number() over (
            partition by authority_code, period_code, measure_code, basis
            order by item_code, file_id, line_number, column_number
        )::integer as part_number,
        submission_id,
        item_code,
        file_name,
        line_number,
        column_number,
        raw_value,
        value::double precision as value
    from {{ ref('int_measure_sources') }}
    where recorded_to is null and {{ changed_figures() }}
)

select * from final
