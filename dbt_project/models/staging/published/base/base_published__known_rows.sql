-- The rows a layout knows by their dimensions: those that measures are made of, and those passed over.
with passed_over as (
    select
        layouts.return_code,
        layouts.table_name,
        (
            select string_agg(raw.tidy_label(part.spelling), ' | ' order by part.place)
            from jsonb_array_elements_text(listed.key) with ordinality as part (spelling, place)
        ) as dimension_key
    from {{ source('raw', 'published_layouts') }} as layouts
    cross join lateral jsonb_array_elements(layouts.layout #> '{figures,passed_over}') as listed (key)
    where jsonb_typeof(layouts.layout -> 'figures') = 'object'
),

final as (
    select return_code, table_name, dimension_key, true as is_taken
    from {{ ref('base_published__series') }}
    union
    select return_code, table_name, dimension_key, false as is_taken
    from passed_over
)

select * from final
