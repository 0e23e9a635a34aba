-- What publishers have put out, every release beside the others; nothing is overwritten.
with final as (
    select
        measure_code,
        geography,
        place_code,
        place_name,
        region,
        authority_code,
        period_type,
        period_code,
        release,
        qualifier,
        return_code,
        value::double precision as value,
        raw_value,
        symbol,
        missing_reason,
        is_current,
        previous_release,
        previous_release_value::double precision as previous_release_value,
        (value - previous_release_value)::double precision as change_since_previous_release,
        recorded_at,
        submission_id,
        line_number,
        column_name
    from {{ ref('int_published__figures') }}
)

select * from final
