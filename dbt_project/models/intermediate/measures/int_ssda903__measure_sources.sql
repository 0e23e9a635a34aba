{{ config(
    materialized='incremental',
    indexes=[{'columns': ['authority_code', 'period_code']}, {'columns': ['period_code']}],
    tags=['children'],
    pre_hook="{{ clear(changed_returns('ssda903', 'authority_code', 'period_code')) }}"
) }}
-- What the children's returns give for each measure, and what they gave before they were sent again. Nothing
-- of a child stands here: a measure is traced to the file of its episodes.
with files as (
    select
        episodes.submission_id,
        min(episodes.file_id) as file_id,
        string_agg(distinct files.file_name, ', ' order by files.file_name) as file_name
    from (
        select distinct
            submission_id,
            file_id
        from {{ ref('stg_ssda903__episodes') }}
        where {{ changed_returns('ssda903', 'authority_code', 'period_code') }}
    ) as episodes
    inner join {{ ref('stg_ledger__submission_files') }} as files on episodes.file_id = files.file_id
    group by episodes.submission_id
),

final as (
    select
        measured.authority_code,
        measured.period_code,
        measured.measure_code,
        'submitted' as basis,
        measured.submission_id,
        measured.recorded_at,
        measured.recorded_from,
        measured.recorded_to,
        'episodes' as table_name,
        measured.division || ': ' || measured.category as item_code,
        files.file_id,
        files.file_name,
        measured.value,
        measured.missing_reason,
        measured.note
    from {{ ref('int_ssda903__measured') }} as measured
    left join files on measured.submission_id = files.submission_id
)

select * from final
