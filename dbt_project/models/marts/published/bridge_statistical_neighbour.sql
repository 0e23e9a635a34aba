-- Who DfE says is most like a member, nearest first; one set of ten for each version of the model.
with final as (
    select
        authority_code,
        model_version,
        rank,
        neighbour_dfe_la_number::integer as neighbour_dfe_la_number,
        neighbour_la_name,
        neighbour_authority_code,
        closeness,
        submission_id
    from {{ ref('stg_published__statistical_neighbours') }}
    where authority_code is not null
)

select * from final
