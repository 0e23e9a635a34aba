-- What a decision touches, and whether figures can be counted by its options: what decides which episodes there are, or
-- which days, is not among what is counted by readings.
select
    decisions.decision_code,
    words.division
from {{ ref('club_decisions') }} as decisions
cross join lateral string_to_table(decisions.touches, ' ') as words (division)
where
    words.division <> 'all'
    and words.division not in (select measures.division from {{ ref('ssda903_measures') }} as measures)
union all
select
    decision_code,
    'is not counted by readings' as division
from {{ ref('decision_options') }}
where is_tried and decision_code in ('short_break_statuses', 'day_of_leaving')
