-- Every record of a published table of figures: its place, its year and its dimensions, as its layout says.
-- A query that has a WITH of its own is planned by itself, and conditions still reach into it: what it works out of a
-- record is not worked out again wherever it is used, and only for the records that are asked for.
with dictionary as materialized (
    select return_code, measure_code, bare_year from {{ ref('base_published__dictionary') }}
),

known_rows as materialized (
    select return_code, table_name, dimension_key, bool_or(is_taken) as is_taken
    from {{ ref('base_published__known_rows') }}
    group by return_code, table_name, dimension_key
),

records as (
    with labelled as (
        select
            files.submission_id, files.return_code, files.release, files.received_at,
            files.file_id, files.file_name, files.table_name,
            files.bare_year,
            files.qualifiers,
            files.series_value_column,
            files.value_columns,
            files.symbols,
            records.line_number,
            records.record,
            coalesce(records.record ->> files.level_heading, '') as level_label,
            btrim(records.record ->> files.name_heading) as authority_label,
            raw.tidy_label(records.record ->> files.name_heading) as authority_name,
            -- A number that went through a spreadsheet: 330.0 is 330.
            regexp_replace(records.record ->> files.number_heading, '[.]0$', '') as authority_number,
            nullif(records.record ->> files.gss_code_heading, '') as gss_code,
            nullif(nullif(btrim(records.record ->> files.region_heading), ''), 'NA') as region_label,
            nullif(btrim(records.record ->> files.country_heading), '') as country_label,
            {{ year_label() }} as year_label,
            -- '2016-17 (OT)': the span of years, and what stands behind it in brackets.
            btrim(regexp_replace({{ year_label() }}, '\([^)]*\)\s*$', '')) as span,
            substring({{ year_label() }} from '\(([^)]*)\)\s*$') as qualifier_label,
            {{ labels_of_dimensions() }},
            files.series_prefix || '_' || raw.to_code(records.record ->> files.series_heading)
                as each_measure_code,
            {{ geography_of_record() }} as geography
        from {{ ref('base_published__files') }} as files
        inner join {{ source('raw', 'published_records') }} as records
            on files.submission_id = records.submission_id and files.file_id = records.file_id
        where files.has_figures
    )

    select * from labelled
),

meant as (
    select
        records.*,
        coalesce(dictionary.bare_year, records.bare_year) as meant_year
    from records
    left join dictionary
        on
            records.return_code = dictionary.return_code
            and records.each_measure_code = dictionary.measure_code
),

spans as (
    with spanned as (
        select
            meant.*,
            {{ dimension_key() }} as dimension_key,
            case
                when
                    meant.span ~ '^(19|20)\d\d'
                    and left(meant.span, 4)::int between {{ first_year_of_calendar() }}
                    and extract(year from meant.received_at)::int + 2
                    then left(meant.span, 4)::int
            end as first_year,
            {{ kind_of_span() }} as kind
        from meant
    )

    select * from spanned
),

periods as (
    select
        spans.*,
        {{ published_period_type() }} as period_type,
        {{ published_period_code() }} as period_code,
        case
            when spans.qualifier_label is null then 'as_published'
            else coalesce(spans.qualifiers ->> spans.qualifier_label, raw.to_code(spans.qualifier_label))
        end as qualifier,
        case spans.geography
            when 'national' then coalesce(spans.country_label, spans.authority_label)
            when 'regional' then coalesce(spans.region_label, spans.authority_label)
            else spans.authority_label
        end as place_name
    from spans
),

known as (
    select
        periods.*,
        by_name.authority_code as authority_by_name,
        coalesce(by_gss_code.authority_code, by_number.authority_code) as authority_by_code,
        case
            when periods.geography = 'local_authority'
                then
                    coalesce(
                        by_name.authority_code, by_gss_code.authority_code, by_number.authority_code
                    )
        end as authority_code,
        case when periods.each_measure_code is not null then true else known_rows.is_taken end as is_taken
    from periods
    left join {{ ref('stg_reference__authority_names') }} as by_name on periods.authority_name = by_name.name
    left join {{ ref('authorities') }} as by_gss_code on periods.gss_code = by_gss_code.gss_code
    left join {{ ref('authorities') }} as by_number
        on periods.authority_number = by_number.dfe_la_number::text
    left join known_rows
        on
            periods.return_code = known_rows.return_code
            and periods.table_name = known_rows.table_name
            and periods.dimension_key = known_rows.dimension_key
),

final as (
    select
        submission_id, return_code, release, received_at,
        file_id, file_name, table_name,
        line_number,
        geography,
        authority_code,
        coalesce(authority_code, replace(raw.to_code(place_name), '_', '-')) as place_code,
        place_name,
        case geography
            when 'regional' then place_name
            when 'local_authority' then region_label
        end as region,
        authority_by_name,
        authority_by_code,
        level_label,
        year_label,
        period_type,
        period_code,
        qualifier,
        dimension_key,
        each_measure_code,
        is_taken,
        series_value_column,
        value_columns,
        symbols,
        record
    from known
)

select * from final
