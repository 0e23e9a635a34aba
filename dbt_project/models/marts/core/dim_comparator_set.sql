with final as (
    select
        comparator_set,
        title,
        how_made,
        least_rating,
        least_n,
        agreed_on,
        provenance
    from {{ ref('comparator_sets') }}
)

select * from final
