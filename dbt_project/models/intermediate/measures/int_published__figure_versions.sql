{{ config(materialized='table', tags=['published']) }}
-- Published figures, all releases side by side, and of each release every file that is or was in force: one
-- row a place, period, measure, release, qualifier and submission. Which of them is preferred: nothing
-- planned or provisional where there is better, then the latest release, then the revised figure of that
-- release.
with figures as (
    select
        submission_id,
        return_code,
        release,
        received_at as recorded_at,
        in_force_from,
        in_force_to,
        geography,
        place_code,
        max(place_name) as place_name,
        max(region) as region,
        max(authority_code) as authority_code,
        period_type,
        period_code,
        measure_code,
        qualifier,
        case
            when qualifier = 'planned' then 0
            when qualifier = 'provisional' then 1
            when qualifier in ('revised', 'final') then 3
            else 2
        end as finality,
        file_id,
        min(line_number) as line_number,
        (array_agg(column_name order by line_number))[1] as column_name,
        (array_agg(raw_value order by line_number))[1] as raw_value,
        (array_agg(symbol order by line_number))[1] as symbol,
        -- A row that stands twice with two figures gives none; that it stands twice is a finding.
        case when count(distinct value) = 1 and count(value) = count(*) then min(value) end as value,
        case
            when count(distinct value) = 1 and count(value) = count(*) then null
            when count(distinct raw_value) > 1
                then 'The publisher gives ' || count(distinct raw_value) || ' different figures for it'
            else max(missing_reason)
        end as missing_reason
    from {{ ref('stg_published__cells') }}
    group by
        submission_id, return_code, release, received_at, in_force_from, in_force_to, geography, place_code,
        period_type, period_code, measure_code, qualifier, file_id
),

final as (
    select
        *,
        row_number() over (
            partition by measure_code, geography, place_code, period_type, period_code
            order by least(finality, 2) desc, release desc, finality desc, submission_id desc, qualifier
        ) as preference
    from figures
)

select * from final
