{{ config(materialized='incremental', pre_hook="{{ clear(changed_figures()) }}") }}
with final as (
    select
        measures.authority_code,
        measures.period_code,
        measures.measure_code,
        measures.basis,
        register.title,
        register.unit,
        register.domain,
        measures.value::double precision as value,
        measures.missing_reason,
        measures.note,
        measures.submission_id,
        measures.recorded_at
    from {{ ref('int_measures') }} as measures
    inner join {{ ref('register_measures') }} as register on measures.measure_code = register.measure_code
    where {{ changed_figures('measures.authority_code', 'measures.period_code', 'measures.basis') }}
)

select * from final
