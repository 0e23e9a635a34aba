{{ config(materialized='ephemeral') }}
-- Each time that a measure, an indicator or a published figure came to be stated otherwise.
with final as (
    select
        'measure' as figure_kind, measures.measure_code as figure_code, null as indicator_code,
        null::integer as definition_version, register.title, register.unit, 'local_authority' as geography,
        measures.authority_code as place_code, null as place_name, measures.authority_code,
        'financial_year' as period_type, measures.period_code, measures.basis, measures.restated_at,
        measures.old_value, measures.old_missing_reason,
        array[measures.old_submission_id] as old_submission_ids, null as old_qualifier,
        measures.new_value, measures.new_missing_reason,
        array[measures.new_submission_id] as new_submission_ids, null as new_qualifier
    from {{ ref('int_restated_measures') }} as measures
    inner join {{ ref('dim_measure') }} as register on measures.measure_code = register.measure_code
    union all
    select
        'indicator' as figure_kind, indicators.indicator_code as figure_code, indicators.indicator_code,
        indicators.definition_version, definitions.title, definitions.unit, 'local_authority' as geography,
        indicators.authority_code as place_code, null as place_name, indicators.authority_code,
        'financial_year' as period_type, indicators.period_code, indicators.basis, indicators.restated_at,
        indicators.old_value, indicators.old_missing_reason,
        indicators.old_submission_ids, null as old_qualifier,
        indicators.new_value, indicators.new_missing_reason,
        indicators.new_submission_ids, null as new_qualifier
    from {{ ref('int_restated_indicators') }} as indicators
    inner join {{ ref('dim_indicator') }} as definitions
        on
            indicators.indicator_code = definitions.indicator_code
            and indicators.definition_version = definitions.definition_version
    union all
    select
        'measure' as figure_kind, figures.measure_code as figure_code, null as indicator_code,
        null as definition_version, known.title, known.unit, figures.geography,
        figures.place_code, figures.place_name, figures.authority_code,
        figures.period_type, figures.period_code, 'published' as basis, figures.restated_at,
        figures.old_value, figures.old_missing_reason,
        array[figures.old_submission_id] as old_submission_ids, figures.old_qualifier,
        figures.new_value, figures.new_missing_reason,
        array[figures.new_submission_id] as new_submission_ids, figures.new_qualifier
    from {{ ref('int_published__restatements') }} as figures
    inner join {{ ref('dim_published_measure') }} as known on figures.measure_code = known.measure_code
    where {{ changed_figures('figures.place_code', 'figures.period_code', "'published'") }}
)

select * from final
