-- Every figure is in the comparison once a set, nothing else is, and n is how many there are.
with figures as (
    select period_code, indicator_code, basis, count(*) as figures
    from {{ ref('fct_indicator') }}
    where value is not null and {{ changed_comparisons('period_code', 'basis') }}
    group by period_code, indicator_code, basis
),

compared as (
    select
        period_code, indicator_code, basis, comparator_set, comparator_title, n,
        count(*) as compared,
        count(value) as with_value
    from {{ ref('fct_comparison') }}
    where {{ changed_comparisons('period_code', 'basis') }}
    group by period_code, indicator_code, basis, comparator_set, comparator_title, n
)

select compared.period_code, compared.indicator_code, compared.comparator_title, compared.n, compared.compared
from compared
where compared.n <> compared.compared or compared.n <> compared.with_value
union all
select
    figures.period_code, figures.indicator_code, 'all sets' as comparator_title, figures.figures as n,
    sum(compared.compared) as compared
from figures
left join compared
    on
        figures.period_code = compared.period_code
        and figures.indicator_code = compared.indicator_code
        and figures.basis = compared.basis
group by figures.period_code, figures.indicator_code, figures.basis, figures.figures
having
    figures.figures is distinct from sum(compared.compared) filter (
        where compared.comparator_set = 'region'
    )
    or figures.figures is distinct from sum(compared.compared) filter (
        where compared.comparator_set = 'own_type'
    )
