-- Published figures as measures: of each the current one, where the measure is in the register and the period
-- is a financial year. All the others stand in int_published__figures.
with final as (
    select
        figures.authority_code,
        figures.period_code,
        figures.measure_code,
        'published' as basis,
        figures.submission_id,
        figures.recorded_at,
        figures.column_name as item_code,
        figures.file_id,
        files.file_name,
        figures.line_number,
        figures.raw_value,
        figures.value
    from {{ ref('int_published__figures') }} as figures
    inner join {{ ref('register_measures') }} as register
        on figures.measure_code = register.measure_code and figures.return_code = register.source_return
    inner join {{ source('ledger', 'submission_file') }} as files on figures.file_id = files.file_id
    where
        figures.is_current
        and figures.authority_code is not null
        and figures.period_type = 'financial_year'
)

select * from final
