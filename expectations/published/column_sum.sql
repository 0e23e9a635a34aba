-- A row whose parts were not all entered has nothing to be summed. Each entry may be rounded to a pound.
with sums as materialized (
    select
        layouts.return_code,
        layouts.table_name,
        total.number as sum_number,
        part.column_name,
        part.sign::integer as sign
    from raw.published_layouts as layouts
    cross join
        lateral jsonb_array_elements(layouts.layout #> '{figures,column_sums}') with ordinality
            as total (entry, number)
    cross join
        lateral (
            select total.entry ->> 'total' as column_name, '0' as sign
            union all
            select parts.column_name, parts.sign
            from jsonb_each_text(total.entry -> 'parts') as parts (column_name, sign)
        ) as part
    where jsonb_typeof(layouts.layout -> 'figures') = 'object'
),

computed as (
    select
        cells.submission_id,
        cells.file_id,
        cells.file_name,
        cells.line_number,
        cells.place_name,
        cells.dimension_key,
        max(cells.column_name) filter (where sums.sign = 0) as column_name,
        max(cells.raw_value) filter (where sums.sign = 0) as raw_value,
        max(cells.value) filter (where sums.sign = 0) as value,
        sum(sums.sign * cells.value) as expected,
        count(*) filter (where sums.sign <> 0) as parts,
        string_agg(
            case when sums.sign < 0 then '- ' else '+ ' end || cells.column_name, ' '
            order by sums.sign desc, cells.column_name
        ) filter (where sums.sign <> 0) as formula
    from {{ work_area }}_cells as cells
    inner join sums
        on
            cells.return_code = sums.return_code
            and cells.table_name = sums.table_name
            and cells.value_column = sums.column_name
    group by
        cells.submission_id, cells.file_id, cells.file_name, cells.line_number, cells.place_name,
        cells.dimension_key, sums.sum_number
    having count(cells.value) = count(*) and count(*) filter (where sums.sign <> 0) > 0
)

select
    submission_id,
    file_id,
    file_name,
    line_number,
    null::integer as column_number,
    column_name,
    place_name,
    dimension_key,
    raw_value as value,
    ltrim(formula, '+ ') as formula,
    trim_scale(round(expected, 2)) as expected
from computed
where abs(value - expected) > greatest(1, 0.5 * parts)
