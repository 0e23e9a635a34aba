-- Unit costs ten times beyond those of all other councils of England in the year: the seed pss_ex1_usual_unit_costs.
-- The finding stands at the first line of its cost, once for all unit costs that begin there.
with components as (
    select
        parts.submission_id,
        parts.period_code,
        components.indicator_code,
        components.definition_version,
        components.role,
        components.measure_code,
        min(parts.measure_value) as value,
        components.weight,
        min(parts.file_id) filter (where parts.table_name = 'spend') as file_id,
        min(parts.file_name) filter (where parts.table_name = 'spend') as file_name,
        min(parts.line_number) filter (where parts.table_name = 'spend') as line_number,
        string_agg(distinct quote_literal(parts.label), ', ') filter (where parts.table_name = 'activity')
            as activity
    from staging.register_components as components
    inner join checking.pss_ex1_parts as parts on components.measure_code = parts.measure_code
    group by
        parts.submission_id, parts.period_code, components.indicator_code, components.definition_version,
        components.role, components.measure_code, components.weight
),

sums as (
    select
        components.submission_id,
        components.period_code,
        components.indicator_code,
        indicators.title,
        indicators.unit,
        min(components.file_id) as file_id,
        min(components.file_name) as file_name,
        min(components.line_number) as line_number,
        string_agg(components.activity, ', ' order by components.measure_code) as activity,
        indicators.multiplier
        * sum(components.weight * components.value) filter (where components.role = 'numerator')
        / nullif(sum(components.weight * components.value) filter (where components.role = 'denominator'), 0)
            as unit_cost
    from components
    inner join staging.register_indicators as indicators
        on
            components.indicator_code = indicators.indicator_code
            and components.definition_version = indicators.definition_version
            and components.period_code >= indicators.valid_from_period
            and components.period_code <= coalesce(indicators.valid_to_period, components.period_code)
    group by
        components.submission_id, components.period_code, components.indicator_code, indicators.title,
        indicators.unit, indicators.multiplier
    having
        bool_and(components.value is not null)
        and count(*) = (
            select count(*)
            from staging.register_components as every
            where
                components.indicator_code = every.indicator_code
                and min(components.definition_version) = every.definition_version
        )
)

select distinct on (sums.submission_id, sums.file_id, sums.line_number)
    sums.submission_id,
    sums.file_id,
    sums.file_name,
    sums.line_number,
    null::integer as column_number,
    null::text as value,
    sums.title,
    to_char(sums.unit_cost, case when sums.unit_cost < 1 then 'FM0.99999' else 'FM999999990.00' end)
        as unit_cost,
    sums.unit,
    usual.councils,
    sums.period_code,
    case when sums.unit_cost > usual.median then 'below' else 'above' end as above_or_below,
    usual.median,
    case when sums.unit_cost > usual.median then 'higher' else 'lower' end as higher_or_lower,
    case when sums.unit_cost > usual.median then usual.highest else usual.lowest end as furthest,
    sums.activity
from sums
inner join staging.pss_ex1_usual_unit_costs as usual
    on sums.indicator_code = usual.indicator_code and sums.period_code = usual.period_code
where
    sums.unit_cost >= 10 * usual.highest
    or (sums.unit_cost <= usual.lowest / 10 and sums.unit_cost > 0)
order by sums.submission_id, sums.file_id, sums.line_number, sums.indicator_code
