{{ config(materialized='table') }}
-- On which basis each year of an indicator is read where one has to be chosen: the one on which most members have a
-- figure; of several, what was submitted comes first, then what was published. All councils take the same, so that
-- figures beside each other were made in one way.
with counted as (
    select
        facts.indicator_code,
        facts.period_code,
        facts.basis,
        max(facts.definition_version) as definition_version,
        count(*) filter (where authorities.is_member and facts.value is not null) as members,
        count(facts.value) as councils
    from {{ ref('fct_indicator') }} as facts
    inner join {{ ref('dim_authority') }} as authorities on facts.authority_code = authorities.authority_code
    group by facts.indicator_code, facts.period_code, facts.basis
),

final as (
    select
        indicator_code,
        period_code,
        basis,
        definition_version,
        members::integer as members,
        row_number() over (
            partition by indicator_code, period_code
            order by
                members desc, councils desc, array_position(array['submitted', 'published', 'sample'], basis)
        ) = 1 as is_preferred,
        -- Empty where no member has a figure of the year at all.
        max(period_code) filter (where members > 0) over (partition by indicator_code) as latest_period
    from counted
)

select * from final
