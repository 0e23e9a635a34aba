-- From a measure to the cells it was summed from: the file, the line, the column and the text there.
with final as (
    select
        row_number() over (
            order by authority_code, period_code, measure_code, basis, item_code, file_id, line_number
        ) as source_id,
        authority_code,
        period_code,
        measure_code,
        basis,
        submission_id,
        item_code,
        file_name,
        line_number,
        column_number,
        raw_value,
        value::double precision as value
    from {{ ref('int_measure_sources') }}
)

select * from final
