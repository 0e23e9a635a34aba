-- A rank is one more than the number of better figures in the set; there is none where neither end is better.
with ranked as (
    select
        comparisons.*,
        definitions.polarity
    from {{ ref('fct_comparison') }} as comparisons
    inner join {{ ref('dim_indicator') }} as definitions
        on
            comparisons.indicator_code = definitions.indicator_code
            and comparisons.definition_version = definitions.definition_version
    where {{ changed_comparisons('comparisons.period_code', 'comparisons.basis') }}
)

select
    one.authority_code, one.period_code, one.indicator_code, one.basis, one.comparator_title, one.rank,
    count(other.authority_code) as better
from ranked as one
left join ranked as other
    on
        one.period_code = other.period_code
        and one.indicator_code = other.indicator_code
        and one.basis = other.basis
        and one.comparator_title = other.comparator_title
        and case one.polarity when 'low' then one.value > other.value else one.value < other.value end
where one.polarity <> 'none'
group by one.authority_code, one.period_code, one.indicator_code, one.basis, one.comparator_title, one.rank
having one.rank is distinct from 1 + count(other.authority_code)
union all
select
    authority_code, period_code, indicator_code, basis, comparator_title, rank,
    null as better
from ranked
where polarity = 'none' and rank is not null
