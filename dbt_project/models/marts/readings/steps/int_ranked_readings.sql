{{ config(materialized='table') }}
-- By each reading, the rank of each member among the members with a figure that is good enough, and which ranks chance
-- leaves possible: as fct_comparison ranks the members by the reading that is agreed.
with figures as (
    select
        figures.*,
        'submitted' as basis,
        -- The figures that are ranked together.
        figures.reading_code as comparator_set,
        'members' as comparator_group,
        indicators.polarity,
        {{ merit('figures.value', 'indicators.polarity') }} as merit,
        figures.value is not null
        and authorities.is_member
        and facts.quality_rating <= sets.least_rating as is_in,
        sets.least_n
    from {{ ref('int_reading_figures') }} as figures
    inner join {{ ref('authorities') }} as authorities on figures.authority_code = authorities.authority_code
    inner join {{ ref('dim_indicator') }} as indicators
        on
            figures.indicator_code = indicators.indicator_code
            and figures.definition_version = indicators.definition_version
    inner join {{ ref('comparator_sets') }} as sets on sets.made_by = 'membership'
    left join {{ ref('fct_indicator') }} as facts
        on
            figures.authority_code = facts.authority_code
            and figures.period_code = facts.period_code
            and figures.indicator_code = facts.indicator_code
            and facts.basis = 'submitted'
),

placed as (
    select
        *,
        case when is_in then count(*) over of_reading end as n_ranked,
        case when is_in and merit is not null then rank() over (of_reading order by merit desc) end as rank
    from figures
    window of_reading as (partition by period_code, indicator_code, reading_code, coalesce(is_in, false))
),

members as (
    select * from placed
    where rank is not null and n_ranked >= least_n
),

-- Readings by which all members have the same counts leave the same ranks possible: one of them is worked out.
pictures as (
    select
        period_code,
        indicator_code,
        reading_code,
        string_agg(authority_code || ' ' || numerator || '/' || denominator, ' ' order by authority_code)
            as picture
    from members
    group by period_code, indicator_code, reading_code
),

drawn as (
    select
        period_code,
        indicator_code,
        reading_code,
        min(reading_code) over (partition by period_code, indicator_code, picture) as drawn_code
    from pictures
),

ranked as (
    select members.*
    from members
    inner join drawn
        on
            members.period_code = drawn.period_code
            and members.indicator_code = drawn.indicator_code
            and members.reading_code = drawn.reading_code
            and drawn.reading_code = drawn.drawn_code
),

among as (
    {{ ranked_with_intervals() }}
),

possible as (
    {{ possible_ranks() }}
),

final as (
    select
        figures.authority_code,
        figures.period_code,
        figures.indicator_code,
        figures.definition_version,
        figures.reading_code,
        figures.is_agreed,
        figures.decided_otherwise,
        figures.numerator,
        figures.denominator,
        figures.value,
        figures.missing_reason,
        members.rank::integer as rank,
        members.n_ranked::integer as n_ranked,
        possible.rank_lower_95::integer as rank_lower_95,
        possible.rank_upper_95::integer as rank_upper_95,
        figures.submission_id
    from figures
    left join members
        on
            figures.authority_code = members.authority_code
            and figures.period_code = members.period_code
            and figures.indicator_code = members.indicator_code
            and figures.reading_code = members.reading_code
    left join drawn
        on
            members.period_code = drawn.period_code
            and members.indicator_code = drawn.indicator_code
            and members.reading_code = drawn.reading_code
    left join possible
        on
            members.authority_code = possible.authority_code
            and drawn.period_code = possible.period_code
            and drawn.indicator_code = possible.indicator_code
            and drawn.drawn_code = possible.comparator_set
)

select * from final
