-- By interval and by limit a figure has one position. One that lies on a limit, to the last digits, may have
-- either.
with comparisons as (
    select
        *,
        case
            when value < funnel_lower_99_8 then 'Low (0.001)'
            when value > funnel_upper_99_8 then 'High (0.001)'
            when value < funnel_lower_95 then 'Low (0.025)'
            when value > funnel_upper_95 then 'High (0.025)'
            else 'Not significant'
        end as position_by_limits
    from {{ ref('fct_comparison') }}
    where
        funnel_position is not null
        and {{ changed_comparisons('period_code', 'basis') }}
)

select
    authority_code,
    period_code,
    indicator_code,
    basis,
    comparator_set
from comparisons
where
    num_nulls(funnel_lower_95, funnel_upper_95, funnel_lower_99_8, funnel_upper_99_8) > 0
    or (
        position_by_limits <> funnel_position
        and not {{ is_equal('value', 'funnel_lower_95') }}
        and not {{ is_equal('value', 'funnel_upper_95') }}
        and not {{ is_equal('value', 'funnel_lower_99_8') }}
        and not {{ is_equal('value', 'funnel_upper_99_8') }}
    )
