{{ config(
    materialized='incremental',
    indexes=[{'columns': ['authority_code', 'period_code', 'indicator_code', 'basis']}],
    pre_hook=[without_loops(), "{{ clear(changed_figures()) }}"]
) }}
-- The rating that the club's rules give each figure by the evidence about it: the worst of those that apply.
with restated as (
    select * from {{ ref('int_restated_figures') }}
    where {{ changed_figures() }}
),

evidence as (
    select
        evidence.*,
        coalesce(restated.times_restated, 0) as times_restated
    from {{ ref('int_figure_evidence') }} as evidence
    left join restated using (authority_code, period_code, indicator_code, basis)
    where {{ changed_figures('evidence.authority_code', 'evidence.period_code', 'evidence.basis') }}
),

applied as (
    select
        evidence.authority_code,
        evidence.period_code,
        evidence.indicator_code,
        evidence.basis,
        max(rules.rating) as rating,
        max(rules.rating) filter (where rules.dimension = 'completeness') as completeness,
        max(rules.rating) filter (where rules.dimension = 'validity') as validity,
        max(rules.rating) filter (where rules.dimension = 'timeliness') as timeliness,
        max(rules.rating) filter (where rules.dimension = 'restatement') as restatement,
        string_agg(rules.meaning, ' ' order by rules.rating desc, rules.rule_code) as reasons
    from evidence
    inner join {{ ref('quality_rules') }} as rules
        on
            case rules.evidence
                when 'measures_noted' then evidence.measures_noted
                when 'share_assumed' then evidence.share_assumed
                when 'cells_warned' then evidence.cells_warned
                when 'share_contradicted' then evidence.share_contradicted
                when 'share_of_rows_warned' then evidence.share_of_rows_warned
                when 'days_late' then evidence.days_late
                when 'times_restated' then evidence.times_restated
                when 'times_usual' then evidence.times_usual
            end between coalesce(rules.at_least, '-infinity') and coalesce(rules.up_to, 'infinity')
    group by evidence.authority_code, evidence.period_code, evidence.indicator_code, evidence.basis
),

final as (
    select
        evidence.authority_code,
        evidence.period_code,
        evidence.indicator_code,
        evidence.basis,
        evidence.definition_version,
        coalesce(applied.rating, 'A') as quality_rating,
        coalesce(applied.completeness, 'A') as completeness_rating,
        coalesce(applied.validity, 'A') as validity_rating,
        case when evidence.days_late is not null then coalesce(applied.timeliness, 'A') end
            as timeliness_rating,
        coalesce(applied.restatement, 'A') as restatement_rating,
        applied.reasons,
        evidence.parts,
        evidence.parts_assumed,
        evidence.share_assumed,
        evidence.measures_noted,
        evidence.cells_warned,
        evidence.cells_contradicted,
        evidence.share_contradicted,
        array(
            select distinct rule from unnest(evidence.warned_rules) as warned (rule)
            order by rule
        ) as warned_rules,
        evidence.share_of_rows_warned,
        evidence.days_late,
        evidence.times_restated,
        evidence.times_usual
    from evidence
    left join applied using (authority_code, period_code, indicator_code, basis)
)

select * from final
