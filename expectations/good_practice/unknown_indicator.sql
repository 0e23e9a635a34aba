-- Against the register of the club; the nearest code begins alike.
with named as (
    select
        placed.*,
        upper(codes.code) as code
    from {{ work_area }}_placed as placed
    cross join regexp_split_to_table(placed.value, '[,;\s]+') as codes (code)
    where placed.field = 'indicators'
)

select distinct on (named.file_id, named.answer_number, named.code)
    named.submission_id,
    named.file_id,
    named.line_number,
    named.column_number,
    named.code as value,
    named.file_name,
    named.place,
    registered.indicator_code as nearest
from named
cross join staging.register_indicators as registered
where
    named.code <> ''
    and named.code not in (select known.indicator_code from staging.register_indicators as known)
order by
    named.file_id asc,
    named.answer_number asc,
    named.code asc,
    starts_with(registered.indicator_code, left(named.code, 2)) desc,
    starts_with(registered.indicator_code, left(named.code, 1)) desc,
    abs(length(registered.indicator_code) - length(named.code)) asc,
    registered.indicator_code asc
