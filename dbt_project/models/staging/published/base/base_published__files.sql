-- Every publishers' file that was taken in, with its layout and how the layout's columns are headed in it.
-- Materialized: what is said of a file is worked out once, and not again for each of its records.
with first_records as materialized (
    select distinct on (submission_id, file_id)
        file_id,
        record
    from {{ source('raw', 'published_records') }}
    order by submission_id, file_id, line_number
),

final as materialized (
    select
        files.file_id,
        files.submission_id,
        files.file_name,
        files.table_name,
        submissions.return_code,
        submissions.period_code as release,
        submissions.received_at,
        submissions.state,
        jsonb_typeof(layouts.layout -> 'figures') = 'object' as has_figures,
        nullif(layouts.layout -> 'dictionary', 'null') as dictionary,
        nullif(layouts.layout -> 'sheet', 'null') as sheet,
        {{ heading_in_file("layouts.layout #>> '{figures,place,level}'") }} as level_heading,
        {{ heading_in_file("layouts.layout #>> '{figures,place,name}'") }} as name_heading,
        {{ heading_in_file("layouts.layout #>> '{figures,place,number}'") }} as number_heading,
        {{ heading_in_file("layouts.layout #>> '{figures,place,gss_code}'") }} as gss_code_heading,
        {{ heading_in_file("layouts.layout #>> '{figures,place,region}'") }} as region_heading,
        {{ heading_in_file("layouts.layout #>> '{figures,place,country}'") }} as country_heading,
        layouts.layout #>> '{figures,place,level}' is not null as has_levels,
        layouts.layout #> '{figures,place,levels}' as levels,
        layouts.layout #> '{figures,place,national}' as national_names,
        layouts.layout #> '{figures,place,regional}' as regional_names,
        {{ heading_in_file("layouts.layout #>> '{figures,period,column}'") }} as period_heading,
        layouts.layout #>> '{figures,period,bare_year}' as bare_year,
        layouts.layout #> '{figures,qualifiers}' as qualifiers,
        (
            select
                jsonb_agg(
                    jsonb_build_object(
                        'heading', {{ heading_in_file('listed.name') }},
                        'is_numbered', layouts.layout #> '{figures,numbered}' ? listed.name
                    )
                    order by listed.place
                )
            from
                jsonb_array_elements_text(layouts.layout #> '{figures,dimensions}') with ordinality
                    as listed (name, place)
        ) as dimensions,
        {{ heading_in_file("layouts.layout #>> '{figures,each_series,dimension}'") }} as series_heading,
        layouts.layout #>> '{figures,each_series,prefix}' as series_prefix,
        layouts.layout #>> '{figures,each_series,value}' as series_value_column,
        (
            select
                jsonb_agg(
                    value_columns.entry || jsonb_build_object('heading', value_columns.heading)
                    order by value_columns.place
                )
            from (
                select
                    listed.entry,
                    listed.place,
                    {{ heading_in_file("listed.entry ->> 'column'") }} as heading
                from
                    jsonb_array_elements(layouts.layout #> '{figures,values}') with ordinality
                        as listed (entry, place)
            ) as value_columns
            where value_columns.heading is not null
        ) as value_columns,
        layouts.layout #> '{figures,symbols}' as symbols,
        (
            select jsonb_agg(heading.name order by heading.name)
            from jsonb_object_keys(first_record.record) as heading (name)
            where
                (layouts.layout -> 'columns_by_position')::boolean is not true
                and not layouts.layout -> 'also' ? heading.name
                and not exists (
                    select 1
                    from jsonb_each(layouts.layout -> 'headings') as columns_of_layout (name, headings)
                    where columns_of_layout.headings ? heading.name
                )
        ) as unread_headings
    from {{ source('ledger', 'submission_file') }} as files
    inner join {{ source('ledger', 'submission') }} as submissions
        on files.submission_id = submissions.submission_id
    inner join {{ source('raw', 'published_layouts') }} as layouts
        on submissions.return_code = layouts.return_code and files.table_name = layouts.table_name
    -- By the file alone: by the submission as well, the planner would expect a thousandth of the files.
    inner join first_records as first_record on files.file_id = first_record.file_id
)

select * from final
