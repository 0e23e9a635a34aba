-- No people where rates are for so many people, or in an estimate of the population: an authority has children.
select
    submission_id, file_id, file_name, line_number, null::integer as column_number, column_name,
    raw_value as value, place_name
from {{ work_area }}_cells
where
    value = 0
    and measure_code in (
        select components.measure_code
        from staging.register_components as components
        inner join staging.register_indicators as indicators
            on
                components.indicator_code = indicators.indicator_code
                and components.definition_version = indicators.definition_version
        where components.role = 'denominator' and indicators.value_kind = 'rate'
        union all
        select measure_code from staging.register_measures
        where source_return = 'ons_mid_year_population_estimates'
    )
