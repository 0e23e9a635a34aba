-- Every figure about people that did not come from a publisher, in people: what the disclosure control has to
-- look after.
with final as (
    select
        measures.division_code,
        measures.level,
        measures.measure_code,
        measures.total_measure_code,
        measures.is_total,
        measures.is_cover,
        figures.authority_code,
        authorities.region,
        figures.period_code,
        figures.basis,
        figures.value::numeric / measures.amount_of_one as people
    from {{ ref('fct_measure') }} as figures
    inner join {{ ref('int_disclosure__measures') }} as measures
        on figures.measure_code = measures.measure_code and measures.is_about_people
    inner join {{ ref('authorities') }} as authorities
        on figures.authority_code = authorities.authority_code
    where
        figures.basis <> 'published'
        and figures.value is not null
)

select * from final
