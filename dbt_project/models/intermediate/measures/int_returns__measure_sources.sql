-- What returns give for each measure by the seed return_measures, of those that have a staging model
-- stg_<return>__figures: what is in force, and what was. An item that is not in the return has a row with no
-- value, so that the measure is missing and not too small.
with parts as (
    select
        submissions.submission_id,
        submissions.sender as authority_code,
        submissions.period_code,
        submissions.received_at as recorded_at,
        spells.in_force_from as recorded_from,
        spells.in_force_to as recorded_to,
        measures.measure_code,
        measures.table_name,
        measures.item_code,
        measures.blank_parts
    from {{ ref('stg_ledger__submissions') }} as submissions
    inner join {{ ref('stg_ledger__spells') }} as spells on submissions.submission_id = spells.submission_id
    inner join {{ ref('return_measures') }} as measures
        on
            submissions.return_code = measures.return_code
            and submissions.period_code between measures.from_period and measures.to_period
),

figures as (
    {% for model in figure_models() %}
        select
            submission_id, table_name, item_code, file_id, line_number, column_number, raw_value, value,
            is_empty
        from {{ ref(model) }}
        union all
    {% endfor %}
    select
        null::bigint as submission_id, null::text as table_name, null::text as item_code,
        null::bigint as file_id, null::integer as line_number, null::integer as column_number,
        null::text as raw_value, null::numeric as value, null::boolean as is_empty
    where false
),

final as (
    select
        parts.authority_code,
        parts.period_code,
        parts.measure_code,
        'submitted' as basis,
        parts.submission_id,
        parts.recorded_at,
        parts.recorded_from,
        parts.recorded_to,
        parts.table_name,
        parts.item_code,
        parts.blank_parts,
        figures.file_id,
        files.file_name,
        figures.line_number,
        figures.column_number,
        figures.raw_value,
        figures.value,
        coalesce(figures.is_empty, false) as is_empty
    from parts
    left join figures
        on
            parts.submission_id = figures.submission_id
            and parts.table_name = figures.table_name
            and parts.item_code = figures.item_code
    left join {{ ref('stg_ledger__submission_files') }} as files on figures.file_id = files.file_id
)

select * from final
