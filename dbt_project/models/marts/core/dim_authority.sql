with last_spells as (
    select distinct on (authority_code)
        authority_code,
        authority_type,
        to_period as last_period
    from {{ ref('authority_types') }}
    order by authority_code, from_period desc
),

final as (
    select
        authorities.authority_code,
        authorities.name,
        last_spells.authority_type,
        last_spells.last_period,
        authorities.region,
        authorities.is_member,
        authorities.gss_code,
        authorities.dfe_la_number,
        authorities.cassr_code
    from {{ ref('authorities') }} as authorities
    inner join last_spells on authorities.authority_code = last_spells.authority_code
)

select * from final
