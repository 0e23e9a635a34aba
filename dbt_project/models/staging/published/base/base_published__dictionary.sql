-- What publishers say of their series: the newest dictionary of each return that was not rejected.
with entries as (
    select
        files.return_code,
        files.release,
        files.submission_id,
        files.file_id,
        records.line_number,
        records.record,
        files.dictionary
    from {{ ref('base_published__files') }} as files
    inner join {{ source('raw', 'published_records') }} as records
        on files.submission_id = records.submission_id and files.file_id = records.file_id
    where files.dictionary is not null and files.state not in ('rejected', 'quarantined', 'withdrawn')
),

-- The series of a table by how its last dimension is spelled.
spelled as (
    select distinct
        return_code,
        table_name,
        split_part(dimension_key, ' | ', -1) as label,
        measure_code
    from {{ ref('base_published__series') }}
),

coded as (
    select
        entries.*,
        coalesce(
            spelled.measure_code,
            entries.dictionary ->> 'prefix' || '_'
            || raw.to_code(entries.record ->> (entries.dictionary ->> 'series'))
        ) as measure_code
    from entries
    left join spelled
        on
            entries.return_code = spelled.return_code
            and entries.dictionary ->> 'series_of' = spelled.table_name
            and raw.tidy_label(entries.record ->> (entries.dictionary ->> 'series')) = spelled.label
),

read as (
    select
        return_code,
        release,
        submission_id,
        file_id,
        line_number,
        measure_code,
        btrim(record ->> coalesce(dictionary ->> 'title', dictionary ->> 'series')) as title,
        nullif(record ->> (dictionary ->> 'number'), 'NA') as series_number,
        nullif(record ->> (dictionary ->> 'topic'), 'NA') as topic,
        coalesce(
            dictionary -> 'polarities' ->> lower(btrim(record ->> (dictionary ->> 'polarity'))), 'none'
        ) as polarity,
        nullif(btrim(record ->> (dictionary ->> 'unit')), 'NA') as unit,
        nullif(btrim(record ->> (dictionary ->> 'description')), 'NA') as description,
        dictionary -> 'years' ->> (record ->> (dictionary ->> 'year')) as bare_year,
        count(*) over (partition by file_id, line_number) as series_called_so
    from coded
    where measure_code is not null
),

final as (
    -- A series may be listed under several topics, or be called what another is called too.
    select distinct on (return_code, measure_code)
        return_code, release, submission_id, file_id, line_number, measure_code, title, series_number, topic,
        polarity, unit, description, bare_year
    from read
    order by return_code, measure_code, release desc, submission_id desc, series_called_so, line_number
)

select * from final
