-- A rank is one more than the number of better figures in the set; there is none where neither end is better.
select
    one.authority_code, one.period_code, one.indicator_code, one.basis, one.comparator_title, one.rank,
    count(other.authority_code) filter (
        where
        (definitions.polarity = 'low' and other.value < one.value)
        or (definitions.polarity = 'high' and other.value > one.value)
    ) as better
from {{ ref('fct_comparison') }} as one
inner join {{ ref('dim_indicator') }} as definitions
    on
        one.indicator_code = definitions.indicator_code
        and one.definition_version = definitions.definition_version
inner join {{ ref('fct_comparison') }} as other
    on
        one.period_code = other.period_code
        and one.indicator_code = other.indicator_code
        and one.basis = other.basis
        and one.comparator_title = other.comparator_title
group by
    one.authority_code, one.period_code, one.indicator_code, one.basis, one.comparator_title, one.rank,
    definitions.polarity
having
    one.rank is distinct from case
        when definitions.polarity <> 'none'
            then 1 + count(other.authority_code) filter (
                where
                (definitions.polarity = 'low' and other.value < one.value)
                or (definitions.polarity = 'high' and other.value > one.value)
            )
    end
