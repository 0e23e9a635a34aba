with final as (
    select
        indicators.indicator_code,
        indicators.definition_version,
        {{ indicator_key('indicators') }} as indicator_key,
        indicators.title,
        indicators.domain,
        indicators.unit,
        indicators.value_kind,
        kinds.no_interval_reason,
        indicators.multiplier::double precision as multiplier,
        indicators.polarity,
        coalesce((
            select string_agg(distinct measures.source_return, ', ')
            from {{ ref('register_components') }} as components
            inner join {{ ref('int_measure_returns') }} as measures
                on components.measure_code = measures.measure_code
            where
                components.indicator_code = indicators.indicator_code
                and components.definition_version = indicators.definition_version
        ), case when indicators.unit_cost_ref is not null then 'pss_ex1' end) as source_return,
        indicators.unit_cost_ref,
        indicators.client_group,
        indicators.service,
        indicators.provision,
        indicators.variant,
        indicators.comparable_with_previous,
        indicators.not_collected_reason,
        indicators.valid_from_period,
        indicators.valid_to_period,
        indicators.agreed_on,
        indicators.provenance,
        indicators.definition,
        indicators.pitfalls,
        indicators.modern_successor
    from {{ ref('register_indicators') }} as indicators
    inner join {{ ref('value_kinds') }} as kinds on indicators.value_kind = kinds.value_kind
)

select * from final
