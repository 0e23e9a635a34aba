-- Up to the last index each year has to have one; after it, the change that is forecast.
with ends as (
    select file_id, max(period_code) as last_period
    from {{ work_area }}_deflators
    where published_index is not null
    group by file_id
)

select
    deflators.submission_id, deflators.file_id, deflators.file_name, deflators.line_number,
    case when deflators.period_code <= ends.last_period then 3 else 4 end as column_number,
    case
        when deflators.period_code <= ends.last_period then deflators.raw_index
        else deflators.raw_change
    end as value,
    deflators.period_code,
    case
        when deflators.period_code <= ends.last_period then 'price level'
        else 'change in per cent'
    end as what
from {{ work_area }}_deflators as deflators
inner join ends on deflators.file_id = ends.file_id
where
    (deflators.period_code <= ends.last_period and deflators.published_index is null)
    or (deflators.period_code > ends.last_period and deflators.change_percent is null)
