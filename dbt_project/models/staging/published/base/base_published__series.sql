-- Which rows and which column of a published table are which measure, as the layouts say.
with final as (
    select
        layouts.return_code,
        layouts.table_name,
        series.entry ->> 'measure_code' as measure_code,
        series.entry ->> 'column' as value_column,
        series.entry ->> 'qualifier' as qualifier,
        (
            select string_agg(raw.tidy_label(part.spelling), ' | ' order by part.place)
            from jsonb_array_elements_text(series.entry -> 'key') with ordinality as part (spelling, place)
        ) as dimension_key
    from {{ source('raw', 'published_layouts') }} as layouts
    cross join lateral jsonb_array_elements(layouts.layout #> '{figures,series}') as series (entry)
    where jsonb_typeof(layouts.layout -> 'figures') = 'object'
)

select * from final
