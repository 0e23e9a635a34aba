{{ config(materialized='ephemeral') }}
-- Counts of people that no rule lets out, of authorities and of their regions.
with final as (
    select distinct
        measures.division_code,
        figures.period_code,
        figures.basis,
        authorities.region,
        case when places.is_authority then figures.authority_code end as authority_code,
        figures.measure_code,
        'kept_inside' as reason
    from {{ ref('fct_measure') }} as figures
    inner join {{ ref('int_disclosure__measures') }} as measures
        on figures.measure_code = measures.measure_code
    inner join {{ ref('authorities') }} as authorities on figures.authority_code = authorities.authority_code
    cross join (values (true), (false)) as places (is_authority)
    where
        figures.value is not null
        and figures.basis <> 'published'
        and not measures.may_leave
        and {{ changed_years_by_basis('figures.period_code', 'figures.basis') }}
)

select * from final
