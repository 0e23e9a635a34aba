{{ config(materialized='incremental', pre_hook="{{ clear(changed_figures()) }}") }}
-- How good each figure is, and what that rests on: one row per figure that there is.
with final as (
    select
        quality.authority_code,
        quality.period_code,
        quality.indicator_code,
        quality.basis,
        quality.definition_version,
        quality.quality_rating,
        quality.completeness_rating,
        quality.validity_rating,
        quality.timeliness_rating,
        quality.restatement_rating,
        quality.reasons,
        quality.parts,
        quality.parts_assumed,
        quality.share_assumed,
        quality.measures_noted,
        quality.cells_warned,
        quality.cells_contradicted,
        quality.share_contradicted,
        quality.warned_rules,
        quality.share_of_rows_warned,
        quality.days_late,
        quality.times_restated,
        quality.times_usual
    from {{ ref('fct_indicator') }} as figures
    inner join {{ ref('int_figure_quality') }} as quality
        using (authority_code, period_code, indicator_code, basis)
    where
        figures.value is not null
        and {{ changed_figures('figures.authority_code', 'figures.period_code', 'figures.basis') }}
)

select * from final
