-- What the crosswalk of sheets says, one row per way of telling a figure: by its column, by its number on the
-- form, or by its title, in this order. Numbers of a column are given only where a heading is wrong.
with figures as (
    select
        return_code,
        table_name,
        from_release,
        coalesce(to_release, '9999') as to_release,
        measure_code,
        column_number,
        reference,
        title
    from {{ ref('published_sheet_figures') }}
),

final as (
    select
        return_code, table_name, from_release, to_release, measure_code, 1 as turn,
        column_number::text as figure_key
    from figures
    where column_number is not null
    union all
    select
        return_code, table_name, from_release, to_release, measure_code, 2 as turn,
        lower(reference) as figure_key
    from figures
    where reference is not null
    union all
    select
        return_code, table_name, from_release, to_release, measure_code, 3 as turn,
        {{ code_of_title('title') }} as figure_key
    from figures
    where title is not null
)

select * from final
