-- The lines of published unit costs that are a council's, whatever the state of the file: the checks read this
-- view too. Councils are known by their number; lines without one are headings and group averages. Of a council
-- that stands in a file twice the first line is taken.
with records as (
    select
        files.submission_id,
        files.release,
        files.received_at,
        files.file_id,
        files.file_name,
        records.line_number,
        records.record,
        raw.to_number(records.record ->> '2') as cassr_code
    from {{ ref('base_published__files') }} as files
    inner join {{ source('raw', 'published_records') }} as records
        on files.submission_id = records.submission_id and files.file_id = records.file_id
    where files.return_code = 'pss_unit_costs'
),

final as (
    select
        records.submission_id,
        records.release,
        records.received_at,
        records.file_id,
        records.file_name,
        records.line_number,
        records.record,
        authorities.cassr_code::text as cassr_code,
        authorities.authority_code,
        row_number() over of_council as turn,
        first_value(records.line_number) over of_council as first_line
    from records
    inner join {{ ref('authorities') }} as authorities on records.cassr_code = authorities.cassr_code
    window of_council as (
        partition by records.submission_id, authorities.authority_code
        order by records.file_id, records.line_number
    )
)

select * from final
