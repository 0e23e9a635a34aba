with final as (
    select
        measure_code,
        title,
        unit,
        domain,
        source_return,
        string_to_array(worked_out_from, ' ') as worked_out_from
    from {{ ref('register_measures') }}
)

select * from final
