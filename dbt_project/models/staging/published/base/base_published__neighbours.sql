-- Every statistical neighbour of a publisher's file, whatever the state of the file: the checks read this view
-- too. What is no number of an authority, and what a line says of an authority that has a line before it, is
-- told apart by `problem`.
with records as (
    select
        files.submission_id,
        files.release as model_version,
        files.received_at,
        files.file_id,
        files.file_name,
        records.line_number,
        records.record,
        -- A number that went through a spreadsheet: 330.0 is 330.
        regexp_replace(btrim(records.record ->> 'old_la_code'), '[.]0+$', '') as dfe_la_number
    from {{ ref('base_published__files') }} as files
    inner join {{ source('raw', 'published_records') }} as records
        on files.submission_id = records.submission_id and files.file_id = records.file_id
    where files.return_code = 'sn_model'
),

turns as (
    select
        *,
        row_number() over (partition by file_id, dfe_la_number order by line_number) as turn
    from records
),

pairs as (
    select
        turns.*,
        ranks.rank,
        'SN_' || ranks.rank as column_name,
        turns.record ->> ('SN_' || ranks.rank) as value,
        regexp_replace(btrim(turns.record ->> ('SN_' || ranks.rank)), '[.]0+$', '')
            as neighbour_dfe_la_number,
        btrim(turns.record ->> ('SN_' || ranks.rank || 'P')) as closeness
    from turns
    cross join generate_series(1, 10) as ranks (rank)
),

final as (
    select
        submission_id,
        model_version,
        received_at,
        file_id,
        file_name,
        line_number,
        column_name,
        coalesce(value, '') as value,
        dfe_la_number,
        record ->> 'la_name' as la_name,
        rank,
        neighbour_dfe_la_number,
        closeness,
        case
            when coalesce(dfe_la_number, '') !~ '^[0-9]{3}$'
                then
                    'stands beside ''' || coalesce(dfe_la_number, '')
                    || ''', which is not the number of an authority'
            when turn > 1 then 'stands in the second line of the authority ' || dfe_la_number
            when coalesce(neighbour_dfe_la_number, '') !~ '^[0-9]{3}$'
                then 'is not the number of an authority'
        end as problem
    from pairs
)

select * from final
