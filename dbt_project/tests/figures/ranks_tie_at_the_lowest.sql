-- A rank is one more than the number of better figures that went into the comparator; there is none where
-- neither end is better, nor for a figure that is rated too low.
-- Every row has its definition; joined from the left, the planner keeps to the number of rows.
with ranked as (
    select
        comparisons.*,
        definitions.polarity
    from {{ ref('fct_comparison') }} as comparisons
    left join {{ ref('dim_indicator') }} as definitions
        on
            comparisons.indicator_code = definitions.indicator_code
            and comparisons.definition_version = definitions.definition_version
    where {{ changed_comparisons('comparisons.period_code', 'comparisons.basis') }}
),

better as (
    select
        one.authority_code, one.period_code, one.indicator_code, one.basis, one.comparator_set,
        count(*) as figures
    from ranked as one
    inner join {{ ref('dim_comparator_set') }} as sets on one.comparator_set = sets.comparator_set
    inner join {{ ref('bridge_comparator_member') }} as members
        on
            one.comparator_set = members.comparator_set
            and one.comparator_group = members.comparator_group
            and one.period_code = members.period_code
    inner join {{ ref('fct_indicator') }} as other
        on
            members.authority_code = other.authority_code
            and one.period_code = other.period_code
            and one.indicator_code = other.indicator_code
            and one.basis = other.basis
    where
        one.polarity <> 'none'
        and {{ changed_comparisons('other.period_code', 'other.basis') }}
        and other.quality_rating <= sets.least_rating
        and case one.polarity when 'low' then one.value > other.value else one.value < other.value end
    group by one.authority_code, one.period_code, one.indicator_code, one.basis, one.comparator_set
)

select
    ranked.authority_code, ranked.period_code, ranked.indicator_code, ranked.basis, ranked.comparator_title,
    ranked.rank, better.figures as better
from ranked
inner join {{ ref('dim_comparator_set') }} as sets on ranked.comparator_set = sets.comparator_set
left join better
    on
        ranked.authority_code = better.authority_code
        and ranked.period_code = better.period_code
        and ranked.indicator_code = better.indicator_code
        and ranked.basis = better.basis
        and ranked.comparator_set = better.comparator_set
where
    ranked.rank is distinct from case
        when
            ranked.polarity <> 'none'
            and ranked.quality_rating <= sets.least_rating
            and ranked.too_few is null
            then 1 + coalesce(better.figures, 0)
    end
