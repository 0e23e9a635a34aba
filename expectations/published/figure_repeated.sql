-- What a council gave the year before, to the digit: both parts of a unit cost, or one of six digits. Smaller ones
-- agree by chance, as thousands of them are compared.
with before as (
    select
        place_code, measure_code, left(period_code, 4)::integer + 1 as year_after,
        max(period_code) as period_code,
        max(numerator) as numerator,
        max(denominator) as denominator
    from {{ work_area }}_ratios
    where geography = 'local_authority'
    group by place_code, measure_code, left(period_code, 4)::integer + 1
),

compared as (
    select
        stated.*,
        before.period_code as year_before,
        stated.numerator = before.numerator and stated.numerator >= 100 as is_same_numerator,
        stated.denominator = before.denominator and stated.denominator >= 100 as is_same_denominator
    from {{ work_area }}_ratios as stated
    inner join before
        on
            stated.place_code = before.place_code
            and stated.measure_code = before.measure_code
            and left(stated.period_code, 4)::integer = before.year_after
    where stated.geography = 'local_authority'
)

select
    submission_id, file_id, file_name,
    case when is_same_numerator then numerator_line else denominator_line end as line_number,
    null::integer as column_number, dimension_key as figure, place_name, year_before,
    concat_ws(
        ' over ',
        case when is_same_numerator then trim_scale(numerator) end,
        case when is_same_denominator then trim_scale(denominator) end
    ) as value
from compared
where
    (is_same_numerator and is_same_denominator)
    or (is_same_numerator and numerator >= 100000)
    or (is_same_denominator and denominator >= 100000)
