{{ config(
    materialized='incremental',
    pre_hook="{{ clear(changed_figures('place_code', 'period_code', 'basis')) }}"
) }}
-- What moved: one row for each time that a figure which had been stated came to be stated otherwise. A return
-- was sent again, or a publisher gave another figure. Publishers restate by release, whenever it came here.
with final as (
    select
        moved.figure_kind,
        moved.figure_code,
        moved.basis,
        moved.geography,
        moved.place_code,
        moved.period_type,
        moved.period_code,
        moved.restated_at,
        {{ what_submissions_are('moved.new_submission_ids', 'moved.new_qualifier') }}
        || {{ what_moved_beside(
            'moved.old_submission_ids', 'moved.new_submission_ids', 'moved.authority_code', 'moved.restated_at'
        ) }} as new_source,
        {{ what_submissions_are('moved.old_submission_ids', 'moved.old_qualifier') }} as old_source,
        moved.title,
        moved.unit,
        moved.indicator_code,
        moved.definition_version,
        coalesce(moved.place_name, authorities.name) as place_name,
        moved.authority_code,
        moved.old_value::double precision as old_value,
        moved.new_value::double precision as new_value,
        (moved.new_value - moved.old_value)::double precision as difference,
        ((moved.new_value - moved.old_value) / nullif(abs(moved.old_value), 0))::double precision
            as relative_difference,
        moved.old_missing_reason,
        moved.new_missing_reason,
        moved.old_submission_ids,
        moved.new_submission_ids
    from {{ ref('int_restated') }} as moved
    left join {{ ref('dim_authority') }} as authorities on moved.authority_code = authorities.authority_code
)

select * from final
