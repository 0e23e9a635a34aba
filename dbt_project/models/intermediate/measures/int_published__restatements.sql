-- Where a publisher gave another figure: in a later release, or in another file of the same release. The last
-- word of each file on a figure is held against the one before. What was planned is not restated by what came
-- about.
{% set figure = 'measure_code, geography, place_code, period_type, period_code' %}
with words as (
    select distinct on ({{ figure }}, release, submission_id, in_force_from) *
    from {{ ref('int_published__figure_versions') }}
    where qualifier <> 'planned'
    order by {{ figure }}, release, submission_id, in_force_from, preference
),

beside as (
    select
        *,
        lag(submission_id) over earlier as old_submission_id,
        lag(qualifier) over earlier as old_qualifier,
        lag(value) over earlier as old_value,
        lag(missing_reason) over earlier as old_missing_reason
    from words
    window earlier as (partition by {{ figure }} order by release, in_force_from, submission_id)
),

final as (
    select
        measure_code,
        geography,
        place_code,
        place_name,
        authority_code,
        period_type,
        period_code,
        in_force_from as restated_at,
        old_value,
        old_missing_reason,
        old_submission_id,
        old_qualifier,
        value as new_value,
        missing_reason as new_missing_reason,
        submission_id as new_submission_id,
        qualifier as new_qualifier
    from beside
    where old_submission_id is not null and value is distinct from old_value
)

select * from final
