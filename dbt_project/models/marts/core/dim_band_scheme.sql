with final as (
    select
        band_scheme,
        title,
        comparator_set,
        least_n,
        agreed_on,
        provenance,
        how_made
    from {{ ref('band_schemes') }}
)

select * from final
