-- Published PSS EX1 unit costs, one row per council and unit cost: numerator, denominator and value stand in
-- three columns side by side. Councils are known by their number; lines without one are headings and group
-- averages.
with cells as (
    select
        cells.submission_id,
        submissions.period_code as release,
        submissions.received_at,
        cells.file_id,
        cells.line_number,
        cells.column_number,
        cells.value
    from {{ source('raw', 'published_cells') }} as cells
    inner join {{ ref('stg_ledger__submissions') }} as submissions
        on cells.submission_id = submissions.submission_id
    where submissions.return_code = 'pss_unit_costs' and submissions.is_in_force
),

councils as (
    select
        cells.submission_id,
        cells.release,
        cells.received_at,
        cells.file_id,
        cells.line_number,
        authorities.authority_code
    from cells
    inner join {{ ref('authorities') }} as authorities
        on raw.to_number(cells.value) = authorities.cassr_code
    where cells.column_number = 2
),

final as (
    select
        councils.submission_id,
        councils.release,
        councils.received_at,
        councils.file_id,
        councils.line_number,
        councils.authority_code,
        councils.release as period_code,
        columns.unit_cost_ref,
        columns.numerator_column + 2 as column_number,
        numerators.value as raw_numerator,
        denominators.value as raw_denominator,
        unit_costs.value as raw_value,
        raw.to_number(numerators.value) as numerator,
        raw.to_number(denominators.value) as denominator,
        raw.to_number(unit_costs.value) as value
    from councils
    inner join {{ ref('pss_unit_cost_columns') }} as columns on councils.release = columns.release
    left join cells as numerators
        on
            councils.file_id = numerators.file_id
            and councils.line_number = numerators.line_number
            and columns.numerator_column = numerators.column_number
    left join cells as denominators
        on
            councils.file_id = denominators.file_id
            and councils.line_number = denominators.line_number
            and columns.numerator_column + 1 = denominators.column_number
    left join cells as unit_costs
        on
            councils.file_id = unit_costs.file_id
            and councils.line_number = unit_costs.line_number
            and columns.numerator_column + 2 = unit_costs.column_number
)

select * from final
