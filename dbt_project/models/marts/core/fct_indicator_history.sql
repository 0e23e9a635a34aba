{{ config(
    materialized='incremental', pre_hook="{{ clear(changed_figures()) }}",
    post_hook="{{ indicators_as_known() }}"
) }}
-- Indicators with the times: what they came to by what is known now, and by what was known before.
with final as (
    select
        authority_code,
        period_code,
        indicator_code,
        basis,
        recorded_from,
        recorded_to,
        definition_version,
        numerator::double precision as numerator,
        denominator::double precision as denominator,
        value::double precision as value,
        missing_reason,
        note,
        submission_ids,
        has_all_returns
    from {{ ref('int_indicator_versions') }}
    where {{ changed_figures() }}
)

select * from final
