-- Every name an authority goes by, in lower case, to its code.
with final as (
    select
        lower(name) as name,
        authority_code
    from {{ ref('authorities') }}
    union
    select
        alias as name,
        authority_code
    from {{ ref('authority_aliases') }}
    union
    select
        authority_code as name,
        authority_code
    from {{ ref('authorities') }}
)

select * from final
