-- How far the answers of a round agree beyond chance over all its cases, with the interval that the cases leave: another
-- choice of cases would have given another figure.
with coefficients as (
    select * from {{ ref('int_quiz_coefficients') }}
),

by_coefficient as (
    select
        coefficients.round_code,
        coefficients.indicator_code,
        coefficients.raters,
        coefficients.resample,
        each.coefficient,
        each.value
    from coefficients
    cross join lateral (
        values
        {%- for coefficient in coefficients() %}
            ('{{ coefficient }}', coefficients.{{ coefficient }}){{ ',' if not loop.last }}
        {%- endfor %}
    ) as each (coefficient, value)
),

intervals as (
    select
        round_code,
        indicator_code,
        raters,
        coefficient,
        count(value) filter (where resample > 0)::integer as resamples,
        percentile_cont(0.025) within group (order by value) filter (where resample > 0) as lower_95,
        percentile_cont(0.975) within group (order by value) filter (where resample > 0) as upper_95
    from by_coefficient
    group by round_code, indicator_code, raters, coefficient
),

final as (
    select
        itself.round_code,
        itself.indicator_code,
        itself.raters,
        by_coefficient.coefficient,
        itself.cases,
        itself.answers,
        itself.categories,
        itself.agreeing,
        by_coefficient.value,
        case when by_coefficient.value is not null then intervals.lower_95 end as lower_95,
        case when by_coefficient.value is not null then intervals.upper_95 end as upper_95,
        case when by_coefficient.value is not null then intervals.resamples else 0 end as resamples,
        case
            when by_coefficient.value is not null then null
            when itself.agreeing is null then 'no case has two answers'
            else 'all answers are the same one, so that chance alone would agree'
        end as missing_reason
    from coefficients as itself
    inner join by_coefficient using (round_code, indicator_code, raters, resample)
    inner join intervals using (round_code, indicator_code, raters, coefficient)
    where itself.resample = 0
)

select * from final
