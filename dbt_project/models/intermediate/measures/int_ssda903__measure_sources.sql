{{ config(
    materialized='incremental',
    indexes=[{'columns': ['authority_code', 'period_code']}, {'columns': ['period_code']}],
    tags=['children'],
    pre_hook="{{ clear(changed_returns('ssda903', 'authority_code', 'period_code')) }}"
) }}
-- What the children's returns give for each measure, and what they gave before they were sent again. Nothing
-- of a child stands here: a measure is traced to the file of its episodes. A count that finds none is zero,
-- as the return is there; one that cannot be told of too many is missing, and one that cannot be told of some
-- says so.
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

judged as (
    select
        *,
        case division
            -- The distance is never told of a child placed for adoption; without a reference, of nobody.
            when 'distance' then unknown > 0 and unknown = of_all
            else unknown > of_all * {{ decision('max_unknown_percent', 'numeric') }} / 100
        end as is_unknown,
        'not known of ' || unknown || ' of ' || of_all || ': ' || unknown_because as what_is_unknown
    from {{ ref('int_ssda903__measured') }}
),

final as (
    select
        judged.authority_code,
        judged.period_code,
        judged.measure_code,
        'submitted' as basis,
        judged.submission_id,
        judged.recorded_at,
        judged.recorded_from,
        judged.recorded_to,
        'episodes' as table_name,
        judged.division || ': ' || judged.category as item_code,
        files.file_id,
        files.file_name,
        case when not judged.is_unknown then judged.quantity end as value,
        case when judged.is_unknown then judged.measure_code || ' is ' || judged.what_is_unknown end
            as missing_reason,
        case
            when judged.unknown > 0 and not judged.is_unknown
                then 'Left out: ' || judged.measure_code || ' is ' || judged.what_is_unknown
        end as note
    from judged
    left join files on judged.submission_id = files.submission_id
)

select * from final
