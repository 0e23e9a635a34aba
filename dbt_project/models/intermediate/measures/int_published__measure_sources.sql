-- Published figures as measures. Of several releases the newest stands; the older ones stay in staging.
with published as (
    select
        submission_id, release, received_at, file_id, line_number, authority_code, period_code, measure_code,
        raw_value, children as value, 'children_count' as column_name
    from {{ ref('stg_dfe__placement_stability') }}
    union all
    select
        submission_id, release, received_at, file_id, line_number, authority_code, period_code, measure_code,
        raw_value, value, 'Values' as column_name
    from {{ ref('stg_dfe__lait') }}
),

newest as (
    select
        *,
        rank() over (
            partition by authority_code, period_code, measure_code
            order by release desc, submission_id desc
        ) as turn
    from published
),

final as (
    select
        newest.authority_code,
        newest.period_code,
        newest.measure_code,
        'published' as basis,
        newest.submission_id,
        newest.received_at as recorded_at,
        newest.column_name as item_code,
        newest.file_id,
        files.file_name,
        newest.line_number,
        newest.raw_value,
        newest.value
    from newest
    inner join {{ source('ledger', 'submission_file') }} as files on newest.file_id = files.file_id
    where newest.turn = 1
)

select * from final
