-- What the indicators mean, for those who read nothing else.
with final as (
    select
        indicator_code,
        definition_version,
        title,
        domain,
        unit,
        polarity,
        source_return,
        valid_from_period,
        valid_to_period,
        definition,
        pitfalls
    from {{ ref('dim_indicator') }}
)

select * from final
