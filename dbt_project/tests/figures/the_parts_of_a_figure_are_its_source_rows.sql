-- Counted once more, from the marts that an analyst follows.
with components as (
    select distinct
        parts.indicator_code,
        parts.definition_version,
        unnest(coalesce(measures.worked_out_from, array[parts.measure_code])) as part_of
    from {{ ref('bridge_indicator_measure') }} as parts
    inner join {{ ref('dim_measure') }} as measures on parts.measure_code = measures.measure_code
),

counted as (
    select
        quality.authority_code,
        quality.period_code,
        quality.indicator_code,
        quality.basis,
        quality.parts,
        count(*) as source_rows
    from {{ ref('fct_quality') }} as quality
    inner join components using (indicator_code, definition_version)
    inner join {{ ref('bridge_measure_source') }} as sources
        on
            quality.authority_code = sources.authority_code
            and quality.period_code = sources.period_code
            and quality.basis = sources.basis
            and components.part_of = sources.measure_code
    where {{ changed_figures('quality.authority_code', 'quality.period_code', 'quality.basis') }}
    group by quality.authority_code, quality.period_code, quality.indicator_code, quality.basis, quality.parts
)

select * from counted
where parts <> source_rows
