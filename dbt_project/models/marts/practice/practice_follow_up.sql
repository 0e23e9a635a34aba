-- How an indicator went on at the authority that began something, beside what was to be expected of it had nothing been
-- done: see macros/follow_up.sql. The first indicator that the entry names, in its first later year with a figure, decides;
-- the others tell whether it lasts. One chosen afterwards from several would be called too often.
with starts as (
    select * from {{ ref('int_practice_starts') }}
),

facts as (
    select * from {{ ref('fct_indicator') }}
    where value is not null
),

-- The own figure and those of the peers: the councils that are in the region in the later year.
figures as (
    select
        members.comparator_set,
        starts.practice_code as comparator_group,
        starts.period_code,
        starts.indicator_code,
        starts.basis,
        starts.authority_code as own_authority_code,
        later.authority_code,
        later.numerator,
        later.denominator,
        later.value,
        later.quality_rating,
        before.numerator as previous_numerator,
        before.denominator as previous_denominator,
        before.value as previous_value,
        before.quality_rating as previous_quality_rating,
        later.value - before.value as change,
        case
            when later.interval_method = 'wilson' and before.interval_method = 'wilson' then 'newcombe'
            when later.lower_95 is not null and before.lower_95 is not null then 'mover'
        end as change_method,
        indicators.value_kind,
        indicators.multiplier,
        indicators.polarity,
        sets.least_rating,
        sets.least_n,
        true as is_in_baseline,
        null::double precision as comparator_value
    from starts
    inner join {{ ref('comparator_sets') }} as sets on sets.comparator_set = 'region'
    inner join {{ ref('bridge_comparator_member') }} as own
        on
            sets.comparator_set = own.comparator_set
            and starts.authority_code = own.authority_code
            and starts.period_code = own.period_code
    inner join {{ ref('bridge_comparator_member') }} as members
        on
            own.comparator_set = members.comparator_set
            and own.comparator_group = members.comparator_group
            and own.period_code = members.period_code
    inner join facts as before
        on
            members.authority_code = before.authority_code
            and starts.baseline_period_code = before.period_code
            and starts.indicator_code = before.indicator_code
            and starts.basis = before.basis
            and starts.baseline_version = before.definition_version
    inner join facts as later
        on
            members.authority_code = later.authority_code
            and starts.period_code = later.period_code
            and starts.indicator_code = later.indicator_code
            and starts.basis = later.basis
            and starts.definition_version = later.definition_version
    inner join {{ ref('dim_indicator') }} as indicators
        on
            starts.indicator_code = indicators.indicator_code
            and starts.definition_version = indicators.definition_version
    where not starts.is_broken
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

followed as (
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
),

judged as (
    select
        *,
        {{ follow_up_verdict() }} as verdict,
        case
            when basis is null
                then
                    'It takes a figure of ' || baseline_period_code || ', the year before it began,'
                    || ' and one of the three years from ' || period_code || ' on'
            when is_broken
                then
                    'The figures of ' || baseline_period_code || ' and ' || period_code
                    || ' are not counted alike'
            when expected_change is null and n_peers is null
                then 'Too few peers have figures with an interval that are good enough in both years'
            when polarity = 'none' then 'Neither end of this figure is better'
        end as reason
    from followed
),

final as (
    select
        practice_code,
        indicator_code,
        period_code,
        authority_code,
        basis,
        definition_version,
        started_in,
        baseline_period_code,
        years_after,
        is_decisive,
        baseline_value,
        value,
        change,
        expected_change,
        expected_change_lower_95,
        expected_change_upper_95,
        n_peers,
        verdict,
        reason,
        case
            when baseline_value is null then title || ' cannot be followed up. ' || reason || '.'
            else
                title || ' went from ' || {{ figure_of_follow_up('baseline_value', 'baseline_period_code') }}
                || ' to ' || {{ figure_of_follow_up('value', 'period_code') }} || '. '
                || case
                    when expected_change is null
                        then reason || ', so it is not said whether that is more than chance.'
                    else
                        'Had nothing been done, a change between '
                        || {{ signed_in_words('expected_change_lower_95', 'decimals') }} || ' and '
                        || {{ signed_in_words('expected_change_upper_95', 'decimals') }}
                        || ' was to be expected, by its ' || n_peers || ' peers. '
                        || case verdict
                            when 'improved' then 'It has improved by more than that.'
                            when 'worse' then 'It has become worse by more than that.'
                            when 'as expected'
                                then 'It lies within that: no effect is shown, nor that there is none.'
                            else reason || '.'
                        end
                end
        end as statement
    from judged
)

select * from final
