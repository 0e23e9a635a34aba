with types as (
    select
        authority_code,
        max(authority_type) filter (where to_period is null) as authority_type
    from {{ ref('authority_types') }}
    group by authority_code
),

final as (
    select
        authorities.authority_code,
        authorities.name,
        types.authority_type,
        authorities.region,
        authorities.is_member,
        authorities.gss_code,
        authorities.dfe_la_number,
        authorities.cassr_code
    from {{ ref('authorities') }} as authorities
    inner join types on authorities.authority_code = types.authority_code
)

select * from final
