{{ config(materialized='table') }}
-- Each start with the figure of the year before it, and those of the first three whole years after the one in which it
-- began. Of several bases the first that has both is taken.
with starts as (
    select
        practices.practice_code,
        practices.authority_code,
        practices.indicator_code,
        practices.position,
        entries.started_in,
        {{ period_before('entries.started_in') }} as baseline_period_code,
        years.years_after,
        {{ years_later('entries.started_in', 'years.years_after') }} as period_code
    from {{ ref('practice_indicator') }} as practices
    inner join {{ ref('int_practice_entries') }} as entries on practices.practice_code = entries.practice_code
    inner join {{ ref('dim_period') }} as periods on entries.started_in = periods.period_code
    cross join generate_series(1, 3) as years (years_after)
),

facts as (
    select * from {{ ref('fct_indicator') }}
    where value is not null
),

figures as (
    select
        starts.*,
        later.basis,
        before.definition_version as baseline_version,
        later.definition_version,
        before.quality_rating as baseline_rating,
        later.quality_rating,
        -- Another definition, or another decision of the club on how to count, makes figures of the same name two.
        exists (
            select 1 from {{ ref('dim_indicator') }} as versions
            where
                versions.indicator_code = starts.indicator_code
                and versions.definition_version > before.definition_version
                and versions.definition_version <= later.definition_version
                and not versions.comparable_with_previous
        )
        or exists (
            select 1 from {{ ref('int_indicator_rules') }} as rules
            where
                later.basis <> 'published'
                and rules.indicator_code = starts.indicator_code
                and rules.definition_version = later.definition_version
                and rules.is_decided_anew
                and rules.from_period > starts.baseline_period_code
                and rules.from_period <= starts.period_code
        ) as is_broken,
        row_number() over (
            partition by starts.practice_code, starts.indicator_code, starts.years_after
            order by array_position(array['submitted', 'published', 'sample'], later.basis)
        ) as turn
    from starts
    inner join facts as before
        on
            starts.authority_code = before.authority_code
            and starts.indicator_code = before.indicator_code
            and starts.baseline_period_code = before.period_code
    inner join facts as later
        on
            starts.authority_code = later.authority_code
            and starts.indicator_code = later.indicator_code
            and starts.period_code = later.period_code
            and before.basis = later.basis
),

final as (
    select
        starts.*,
        figures.basis,
        figures.baseline_version,
        figures.definition_version,
        figures.baseline_rating,
        figures.quality_rating,
        figures.is_broken
    from starts
    left join figures
        on
            starts.practice_code = figures.practice_code
            and starts.indicator_code = figures.indicator_code
            and starts.years_after = figures.years_after
            and figures.turn = 1
    -- Without any figure to follow it up by, the first year says so.
    where figures.basis is not null or starts.years_after = 1
)

select * from final
