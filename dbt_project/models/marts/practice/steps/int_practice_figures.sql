{{ config(materialized='ephemeral') }}
-- Of each start the own figures and those of the peers, before and after: the councils that are in the region in the later
-- year. As the macros of follow_up.sql want them, each start is a group of its own.
with starts as (
    select * from {{ ref('int_practice_starts') }}
),

facts as (
    select * from {{ ref('fct_indicator') }}
    where value is not null
),

final as (
    select
        members.comparator_set,
        starts.practice_code as comparator_group,
        starts.period_code,
        starts.indicator_code,
        starts.basis,
        starts.authority_code as own_authority_code,
        later.authority_code,
        later.numerator,
        later.denominator,
        later.value,
        later.quality_rating,
        before.numerator as previous_numerator,
        before.denominator as previous_denominator,
        before.value as previous_value,
        before.quality_rating as previous_quality_rating,
        later.value - before.value as change,
        case
            when later.interval_method = 'wilson' and before.interval_method = 'wilson' then 'newcombe'
            when later.lower_95 is not null and before.lower_95 is not null then 'mover'
        end as change_method,
        indicators.value_kind,
        indicators.multiplier,
        indicators.polarity,
        sets.least_rating,
        sets.least_n,
        true as is_in_baseline,
        null::double precision as comparator_value
    from starts
    inner join {{ ref('comparator_sets') }} as sets on sets.comparator_set = 'region'
    inner join {{ ref('bridge_comparator_member') }} as own
        on
            sets.comparator_set = own.comparator_set
            and starts.authority_code = own.authority_code
            and starts.period_code = own.period_code
    inner join {{ ref('bridge_comparator_member') }} as members
        on
            own.comparator_set = members.comparator_set
            and own.comparator_group = members.comparator_group
            and own.period_code = members.period_code
    inner join facts as before
        on
            members.authority_code = before.authority_code
            and starts.baseline_period_code = before.period_code
            and starts.indicator_code = before.indicator_code
            and starts.basis = before.basis
            and starts.baseline_version = before.definition_version
    inner join facts as later
        on
            members.authority_code = later.authority_code
            and starts.period_code = later.period_code
            and starts.indicator_code = later.indicator_code
            and starts.basis = later.basis
            and starts.definition_version = later.definition_version
    inner join {{ ref('dim_indicator') }} as indicators
        on
            starts.indicator_code = indicators.indicator_code
            and starts.definition_version = indicators.definition_version
    where not starts.is_broken
)

select * from final
