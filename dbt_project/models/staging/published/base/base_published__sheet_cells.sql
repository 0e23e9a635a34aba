-- Every figure of a sheet, one row per place and figure: the text, the number or the symbol it is, and the
-- measure that the crosswalk of the release says it is, if any. What is neither below nor beside a council or a
-- place that the layout names is a note.
with lines as (
    select
        sheets.submission_id, sheets.return_code, sheets.release, sheets.received_at,
        sheets.file_id, sheets.file_name, sheets.table_name,
        sheets.sheet, sheets.is_across, sheets.first_column, sheets.year_label, sheets.headings,
        sheets.measures_of_rows,
        records.line_number,
        records.record,
        case
            when sheets.is_across then null
            when sheets.first_column = 2 then records.record ->> '1'
            else concat_ws(' ', records.record ->> '1', records.record ->> '2')
        end as place_label
    from {{ ref('base_published__sheets') }} as sheets
    inner join {{ source('raw', 'published_records') }} as records
        on sheets.submission_id = records.submission_id and sheets.file_id = records.file_id
    where
        records.line_number > sheets.first_line
        or (records.line_number = sheets.first_line and not sheets.is_across)
),

-- What a row says left of its figures, where councils stand side by side.
columns_of_words as (
    select
        sheets.submission_id,
        sheets.file_id,
        records.line_number,
        records.record,
        generate_series(1, sheets.first_column - 1) as column_number
    from {{ ref('base_published__sheets') }} as sheets
    inner join {{ source('raw', 'published_records') }} as records
        on sheets.submission_id = records.submission_id and sheets.file_id = records.file_id
    where sheets.is_across and records.line_number > sheets.first_line
),

words as (
    select
        submission_id,
        file_id,
        line_number,
        string_agg(raw.tidy_label(record ->> column_number::text), ' | ' order by column_number) as row_words
    from columns_of_words
    group by submission_id, file_id, line_number
),

-- With a WITH of its own, as in `base_published__records`.
told as (
    with measured as (
        select
            lines.*,
            words.row_words,
            coalesce(
                lines.measures_of_rows ->> {{ code_of_title('words.row_words') }},
                lines.sheet ->> 'prefix' || '_' || raw.to_code(words.row_words)
            ) as measure_of_row
        from lines
        left join words
            on
                lines.submission_id = words.submission_id
                and lines.file_id = words.file_id
                and lines.line_number = words.line_number
    )

    select * from measured
),

entries as (
    select
        *,
        jsonb_array_elements(headings) as entry
    from told
),

cells as (
    select
        *,
        (entry ->> 'column')::integer as column_number,
        record ->> (entry ->> 'column') as raw_value,
        entry ->> 'title' as title,
        entry ->> 'reference' as reference,
        entry ->> 'measure' as measure_of_column,
        coalesce(entry ->> 'place', place_label) as label
    from entries
    where record ? (entry ->> 'column')
),

named as (
    with numbers as (
        select
            cells.*,
            substring(cells.label from '^\s*(\d{3})(?:\M|$)') as council_number,
            btrim(regexp_replace(cells.label, '^\s*\d{3}\s*-?\s*', '')) as name,
            coalesce(cells.row_words, cells.reference, raw.tidy_label(cells.title)) as figure_words,
            {{ number_or_symbol('cells.raw_value') }}
        from cells
    )

    select * from numbers
),

read as (
    with places as (
        select
            named.*,
            case
                when named.council_number is not null then 'local_authority'
                when named.sheet -> 'national' ? named.name then 'national'
                when named.sheet -> 'regional' ? named.name then 'regional'
            end as geography,
            case
                when named.sheet -> 'national' ? named.name then 'England'
                else coalesce(named.sheet -> 'regional' ->> named.name, named.name)
            end as place_name
        from named
    )

    select * from places
),

final as (
    select
        read.submission_id,
        read.return_code,
        read.release,
        read.received_at,
        read.file_id,
        read.file_name,
        read.table_name,
        read.line_number,
        read.column_number,
        coalesce(read.title, read.reference, read.label) as column_name,
        read.sheet ->> 'kind' as kind,
        read.geography,
        authorities.authority_code,
        coalesce(authorities.authority_code, replace(raw.to_code(read.place_name), '_', '-')) as place_code,
        read.place_name,
        case read.geography
            when 'regional' then read.place_name
            when 'local_authority' then authorities.region
        end as region,
        read.year_label,
        case when read.year_label is not null then 'financial_year' end as period_type,
        read.year_label as period_code,
        'as_published' as qualifier,
        coalesce(read.figure_words, 'column ' || read.column_number) as dimension_key,
        coalesce(
            read.measure_of_column,
            read.measure_of_row,
            case
                when not read.is_across
                    then
                        read.sheet ->> 'prefix' || '_'
                        || {{ code_of_title("concat_ws(' ', read.reference, read.title)") }}
            end
        ) as measure_code,
        read.raw_value,
        read.value,
        {{ symbol_of_publisher('read', "read.sheet -> 'symbols'") }} as symbol,
        {{ why_no_number('read', "read.sheet -> 'symbols'") }} as missing_reason
    from read
    left join {{ ref('authorities') }} as authorities on read.council_number = authorities.cassr_code::text
    where read.geography is not null
)

select * from final
