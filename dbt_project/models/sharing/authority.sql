-- Whose figures these are.
with final as (
    select
        authority_code,
        name,
        authority_type,
        region,
        is_member,
        gss_code
    from {{ ref('dim_authority') }}
)

select * from final
