{{ config(materialized='ephemeral') }}
-- How long a child has been looked after and in one placement by 31 March, as far as that is known. Where the day of
-- the start counts, months are counted back from the day after 31 March: a start on 1 October or 1 April completes them.
{% set completed_by =
    "(" ~ year_end('period_code') ~ " + case when rules.day_of_start = 'counted' then 1 else 0 end)" %}
{% set next_day = "(" ~ year_end('period_code') ~ " + 1)" %}
with rules as (
    {{ rules_of_parts() }}
),

durations as (
    select
        children.*,
        rules.distant_miles,
        looked_after_since
        <= {{ completed_by }} - make_interval(months => rules.long_term_months)
            as is_known_long,
        looked_after_since
        <= {{ next_day }} - make_interval(months => rules.adoption_months)
            as is_known_half_a_year,
        same_placement_since
        <= {{ completed_by }} - make_interval(months => rules.same_placement_months)
            as is_known_stable,
        is_at_31_march and coalesce(age_at_end < rules.long_term_age, true)
            as may_be_under_age
    from {{ ref('int_cla__children_in_year') }} as children
    inner join rules
        on children.part_code = rules.part_code and {{ holds_in('rules', 'children.period_code') }}
),

final as (
    select
        *,
        case
            when not may_be_under_age then null
            when not is_known_long and since_is_known then 'no'
            when not is_known_long or age_at_end is null then 'unknown'
            else 'yes'
        end as long_term
    from durations
)

select * from final
