{{ config(
    materialized='incremental', pre_hook="{{ clear(changed_figures()) }}",
    post_hook="{{ measures_as_known() }}"
) }}
-- Measures with the times: what is known now beside what was known before, each from the decision that
-- accepted its return to the one that accepted another.
with final as (
    select
        versions.authority_code,
        versions.period_code,
        versions.measure_code,
        versions.basis,
        versions.recorded_from,
        versions.recorded_to,
        versions.value::double precision as value,
        versions.missing_reason,
        versions.note,
        versions.submission_id,
        versions.recorded_at
    from {{ ref('int_measure_versions') }} as versions
    inner join {{ ref('dim_measure') }} as measures on versions.measure_code = measures.measure_code
    where {{ changed_figures('versions.authority_code', 'versions.period_code', 'versions.basis') }}
)

select * from final
