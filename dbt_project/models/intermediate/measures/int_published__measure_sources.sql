{{ config(materialized='table', tags=['published']) }}
-- Published figures as measures, where the measure is in the register and the period is a financial year: of
-- each the figures that stood one after the other, the last of them the current one. A figure makes way when
-- a better one comes, or another file in the place of its own. All releases stand in
-- int_published__figure_versions. Of some a stated 0 says that there is none of it (published_zeros).
{% set figure = 'authority_code, period_code, measure_code' %}
with versions as (
    select figures.*
    from {{ ref('int_published__figure_versions') }} as figures
    inner join {{ ref('register_measures') }} as register
        on figures.measure_code = register.measure_code and figures.return_code = register.source_return
    where figures.authority_code is not null and figures.period_type = 'financial_year'
),

moments as (
    select {{ figure }}, in_force_from as moment from versions
    union
    select {{ figure }}, in_force_to from versions
    where in_force_to is not null
),

standing as (
    select distinct on (moments.authority_code, moments.period_code, moments.measure_code, moments.moment)
        moments.*,
        versions.preference
    from moments
    left join versions
        on
            moments.authority_code = versions.authority_code
            and moments.period_code = versions.period_code
            and moments.measure_code = versions.measure_code
            and {{ stood_at('moments.moment', 'versions.in_force_from', 'versions.in_force_to') }}
    order by
        moments.authority_code, moments.period_code, moments.measure_code, moments.moment, versions.preference
),

changes as (
    select
        *,
        lag(preference) over (partition by {{ figure }} order by moment) as preference_before
    from standing
),

spells as (
    select
        {{ figure }},
        preference,
        moment as recorded_from,
        lead(moment) over (partition by {{ figure }} order by moment) as recorded_to
    from changes
    -- What came and did not change what stands begins nothing.
    where preference is distinct from preference_before
),

final as (
    select
        versions.authority_code,
        versions.period_code,
        versions.measure_code,
        'published' as basis,
        versions.submission_id,
        versions.recorded_at,
        spells.recorded_from,
        spells.recorded_to,
        versions.column_name as item_code,
        versions.file_id,
        files.file_name,
        versions.line_number,
        versions.raw_value,
        case when zeros.measure_code is null then versions.value end as value,
        zeros.missing_reason
    from spells
    inner join versions
        on
            spells.authority_code = versions.authority_code
            and spells.period_code = versions.period_code
            and spells.measure_code = versions.measure_code
            and spells.preference = versions.preference
    inner join {{ ref('stg_ledger__submission_files') }} as files on versions.file_id = files.file_id
    left join {{ ref('published_zeros') }} as zeros
        on versions.measure_code = zeros.measure_code and versions.value = 0
)

select * from final
