-- Every figure of a sheet, one row per place and figure: the text, the number or the symbol it is, and the
-- measure that the crosswalk of the release says it is, if any. What is neither below nor beside a council or a
-- place that the layout names is a note.
-- noqa: disable=ST05,AM09
with lines as (
    select
        sheets.submission_id, sheets.return_code, sheets.release, sheets.received_at,
        sheets.file_id, sheets.file_name, sheets.table_name,
        sheets.sheet, sheets.is_across, sheets.year_label, sheets.headings,
        records.line_number,
        records.record,
        told.place_label,
        told.row_words,
        meant.measure_of_row
    from {{ ref('base_published__sheets') }} as sheets
    inner join {{ source('raw', 'published_records') }} as records
        on sheets.submission_id = records.submission_id and sheets.file_id = records.file_id
    inner join lateral (
        select
            case
                when sheets.is_across then null
                when sheets.first_column = 2 then records.record ->> '1'
                else concat_ws(' ', records.record ->> '1', records.record ->> '2')
            end as place_label,
            case
                when sheets.is_across
                    then (
                        select
                            string_agg(
                                raw.tidy_label(part.words), ' | ' order by part.column_number::integer
                            )
                        from jsonb_each_text(records.record) as part (column_number, words)
                        where part.column_number::integer < sheets.first_column
                    )
            end as row_words
        limit 1
    ) as told on true
    inner join lateral (
        select
            coalesce(
                sheets.measures_of_rows ->> {{ code_of_title('told.row_words') }},
                sheets.sheet ->> 'prefix' || '_' || raw.to_code(told.row_words)
            ) as measure_of_row
        limit 1
    ) as meant on true
    where
        records.line_number > sheets.first_line
        or (records.line_number = sheets.first_line and not sheets.is_across)
),

cells as (
    select
        lines.*,
        (headings.entry ->> 'column')::integer as column_number,
        lines.record ->> (headings.entry ->> 'column') as raw_value,
        headings.entry ->> 'title' as title,
        headings.entry ->> 'reference' as reference,
        headings.entry ->> 'measure' as measure_of_column,
        coalesce(headings.entry ->> 'place', lines.place_label) as label
    from lines
    cross join lateral jsonb_array_elements(lines.headings) as headings (entry)
    where lines.record ? (headings.entry ->> 'column')
),

read as (
    select
        cells.*,
        places.*,
        coalesce(cells.row_words, cells.reference, raw.tidy_label(cells.title)) as figure_words,
        numbers.value,
        numbers.symbol
    from cells
    inner join lateral (
        select
            substring(cells.label from '^\s*(\d{3})(?:\M|$)') as council_number,
            btrim(regexp_replace(cells.label, '^\s*\d{3}\s*-?\s*', '')) as name
        limit 1
    ) as names on true
    inner join lateral (
        select
            names.council_number,
            case
                when names.council_number is not null then 'local_authority'
                when cells.sheet -> 'national' ? names.name then 'national'
                when cells.sheet -> 'regional' ? names.name then 'regional'
            end as geography,
            case
                when cells.sheet -> 'national' ? names.name then 'England'
                else coalesce(cells.sheet -> 'regional' ->> names.name, names.name)
            end as place_name
        limit 1
    ) as places on true
    inner join lateral {{ number_or_symbol('cells.raw_value') }} as numbers on true
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
