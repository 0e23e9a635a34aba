-- The indicators by every reading, as they were last worked out.
with final as (
    select
        authority_code,
        period_code,
        indicator_code,
        definition_version,
        reading_code,
        is_agreed,
        decided_otherwise,
        numerator,
        denominator,
        value,
        missing_reason,
        rank,
        n_ranked,
        rank_lower_95,
        rank_upper_95,
        submission_id,
        build_id
    from {{ source('readings', 'reading') }}
)

select * from final
