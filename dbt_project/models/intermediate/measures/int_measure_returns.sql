-- Which return each measure comes from, by basis: what a publisher puts out, an authority's own return may give too.
with final as (
    select
        measure_code,
        case when {{ is_one_of('source_return', submitted_returns()) }} then 'submitted' else 'published' end
            as basis,
        source_return
    from {{ ref('register_measures') }}
    union
    select
        measure_code,
        'submitted' as basis,
        'ssda903' as source_return
    from {{ ref('ssda903_measures') }}
)

select * from final
