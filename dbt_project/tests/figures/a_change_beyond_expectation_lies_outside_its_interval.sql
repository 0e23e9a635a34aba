-- What is expected comes with an interval around it, and a change is called where that leaves it out. Without
-- a tested change nothing is expected.
select
    authority_code, period_code, indicator_code, basis, comparator_set,
    change, expected_change, expected_change_lower_95, expected_change_upper_95, change_beyond_expected
from {{ ref('fct_comparison') }}
where
    {{ changed_comparisons('period_code', 'basis') }}
    and (
        (expected_change is null) <> (expected_change_lower_95 is null)
        or (expected_change is null) <> (expected_change_upper_95 is null)
        or (expected_change is null) <> (change_beyond_expected is null)
        or (expected_change is not null and change_method is null)
        or (expected_change is null and listed_by_chance_probability is not null)
        or listed_by_chance_probability not between 0 and 1
        or expected_change not between expected_change_lower_95 and expected_change_upper_95
        or (change_beyond_expected <> 'no')
        <> (change not between expected_change_lower_95 and expected_change_upper_95)
        or (direction_of_travel = 'not judged' and change_beyond_expected in ('better', 'worse'))
    )
