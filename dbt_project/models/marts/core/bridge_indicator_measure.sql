-- What each indicator version is made of: from a figure to its measures, and on to their cells.
with final as (
    select
        indicator_code,
        definition_version,
        role,
        measure_code,
        weight::double precision as weight
    from {{ ref('register_components') }}
)

select * from final
