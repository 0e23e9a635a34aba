{{ config(materialized='table', tags=['published']) }}
-- Statistical neighbours as DfE publishes them: one row per authority and rank; the release is the version.
with pairs as (
    select neighbours.*
    from {{ ref('base_published__neighbours') }} as neighbours
    inner join {{ ref('stg_ledger__submissions') }} as submissions
        on neighbours.submission_id = submissions.submission_id
    where submissions.is_in_force and neighbours.problem is null
),

names as (
    select
        model_version,
        dfe_la_number,
        max(la_name) as la_name
    from pairs
    group by model_version, dfe_la_number
),

final as (
    select
        pairs.submission_id,
        pairs.model_version,
        pairs.received_at,
        pairs.file_id,
        pairs.line_number,
        pairs.dfe_la_number,
        pairs.la_name,
        pairs.rank,
        pairs.neighbour_dfe_la_number,
        pairs.closeness,
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
