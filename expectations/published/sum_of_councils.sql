-- England and its regions against the sum of their councils, where numerators and denominators are sums. One
-- publisher estimates what councils lack and adds it; another leaves out councils without one of the two. So
-- they are too low below the sum of the councils that have both, and too high above the sum of all, where every
-- council has a figure. A file of one region alone has no England to be held against.
with parts as (
    select
        ratios.submission_id, ratios.file_id, ratios.file_name, ratios.measure_code, ratios.dimension_key,
        ratios.geography, ratios.place_name, ratios.region,
        ratios.numerator > 0 and ratios.denominator > 0 as has_both,
        parts.part,
        parts.line_number,
        parts.value,
        parts.half
    from {{ work_area }}_ratios as ratios
    cross join lateral (
        values
        ('numerator', ratios.numerator_line, ratios.numerator, ratios.numerator_half),
        ('denominator', ratios.denominator_line, ratios.denominator, ratios.denominator_half)
    ) as parts (part, line_number, value, half)
),

sums as (
    select
        file_id, measure_code, part,
        case when grouping(region) = 1 then 'England' else region end as place_name,
        count(*) filter (where value is null) as without_figure,
        sum(value) as of_all,
        sum(value) filter (where has_both) as of_both,
        sum(half) as half,
        count(distinct region) as regions
    from parts
    where geography = 'local_authority'
    group by grouping sets ((file_id, measure_code, part), (file_id, measure_code, part, region))
)

select
    parts.submission_id, parts.file_id, parts.file_name, parts.line_number, null::integer as column_number,
    parts.part || ' of ' || parts.dimension_key as figure,
    parts.place_name,
    trim_scale(parts.value) as value,
    trim_scale(case when parts.value > sums.of_all then sums.of_all else sums.of_both end) as expected
from parts
inner join sums
    on
        parts.file_id = sums.file_id
        and parts.measure_code = sums.measure_code
        and parts.part = sums.part
        and parts.place_name = sums.place_name
where
    (parts.geography = 'regional' or (parts.geography = 'national' and sums.regions > 1))
    and (
        parts.value < sums.of_both - sums.half - parts.half
        or (sums.without_figure = 0 and parts.value > sums.of_all + sums.half + parts.half)
    )
