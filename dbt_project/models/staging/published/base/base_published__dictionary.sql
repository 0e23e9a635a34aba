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
    where files.dictionary is not null and files.state not in ('rejected', 'quarantined')
),

read as (
    select
        return_code,
        release,
        submission_id,
        file_id,
        line_number,
        dictionary ->> 'prefix' || '_' || raw.to_code(record ->> (dictionary ->> 'series')) as measure_code,
        btrim(record ->> (dictionary ->> 'title')) as title,
        nullif(record ->> (dictionary ->> 'number'), 'NA') as series_number,
        nullif(record ->> (dictionary ->> 'topic'), 'NA') as topic,
        case
            when lower(record ->> (dictionary ->> 'polarity')) in ('low', 'high')
                then lower(record ->> (dictionary ->> 'polarity'))
            else 'none'
        end as polarity,
        nullif(btrim(record ->> (dictionary ->> 'unit')), 'NA') as unit,
        nullif(btrim(record ->> (dictionary ->> 'description')), 'NA') as description,
        dictionary -> 'years' ->> (record ->> (dictionary ->> 'year')) as bare_year
    from entries
),

final as (
    -- A series may be listed under several topics.
    select distinct on (return_code, measure_code) *
    from read
    order by return_code, measure_code, release desc, submission_id desc, line_number
)

select * from final
