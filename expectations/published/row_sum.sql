-- The lines that a total line is the sum of, in the years for which the layout says so.
with sums as materialized (
    select
        layouts.return_code,
        layouts.table_name,
        total.number as sum_number,
        raw.tidy_label(part.name) as dimension_key,
        part.is_total,
        jsonb_array_length(total.entry -> 'parts') as parts,
        total.entry ->> 'from_release' as from_release,
        total.entry ->> 'to_release' as to_release
    from raw.published_layouts as layouts
    cross join
        lateral jsonb_array_elements(layouts.layout #> '{figures,row_sums}') with ordinality
            as total (entry, number)
    cross join
        lateral (
            select total.entry ->> 'total' as name, true as is_total
            union all
            select parts.name, false as is_total
            from jsonb_array_elements_text(total.entry -> 'parts') as parts (name)
        ) as part
    where jsonb_typeof(layouts.layout -> 'figures') = 'object'
),

computed as (
    select
        cells.submission_id,
        cells.file_id,
        cells.file_name,
        cells.place_name,
        cells.column_name,
        sums.parts,
        max(cells.line_number) filter (where sums.is_total) as line_number,
        max(cells.dimension_key) filter (where sums.is_total) as dimension_key,
        max(cells.raw_value) filter (where sums.is_total) as raw_value,
        max(cells.value) filter (where sums.is_total) as value,
        sum(cells.value) filter (where not sums.is_total) as expected
    from {{ work_area }}_cells as cells
    inner join sums
        on
            cells.return_code = sums.return_code
            and cells.table_name = sums.table_name
            and cells.dimension_key = sums.dimension_key
            and left(cells.release, 7) between sums.from_release and sums.to_release
    group by
        cells.submission_id,
        cells.file_id,
        cells.file_name,
        cells.geography,
        cells.place_code,
        cells.place_name,
        cells.year_label, cells.column_name, sums.sum_number, sums.parts
    having count(cells.value) filter (where not sums.is_total) = sums.parts
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
    parts,
    trim_scale(round(expected, 2)) as expected
from computed
where abs(value - expected) > greatest(1, 0.5 * parts)
