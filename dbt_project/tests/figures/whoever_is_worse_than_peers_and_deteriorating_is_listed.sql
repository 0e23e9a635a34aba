-- All of them and nobody else.
with expected as (
    select
        comparisons.authority_code, comparisons.period_code, comparisons.indicator_code, comparisons.basis,
        comparisons.comparator_set
    from {{ ref('fct_comparison') }} as comparisons
    inner join {{ ref('dim_indicator') }} as definitions
        on
            comparisons.indicator_code = definitions.indicator_code
            and comparisons.definition_version = definitions.definition_version
    where
        {{ changed_comparisons('comparisons.period_code', 'comparisons.basis') }}
        and comparisons.direction_of_travel = 'worse'
        and case definitions.polarity
            when 'low' then comparisons.value > comparisons.comparator_value
            when 'high' then comparisons.value < comparisons.comparator_value
        end
),

listed as (
    select authority_code, period_code, indicator_code, basis, comparator_set
    from {{ ref('worse_than_peers_and_deteriorating') }}
    where {{ changed_comparisons('period_code', 'basis') }}
)

select
    authority_code, period_code, indicator_code, basis, comparator_set,
    listed.authority_code is null as is_not_listed
from expected
full join listed using (authority_code, period_code, indicator_code, basis, comparator_set)
where expected.authority_code is null or listed.authority_code is null
