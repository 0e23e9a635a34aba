-- Published PSS EX1 unit costs, one row per council and unit cost: numerator, denominator and value stand in
-- three columns side by side.
with records as (
    select lines.*
    from {{ ref('base_published__unit_costs') }} as lines
    inner join {{ ref('stg_ledger__submissions') }} as submissions
        on lines.submission_id = submissions.submission_id
    where submissions.is_in_force and lines.turn = 1
),

cells as (
    select
        records.submission_id,
        records.release,
        records.received_at,
        records.file_id,
        records.line_number,
        records.authority_code,
        columns.unit_cost_ref,
        columns.numerator_column + 2 as column_number,
        records.record ->> columns.numerator_column::text as raw_numerator,
        records.record ->> (columns.numerator_column + 1)::text as raw_denominator,
        records.record ->> (columns.numerator_column + 2)::text as raw_value
    from records
    inner join {{ ref('pss_unit_cost_columns') }} as columns on records.release = columns.release
),

final as (
    select
        submission_id,
        release,
        received_at,
        file_id,
        line_number,
        authority_code,
        release as period_code,
        unit_cost_ref,
        column_number,
        raw_numerator,
        raw_denominator,
        raw_value,
        raw.to_number(raw_numerator) as numerator,
        raw.to_number(raw_denominator) as denominator,
        raw.to_number(raw_value) as value
    from cells
)

select * from final
