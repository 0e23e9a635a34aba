-- Every published cell that is a figure of a measure, one row each, every release kept.
with final as (
    select
        submission_id,
        return_code,
        release,
        received_at,
        file_id,
        line_number,
        column_name,
        geography,
        place_code,
        place_name,
        region,
        authority_code,
        period_type,
        period_code,
        qualifier,
        measure_code,
        dimension_key,
        kind,
        raw_value,
        symbol,
        value,
        missing_reason
    from {{ ref('base_published__cells') }}
    where is_in_force and measure_code is not null and period_code is not null and geography is not null
)

select * from final
