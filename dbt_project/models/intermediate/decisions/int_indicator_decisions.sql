-- Which decisions of the club an indicator rests on: those that touch one of the counts that it is made of.
with touched as (
    select distinct
        decisions.decision_code,
        words.division
    from {{ ref('club_decisions') }} as decisions
    cross join lateral string_to_table(decisions.touches, ' ') as words (division)
),

final as (
    select distinct
        components.indicator_code,
        components.definition_version,
        touched.decision_code
    from {{ ref('register_components') }} as components
    inner join {{ ref('ssda903_measures') }} as measures on components.measure_code = measures.measure_code
    inner join touched on touched.division in (measures.division, 'all')
)

select * from final
