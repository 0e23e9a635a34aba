-- Councils that were responsible in the year and do not stand in a sheet at all; of a sheet about one region,
-- those of that region.
with councils as (
    select
        authorities.authority_code, authorities.name, authorities.region, types.from_period,
        coalesce(types.to_period, '9999') as to_period
    from staging.authorities as authorities
    inner join staging.authority_types as types on authorities.authority_code = types.authority_code
    where authorities.cassr_code is not null
),

sheets as (
    select
        submission_id, file_id, min(file_name) as file_name, min(period_code) as period_code,
        array_agg(distinct authority_code) as councils,
        array_agg(distinct region) as regions
    from {{ work_area }}_cells
    where value_column is null and period_code is not null and authority_code is not null
    group by submission_id, file_id
)

select
    sheets.submission_id, sheets.file_id, sheets.file_name, null::integer as line_number,
    null::integer as column_number,
    string_agg(councils.name, ', ' order by councils.name) as value,
    count(*) as missing
from sheets
inner join councils
    on
        sheets.period_code between councils.from_period and councils.to_period
        and councils.authority_code <> all(sheets.councils)
        and (councils.region = any(sheets.regions) or cardinality(sheets.regions) > 1)
group by sheets.submission_id, sheets.file_id, sheets.file_name
