{{ config(
    materialized='incremental', indexes=[{'columns': ['period_code']}],
    pre_hook="{{ clear(changed_years_by_basis()) }}"
) }}
-- The indicators as they may leave the club. What stands on counts of people is worked out anew from the
-- counts that leave (sharing.measure), so that it tells nothing that these do not; the rest is as in the
-- club.
with facts as (
    select
        facts.*,
        authorities.name as authority_name,
        indicators.title,
        indicators.unit,
        indicators.multiplier,
        indicators.value_kind
    from {{ ref('fct_indicator') }} as facts
    inner join {{ ref('dim_indicator') }} as indicators
        on
            facts.indicator_code = indicators.indicator_code
            and facts.definition_version = indicators.definition_version
    inner join {{ ref('dim_authority') }} as authorities on facts.authority_code = authorities.authority_code
    where {{ changed_years_by_basis('facts.period_code', 'facts.basis') }}
),

shown_measures as (
    select * from {{ ref('measure') }}
    where
        geography = 'local_authority'
        and {{ changed_years_by_basis() }}
),

-- Versions with a part that does not leave just as it is.
about_people as (
    select distinct
        components.indicator_code,
        components.definition_version
    from {{ ref('bridge_indicator_measure') }} as components
    inner join {{ ref('int_disclosure__measures') }} as measures
        on components.measure_code = measures.measure_code
    where measures.disclosure is distinct from 'not_disclosive'
),

parts as (
    select
        facts.authority_code,
        facts.period_code,
        facts.indicator_code,
        facts.basis,
        sum(components.weight * shown.value order by components.measure_code)
        filter (where components.role = 'numerator') as numerator,
        sum(components.weight * shown.value order by components.measure_code)
        filter (where components.role = 'denominator') as denominator,
        bool_and(shown.value is not null) filter (where components.role = 'numerator') as has_numerator,
        bool_and(shown.value is not null) filter (where components.role = 'denominator') as has_denominator,
        coalesce(bool_or(shown.not_shown = 'confidential'), false) as is_confidential
    from facts
    inner join about_people using (indicator_code, definition_version)
    inner join {{ ref('bridge_indicator_measure') }} as components
        using (indicator_code, definition_version)
    left join shown_measures as shown
        on
            facts.authority_code = shown.place_code
            and facts.period_code = shown.period_code
            and facts.basis = shown.basis
            and components.measure_code = shown.measure_code
    where facts.basis <> 'published'
    group by facts.authority_code, facts.period_code, facts.indicator_code, facts.basis
),

counted as (
    select
        facts.authority_code,
        facts.period_code,
        facts.indicator_code,
        facts.definition_version,
        facts.basis,
        facts.authority_name,
        facts.title,
        facts.unit,
        facts.value_kind,
        facts.multiplier,
        facts.value as value_in_the_club,
        facts.quality_rating,
        parts.authority_code is not null as is_rounded,
        coalesce(parts.is_confidential, false) as is_confidential,
        case
            when parts.authority_code is null then facts.numerator
            when parts.has_numerator then parts.numerator
        end as numerator,
        case
            when parts.authority_code is null then facts.denominator
            when parts.has_denominator then parts.denominator
        end as denominator
    from facts
    left join parts using (authority_code, period_code, indicator_code, basis)
),

figures as (
    select
        *,
        numerator as events,
        denominator as total,
        case
            when not is_rounded then value_in_the_club
            when value_in_the_club is not null then multiplier * numerator / nullif(denominator, 0)
        end as value
    from counted
),

intervals as (
    select
        *,
        {{ interval_bounds('value_kind', 'events', 'total', 'multiplier') }}
    from figures
),

final as (
    select
        authority_code,
        period_code,
        indicator_code,
        definition_version,
        basis,
        authority_name,
        title,
        unit,
        numerator,
        denominator,
        value,
        lower_95,
        upper_95,
        lower_99_8,
        upper_99_8,
        {{ interval_method('lower_95', 'value_kind', 'numerator') }} as interval_method,
        case
            when is_confidential then 'confidential'
            when value is not null then null
            when denominator = 0 then 'zero denominator'
            else 'not available'
        end as not_shown,
        is_rounded,
        case when value is not null then quality_rating end as quality_rating
    from intervals
)

select * from final
