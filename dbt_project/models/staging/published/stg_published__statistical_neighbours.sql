{{ config(materialized='table', tags=['published']) }}
-- Statistical neighbours as DfE publishes them: one row per authority and rank; the release is the version.
with records as (
    select
        files.submission_id,
        files.release as model_version,
        files.received_at,
        files.file_id,
        records.line_number,
        records.record
    from {{ ref('base_published__files') }} as files
    inner join {{ source('raw', 'published_records') }} as records
        on files.submission_id = records.submission_id and files.file_id = records.file_id
    inner join {{ ref('stg_ledger__submissions') }} as submissions
        on files.submission_id = submissions.submission_id
    where files.return_code = 'sn_model' and submissions.is_in_force
),

names as (
    select
        model_version,
        record ->> 'old_la_code' as dfe_la_number,
        max(record ->> 'la_name') as la_name
    from records
    group by model_version, record ->> 'old_la_code'
),

pairs as (
    select
        records.submission_id,
        records.model_version,
        records.received_at,
        records.file_id,
        records.line_number,
        records.record ->> 'old_la_code' as dfe_la_number,
        records.record ->> 'la_name' as la_name,
        ranks.rank,
        records.record ->> ('SN_' || ranks.rank) as neighbour_dfe_la_number,
        btrim(records.record ->> ('SN_' || ranks.rank || 'P')) as closeness
    from records
    cross join generate_series(1, 10) as ranks (rank)
),

final as (
    select
        pairs.*,
        names.la_name as neighbour_la_name,
        authorities.authority_code,
        neighbours.authority_code as neighbour_authority_code
    from pairs
    left join names
        on pairs.model_version = names.model_version and pairs.neighbour_dfe_la_number = names.dfe_la_number
    left join {{ ref('authorities') }} as authorities
        on pairs.dfe_la_number = authorities.dfe_la_number::text
    left join {{ ref('authorities') }} as neighbours
        on pairs.neighbour_dfe_la_number = neighbours.dfe_la_number::text
)

select * from final
