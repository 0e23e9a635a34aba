-- Every record of a published table of figures: its place, its year and its dimensions, read as its layout says.
with dictionary as materialized (
    select return_code, measure_code, bare_year from {{ ref('base_published__dictionary') }}
),

records as (
    select
        files.submission_id,
        files.return_code,
        files.release,
        files.received_at,
        files.is_in_force,
        files.file_id,
        files.file_name,
        files.table_name,
        files.has_levels,
        files.levels,
        files.national_names,
        files.regional_names,
        files.bare_year as bare_year_of_table,
        files.qualifiers,
        files.series_value_column,
        files.value_columns,
        files.symbols,
        records.line_number,
        records.record,
        coalesce(records.record ->> files.level_heading, '') as level_label,
        btrim(records.record ->> files.name_heading) as authority_label,
        -- A number that went through a spreadsheet: 330.0 is 330.
        regexp_replace(records.record ->> files.number_heading, '[.]0$', '') as authority_number,
        nullif(records.record ->> files.gss_code_heading, '') as gss_code,
        nullif(nullif(btrim(records.record ->> files.region_heading), ''), 'NA') as region_label,
        nullif(btrim(records.record ->> files.country_heading), '') as country_label,
        coalesce(
            records.record ->> files.period_heading, substring(files.release from '^\d{4}-\d{2}'), files.release
        ) as year_label,
        (
            select
                string_agg(
                    case
                        when files.numbered_dimensions[part.place]
                            then
                                regexp_replace(
                                    raw.tidy_label(records.record ->> part.heading), '^[0-9]+ *', ''
                                )
                        else raw.tidy_label(records.record ->> part.heading)
                    end,
                    ' | ' order by part.place
                )
            from unnest(files.dimension_headings) with ordinality as part (heading, place)
        ) as dimension_key,
        files.series_prefix || '_' || raw.to_code(records.record ->> files.series_heading) as each_measure_code
    from {{ ref('base_published__files') }} as files
    inner join {{ source('raw', 'published_records') }} as records
        on files.submission_id = records.submission_id and files.file_id = records.file_id
    where files.has_figures
),

labelled as (
    select
        records.*,
        case
            when has_levels then levels ->> level_label
            when national_names ? authority_label then 'national'
            when regional_names ? authority_label then 'regional'
            else 'local_authority'
        end as geography,
        -- '2016-17 (OT)': the span of years, and what stands behind it in brackets.
        btrim(regexp_replace(year_label, '\([^)]*\)\s*$', '')) as span,
        substring(year_label from '\(([^)]*)\)\s*$') as qualifier_label,
        coalesce(dictionary.bare_year, records.bare_year_of_table) as bare_year
    from records
    left join dictionary
        on records.return_code = dictionary.return_code and records.each_measure_code = dictionary.measure_code
),

spans as (
    select
        *,
        case when span ~ '^(19|20)\d\d' then left(span, 4)::int end as first_year,
        case
            when span ~ '^(19|20)\d\d$' then 'bare'
            when span ~ '^(19|20)\d\d[-/]\d\d$'
                then
                    case
                        when (left(span, 4)::int + 1) % 100 <> right(span, 2)::int then 'several'
                        when bare_year = 'academic_year_ending' or substr(span, 5, 1) = '/' then 'academic'
                        else 'financial'
                    end
            when span ~ '^(19|20)\d\d/\d\d-\d\d/\d\d$' then 'several'
        end as span_kind
    from labelled
),

periods as (
    select
        *,
        case
            when span_kind = 'bare' and bare_year in ('financial_year_ending', 'financial_year_of_mid_year')
                then 'financial_year'
            when span_kind = 'bare' and bare_year = 'academic_year_ending' then 'academic_year'
            when span_kind = 'bare' then bare_year
            when span_kind = 'several' then 'several_years'
            else span_kind || '_year'
        end as period_type,
        case
            when span_kind = 'bare' and bare_year = 'financial_year_ending'
                then {{ year_starting('first_year - 1') }}
            when span_kind = 'bare' and bare_year = 'financial_year_of_mid_year'
                then {{ year_starting('first_year') }}
            when span_kind = 'bare' and bare_year = 'academic_year_ending'
                then {{ year_starting('first_year - 1', '/') }}
            when span_kind = 'financial' then {{ year_starting('first_year') }}
            when span_kind = 'academic' then {{ year_starting('first_year', '/') }}
            when span_kind in ('bare', 'several') then span
        end as period_code,
        case
            when qualifier_label is null then 'as_published'
            else coalesce(qualifiers ->> qualifier_label, raw.to_code(qualifier_label))
        end as qualifier
    from spans
),

final as (
    select
        periods.submission_id,
        periods.return_code,
        periods.release,
        periods.received_at,
        periods.is_in_force,
        periods.file_id,
        periods.file_name,
        periods.table_name,
        periods.line_number,
        periods.geography,
        case when periods.geography = 'local_authority' then coalesce(
            by_name.authority_code, by_gss_code.authority_code, by_number.authority_code
        ) end as authority_code,
        coalesce(
            case when periods.geography = 'local_authority' then coalesce(
                by_name.authority_code, by_gss_code.authority_code, by_number.authority_code
            ) end,
            replace(raw.to_code(
                case periods.geography
                    when 'national' then coalesce(periods.country_label, periods.authority_label)
                    when 'regional' then coalesce(periods.region_label, periods.authority_label)
                    else periods.authority_label
                end
            ), '_', '-')
        ) as place_code,
        case periods.geography
            when 'national' then coalesce(periods.country_label, periods.authority_label)
            when 'regional' then coalesce(periods.region_label, periods.authority_label)
            else periods.authority_label
        end as place_name,
        case when periods.geography <> 'national' then coalesce(
            periods.region_label, case when periods.geography = 'regional' then periods.authority_label end
        ) end as region,
        by_name.authority_code as authority_by_name,
        coalesce(by_gss_code.authority_code, by_number.authority_code) as authority_by_code,
        periods.level_label,
        periods.year_label,
        periods.period_type,
        periods.period_code,
        periods.qualifier,
        periods.dimension_key,
        periods.each_measure_code,
        periods.series_value_column,
        periods.value_columns,
        periods.symbols,
        periods.record
    from periods
    left join {{ ref('stg_reference__authority_names') }} as by_name
        on raw.tidy_label(periods.authority_label) = by_name.name
    left join {{ ref('authorities') }} as by_gss_code on periods.gss_code = by_gss_code.gss_code
    left join {{ ref('authorities') }} as by_number
        on periods.authority_number = by_number.dfe_la_number::text
)

select * from final
