-- How an indicator went on at the authority that began something, beside what was to be expected of it had nothing been
-- done: see macros/follow_up.sql. The first indicator that the entry names, in its first later year with a figure, decides;
-- the others tell whether it lasts. One chosen afterwards from several would be called too often.
with followed as (
    select * from {{ ref('int_practice_changes') }}
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
