-- Every record of a published table of figures: its place, its year and its dimensions, as its layout says.
-- A lateral subquery with `limit 1` keeps what is worked out of a record from being worked out again wherever
-- it is used; a CTE that is materialized would do it for all records, and not for those that are asked for.
-- noqa: disable=ST05,AM09
with dictionary as materialized (
    select return_code, measure_code, bare_year from {{ ref('base_published__dictionary') }}
),

known_rows as materialized (
    select return_code, table_name, dimension_key, bool_or(is_taken) as is_taken
    from {{ ref('base_published__known_rows') }}
    group by return_code, table_name, dimension_key
),

records as (
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
        cells.*
    from {{ ref('base_published__files') }} as files
    inner join {{ source('raw', 'published_records') }} as records
        on files.submission_id = records.submission_id and files.file_id = records.file_id
    inner join lateral (
        select
            coalesce(records.record ->> files.level_heading, '') as level_label,
            btrim(records.record ->> files.name_heading) as authority_label,
            raw.tidy_label(records.record ->> files.name_heading) as authority_name,
            -- A number that went through a spreadsheet: 330.0 is 330.
            regexp_replace(records.record ->> files.number_heading, '[.]0$', '') as authority_number,
            nullif(records.record ->> files.gss_code_heading, '') as gss_code,
            nullif(nullif(btrim(records.record ->> files.region_heading), ''), 'NA') as region_label,
            nullif(btrim(records.record ->> files.country_heading), '') as country_label,
            coalesce(
                records.record ->> files.period_heading,
                substring(files.release from '^\d{4}-\d{2}'),
                files.release
            ) as year_label,
            {{ dimension_key() }} as dimension_key,
            files.series_prefix || '_' || raw.to_code(records.record ->> files.series_heading)
                as each_measure_code,
            {{ geography_of_record() }} as geography
        limit 1
    ) as cells on true
    where files.has_figures
),

periods as (
    select
        records.*,
        {{ published_period_type() }} as period_type,
        {{ published_period_code() }} as period_code,
        case
            when labels.qualifier is null then 'as_published'
            else coalesce(records.qualifiers ->> labels.qualifier, raw.to_code(labels.qualifier))
        end as qualifier
    from records
    left join dictionary
        on
            records.return_code = dictionary.return_code
            and records.each_measure_code = dictionary.measure_code
    -- '2016-17 (OT)': the span of years, and what stands behind it in brackets.
    inner join lateral (
        select
            btrim(regexp_replace(records.year_label, '\([^)]*\)\s*$', '')) as span,
            substring(records.year_label from '\(([^)]*)\)\s*$') as qualifier
        limit 1
    ) as labels on true
    inner join
        lateral (select coalesce(dictionary.bare_year, records.bare_year) as bare_year) as meant
        on true
    inner join lateral (
        select
            case
                when
                    labels.span ~ '^(19|20)\d\d'
                    and left(labels.span, 4)::int between {{ first_year_of_calendar() }}
                    and extract(year from records.received_at)::int + 2
                    then left(labels.span, 4)::int
            end as first_year,
            {{ kind_of_span() }} as kind
        limit 1
    ) as spans on true
),

final as (
    select
        periods.submission_id, periods.return_code, periods.release, periods.received_at,
        periods.file_id, periods.file_name, periods.table_name,
        periods.line_number,
        periods.geography,
        known.authority_code,
        coalesce(known.authority_code, replace(raw.to_code(places.name), '_', '-')) as place_code,
        places.name as place_name,
        case periods.geography
            when 'regional' then places.name
            when 'local_authority' then periods.region_label
        end as region,
        by_name.authority_code as authority_by_name,
        coalesce(by_gss_code.authority_code, by_number.authority_code) as authority_by_code,
        periods.level_label,
        periods.year_label,
        periods.period_type,
        periods.period_code,
        periods.qualifier,
        periods.dimension_key,
        periods.each_measure_code,
        case when periods.each_measure_code is not null then true else known_rows.is_taken end as is_taken,
        periods.series_value_column,
        periods.value_columns,
        periods.symbols,
        periods.record
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
    inner join lateral (
        select
            case periods.geography
                when 'national' then coalesce(periods.country_label, periods.authority_label)
                when 'regional' then coalesce(periods.region_label, periods.authority_label)
                else periods.authority_label
            end as name
    ) as places on true
    inner join lateral (
        select
            case
                when periods.geography = 'local_authority'
                    then
                        coalesce(
                            by_name.authority_code, by_gss_code.authority_code, by_number.authority_code
                        )
            end as authority_code
    ) as known on true
)

select * from final
