-- What a figure would be, and its rank, if the club's decisions had been otherwise.
-- dbt compile --select what_another_reading_would_make --vars '{indicator: A1}'
select
    authorities.name,
    readings.period_code,
    readings.agreed_value,
    readings.lowest_value,
    readings.highest_value,
    readings.agreed_rank,
    readings.best_rank,
    readings.worst_rank
from {{ ref('definition_sensitivity') }} as readings
inner join {{ ref('dim_authority') }} as authorities on readings.authority_code = authorities.authority_code
where readings.indicator_code = '{{ var("indicator", "A1") }}'
order by
    readings.highest_value - readings.lowest_value desc nulls last, authorities.name, readings.period_code
