-- A stated value that is 52 or a thousand times what it should be, or a 52nd or thousandth: a week for a year,
-- pounds for thousands. It is held against the council's own of the year before where there is one, else against
-- the middle of the year's councils; a council may well differ from others by half, but hardly from itself.
with medians as (
    select
        file_id,
        measure_code,
        percentile_cont(0.5) within group (order by value::double precision) as median,
        count(*) as councils
    from {{ work_area }}_ratios
    where geography = 'local_authority' and value > 0
    group by file_id, measure_code
),

before as (
    select place_code, measure_code, period_code, max(value) as value
    from {{ work_area }}_ratios
    where geography = 'local_authority' and value > 0
    group by place_code, measure_code, period_code
),

compared as (
    select
        stated.*,
        coalesce(before.value::double precision, medians.median) as usual,
        case when before.value is null then 1.5 else 1.3 end as slack,
        case
            when before.value is null then 'the middle of all councils is'
            else 'the year before it was'
        end as beside
    from {{ work_area }}_ratios as stated
    inner join medians
        on stated.file_id = medians.file_id and stated.measure_code = medians.measure_code
    left join before
        on
            stated.place_code = before.place_code
            and stated.measure_code = before.measure_code
            and (left(stated.period_code, 4)::integer - 1)::text = left(before.period_code, 4)
    where stated.geography = 'local_authority' and stated.value > 0 and medians.councils >= 10
)

select
    compared.submission_id, compared.file_id, compared.file_name, compared.line_number,
    null::integer as column_number, compared.dimension_key as figure, compared.place_name,
    compared.raw_value as value,
    factors.factor,
    compared.beside,
    round(compared.usual::numeric, 1) as usual
from compared
inner join
    (values (52, 52.0), (52, 1 / 52.0), (1000, 1000.0), (1000, 1 / 1000.0)) as factors (factor, times)
    on
        compared.value::double precision / compared.usual / factors.times
        between 1 / compared.slack and compared.slack
