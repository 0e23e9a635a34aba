{{ config(
    materialized='incremental', indexes=[{'columns': ['period_code']}],
    pre_hook="{{ clear(changed_years_by_basis()) }}"
) }}
-- The figures of the returns as they may leave the club. Counts of people are rounded, and confidential where
-- the disclosure control hides them; what a publisher has put out and what tells nothing of single people
-- leaves as it is. A region is the sum of its authorities, also of those that are confidential.
with figures as (
    select
        facts.*,
        authorities.name,
        authorities.region,
        facts.basis <> 'published' and coalesce(measures.is_about_people, false) as is_rounded,
        facts.basis = 'published' or coalesce(measures.may_leave, false) as may_leave
    from {{ ref('fct_measure') }} as facts
    inner join {{ ref('dim_authority') }} as authorities on facts.authority_code = authorities.authority_code
    left join {{ ref('int_disclosure__measures') }} as measures on facts.measure_code = measures.measure_code
    where {{ changed_years_by_basis('facts.period_code', 'facts.basis') }}
),

hidden as (
    select * from {{ ref('fct_disclosure') }}
    where {{ changed_years_by_basis() }}
),

of_authorities as (
    select
        'local_authority' as geography,
        figures.authority_code as place_code,
        figures.name as place_name,
        figures.region,
        figures.period_code,
        figures.measure_code,
        figures.basis,
        figures.title,
        figures.unit,
        figures.domain,
        figures.value,
        figures.is_rounded,
        figures.may_leave,
        1 as authorities,
        hidden.reason
    from figures
    left join hidden
        on
            hidden.geography = 'local_authority'
            and figures.authority_code = hidden.place_code
            and figures.period_code = hidden.period_code
            and figures.measure_code = hidden.measure_code
            and figures.basis = hidden.basis
),

sums as (
    select
        'regional' as geography,
        {{ region_code('region') }} as place_code,
        region as place_name,
        region,
        period_code,
        measure_code,
        basis,
        max(title) as title,
        max(unit) as unit,
        max(domain) as domain,
        -- In one order, whatever was written when: the last digit of a sum depends on it.
        sum(value order by place_code) filter (where reason is distinct from 'withheld') as value,
        bool_or(is_rounded) as is_rounded,
        bool_and(may_leave) as may_leave,
        (count(value) filter (where reason is distinct from 'withheld'))::integer as authorities,
        bool_or(reason = 'withheld') as has_withheld
    from of_authorities
    where basis <> 'published'
    group by region, period_code, measure_code, basis
),

of_regions as (
    select
        sums.geography,
        sums.place_code,
        sums.place_name,
        sums.region,
        sums.period_code,
        sums.measure_code,
        sums.basis,
        sums.title,
        sums.unit,
        sums.domain,
        sums.value,
        sums.is_rounded,
        sums.may_leave,
        sums.authorities,
        coalesce(hidden.reason, case when sums.authorities = 0 and sums.has_withheld then 'withheld' end)
            as reason
    from sums
    left join hidden
        on
            hidden.geography = 'regional'
            and sums.place_code = hidden.place_code
            and sums.period_code = hidden.period_code
            and sums.measure_code = hidden.measure_code
            and sums.basis = hidden.basis
),

places as (
    select * from of_authorities
    union all
    select * from of_regions
),

final as (
    select
        geography,
        place_code,
        place_name,
        region,
        period_code,
        measure_code,
        basis,
        title,
        unit,
        domain,
        case
            when reason is not null or not may_leave then null
            when is_rounded then {{ rounded('value') }}
            else value
        end as value,
        case
            when reason is not null then 'confidential'
            when value is null then 'not available'
            when not may_leave then 'confidential'
        end as not_shown,
        is_rounded,
        authorities
    from places
)

select * from final
