-- A percentage or a rate against the counts beside it, or against those of the row that is the total. It is
-- rounded to a whole number; the counts of regions and of the country are rounded to tens.
-- Rows are brought together by grouping, not by joining: the planner knows little of these tables.
with ratios as materialized (
    select
        layouts.return_code,
        layouts.table_name,
        ratio.number as ratio_number,
        ratio.entry ->> 'column' as value_column,
        ratio.entry ->> 'numerator' as numerator_column,
        ratio.entry ->> 'denominator' as denominator_column,
        (ratio.entry ->> 'multiplier')::numeric as multiplier,
        (
            select dimension.place
            from
                jsonb_array_elements_text(layouts.layout #> '{figures,dimensions}') with ordinality
                    as dimension (name, place)
            where dimension.name = ratio.entry ->> 'total_dimension'
        )::integer as total_place,
        array(
            select raw.tidy_label(total.name)
            from jsonb_array_elements_text(ratio.entry -> 'totals') as total (name)
        ) as totals
    from raw.published_layouts as layouts
    cross join
        lateral jsonb_array_elements(layouts.layout #> '{figures,ratios}') with ordinality
            as ratio (entry, number)
    where jsonb_typeof(layouts.layout -> 'figures') = 'object'
),

lines as (
    select
        cells.submission_id,
        cells.file_id,
        cells.file_name,
        cells.line_number,
        cells.geography,
        cells.place_code,
        cells.place_name,
        cells.year_label,
        cells.dimension_key,
        ratios.ratio_number,
        ratios.multiplier,
        ratios.total_place,
        ratios.totals,
        max(cells.column_name) filter (where cells.value_column = ratios.value_column) as column_name,
        max(cells.raw_value) filter (where cells.value_column = ratios.value_column) as raw_value,
        max(cells.value) filter (where cells.value_column = ratios.value_column) as value,
        max(cells.value) filter (where cells.value_column = ratios.numerator_column) as numerator,
        max(cells.value) filter (where cells.value_column = ratios.denominator_column) as own_denominator
    from {{ work_area }}_cells as cells
    inner join ratios on cells.return_code = ratios.return_code and cells.table_name = ratios.table_name
    group by
        cells.submission_id, cells.file_id, cells.file_name, cells.line_number, cells.geography,
        cells.place_code, cells.place_name, cells.year_label, cells.dimension_key, ratios.ratio_number,
        ratios.multiplier, ratios.total_place, ratios.totals
),

keyed as (
    select
        *,
        split_part(dimension_key, ' | ', total_place) = any(totals) as is_total,
        -- The other dimensions: those of the total have to be the same.
        (
            select string_agg(part.name, ' | ' order by part.place)
            from unnest(string_to_array(dimension_key, ' | ')) with ordinality as part (name, place)
            where part.place <> total_place
        ) as other_dimensions
    from lines
),

compared as (
    select
        *,
        case
            when total_place is null then own_denominator
            else
                max(own_denominator) filter (where is_total) over (
                    partition by file_id, ratio_number, geography, place_code, year_label, other_dimensions
                )
        end as denominator
    from keyed
)

select
    submission_id,
    file_id,
    file_name,
    line_number,
    null::integer as column_number,
    column_name,
    place_name,
    raw_value as value,
    trim_scale(numerator) as numerator,
    trim_scale(denominator) as denominator,
    round(multiplier * numerator / nullif(denominator, 0), 1) as expected
from compared
where
    denominator > 0
    and abs(value - multiplier * numerator / nullif(denominator, 0)) > 0.501 + case
        when geography = 'local_authority' then 0
        else multiplier * 5 / nullif(denominator, 0) * (1 + numerator / nullif(denominator, 0))
    end
