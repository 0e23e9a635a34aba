-- Each figure with what became of it since the year before: only where that year has a figure by the
-- same definition, or by one that the register declares comparable. The change is tested where both have
-- an interval.
with facts as (
    select * from {{ ref('fct_indicator') }}
    where value is not null and {{ changed_comparisons('period_code', 'basis', looks_back=true) }}
),

figures as (
    select
        facts.authority_code,
        facts.period_code,
        facts.indicator_code,
        facts.basis,
        facts.definition_version,
        facts.value,
        facts.lower_95,
        facts.upper_95,
        facts.lower_99_8,
        facts.upper_99_8,
        facts.interval_method,
        facts.quality_rating,
        indicators.polarity,
        indicators.comparable_with_previous,
        {{ merit('facts.value', 'indicators.polarity') }} as merit
    from facts
    inner join {{ ref('dim_indicator') }} as indicators
        on
            facts.indicator_code = indicators.indicator_code
            and facts.definition_version = indicators.definition_version
    where {{ changed_comparisons('facts.period_code', 'facts.basis') }}
),

previous as (
    select
        figures.*,
        earlier.value as previous_value,
        earlier.lower_95 as previous_lower_95,
        earlier.upper_95 as previous_upper_95,
        earlier.interval_method as previous_interval_method
    from figures
    inner join {{ ref('dim_period') }} as periods on figures.period_code = periods.period_code
    left join {{ ref('dim_period') }} as periods_before on periods.starts_on = periods_before.ends_on + 1
    left join facts as earlier
        on
            figures.authority_code = earlier.authority_code
            and figures.indicator_code = earlier.indicator_code
            and figures.basis = earlier.basis
            and periods_before.period_code = earlier.period_code
            and (
                figures.definition_version = earlier.definition_version
                or (
                    figures.definition_version = earlier.definition_version + 1
                    and figures.comparable_with_previous
                )
            )
),

changed as (
    select
        *,
        value - previous_value as change,
        {{ difference_bound('value', 'lower_95', 'previous_value', 'previous_upper_95', '-') }}
            as change_lower_95,
        {{ difference_bound('value', 'upper_95', 'previous_value', 'previous_lower_95', '+') }}
            as change_upper_95
    from previous
),

final as (
    select
        authority_code,
        period_code,
        indicator_code,
        basis,
        definition_version,
        value,
        lower_95,
        upper_95,
        lower_99_8,
        upper_99_8,
        quality_rating,
        merit,
        previous_value,
        change,
        change_lower_95,
        change_upper_95,
        case
            when change_lower_95 is null then null
            when interval_method = 'wilson' and previous_interval_method = 'wilson' then 'newcombe'
            else 'mover'
        end as change_method,
        change_lower_95 > 0 or change_upper_95 < 0 as is_change_significant,
        case
            when previous_value is null then null
            when polarity = 'none' then 'not judged'
            when {{ is_equal('value', 'previous_value') }} then 'no change'
            when (change < 0) = (polarity = 'low') then 'better'
            else 'worse'
        end as direction_of_travel
    from changed
)

select * from final
