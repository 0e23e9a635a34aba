-- Values that are stated beside what they are worked out from, one row per place and value of a sheet: the stated
-- value with half the unit that the publisher rounds the column to, and the numerator and denominator with half
-- of theirs. How far a column is rounded is told by its longest decimals, without the zeros at their end.
-- Rows are brought together by grouping, not by joining: the planner knows little of these tables.
with roles as materialized (
    select
        ratios.value_measure,
        ratios.from_release,
        coalesce(ratios.to_release, '9999') as to_release,
        ratios.multiplier,
        parts.role,
        parts.measure_code,
        parts.rounded_to
    from staging.published_ratios as ratios
    cross join lateral (
        values
        ('value', ratios.value_measure, 0),
        ('numerator', ratios.numerator_measure, 0),
        ('denominator', ratios.denominator_measure, ratios.denominator_rounded_to)
    ) as parts (role, measure_code, rounded_to)
),

cells as (
    select
        cells.*,
        roles.value_measure,
        roles.multiplier,
        roles.role,
        greatest(
            roles.rounded_to,
            power(
                10::numeric,
                -max(coalesce(scale(trim_scale(cells.value)), 0)) over (
                    partition by cells.file_id, cells.measure_code
                )
            )
        ) / 2 as half
    from {{ work_area }}_cells as cells
    inner join roles
        on
            cells.measure_code = roles.measure_code
            and cells.period_code between roles.from_release and roles.to_release
    where cells.value_column is null
),

final as (
    select
        submission_id, return_code, file_id, file_name, geography, place_code, place_name, region,
        period_code,
        value_measure as measure_code,
        multiplier,
        max(line_number) filter (where role = 'numerator') as numerator_line,
        max(line_number) filter (where role = 'denominator') as denominator_line,
        max(line_number) filter (where role = 'value') as line_number,
        max(column_name) filter (where role = 'value') as column_name,
        max(dimension_key) filter (where role = 'value') as dimension_key,
        max(raw_value) filter (where role = 'value') as raw_value,
        max(value) filter (where role = 'value') as value,
        max(half) filter (where role = 'value') as half,
        max(value) filter (where role = 'numerator') as numerator,
        max(half) filter (where role = 'numerator') as numerator_half,
        max(value) filter (where role = 'denominator') as denominator,
        max(half) filter (where role = 'denominator') as denominator_half
    from cells
    group by
        submission_id, return_code, file_id, file_name, geography, place_code, place_name, region,
        period_code, value_measure, multiplier
    -- What stands twice and differs is another rule's.
    having
        max(value) filter (where role = 'value') is not distinct from min(value) filter (where role = 'value')
        and max(value) filter (where role = 'numerator')
        is not distinct from min(value) filter (where role = 'numerator')
        and max(value) filter (where role = 'denominator')
        is not distinct from min(value) filter (where role = 'denominator')
)

select * from final
