-- A stated value against multiplier x numerator / denominator, within what all three are rounded to. A number of
-- people that is rounded to none may be one or two.
with bounds as (
    select
        *,
        multiplier * (numerator - numerator_half) / nullif(denominator + denominator_half, 0)
        - half as lowest,
        case
            when denominator > denominator_half
                then multiplier * (numerator + numerator_half) / (denominator - denominator_half) + half
        end as highest
    from {{ work_area }}_ratios
    -- England and its regions leave out councils without one of the two, or estimate them.
    where geography = 'local_authority' and value is not null
)

select
    submission_id,
    file_id,
    file_name,
    line_number,
    null::integer as column_number,
    dimension_key as figure,
    place_name,
    raw_value as value,
    coalesce(trim_scale(numerator)::text, 'nothing') as numerator,
    coalesce(trim_scale(denominator)::text, 'nothing') as denominator,
    coalesce(round(multiplier * numerator / nullif(denominator, 0), 2)::text, 'no value') as expected
from bounds
where (value >= lowest and (highest is null or value <= highest)) is not true
