{{ config(materialized='ephemeral') }}
-- Each start with the change that there was, and the one that was to be expected had nothing been done: see
-- macros/follow_up.sql.
with starts as (
    select * from {{ ref('int_practice_starts') }}
),

figures as (
    select * from {{ ref('int_practice_figures') }}
),

moved as materialized (
    {{ levels_and_moves('figures') }}
),

entered as (
    select * from moved
    where
        level is not null
        and quality_rating <= least_rating
        and previous_quality_rating <= least_rating
),

{{ steps_of_follow_up() }},

decimals as (
    select
        indicator_code,
        max(decimals) as decimals
    from {{ ref('indicator_group_members') }}
    group by indicator_code
),

newest as (
    select distinct on (indicator_code)
        indicator_code,
        title,
        unit,
        polarity
    from {{ ref('dim_indicator') }}
    order by indicator_code asc, definition_version desc
),

final as (
    select
        starts.*,
        newest.title,
        newest.unit,
        newest.polarity,
        coalesce(decimals.decimals, 1) as decimals,
        own.previous_value as baseline_value,
        own.value,
        own.change,
        expected.expected_change,
        expected.expected_change_lower_95,
        expected.expected_change_upper_95,
        expected.n_peers,
        starts.position = 1 and starts.years_after = min(starts.years_after) over (
            partition by starts.practice_code, starts.indicator_code
        ) as is_decisive
    from starts
    inner join newest on starts.indicator_code = newest.indicator_code
    left join decimals on starts.indicator_code = decimals.indicator_code
    left join figures as own
        on
            starts.practice_code = own.comparator_group
            and starts.indicator_code = own.indicator_code
            and starts.period_code = own.period_code
            and own.authority_code = own.own_authority_code
    left join expected
        on
            starts.practice_code = expected.comparator_group
            and starts.indicator_code = expected.indicator_code
            and starts.period_code = expected.period_code
            and greatest(starts.baseline_rating, starts.quality_rating) <= expected.least_rating
)

select * from final
