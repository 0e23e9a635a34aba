-- B8 covers children's homes (B9) and foster care (B10): cost and days of the two add up to its own.
with parts as (
    select
        authority_code,
        period_code,
        basis,
        right(indicator_code, 3) = 'ADJ' as is_adjusted,
        sum(numerator) filter (where indicator_code in ('B8', 'B8ADJ')) as numerator,
        sum(denominator) filter (where indicator_code in ('B8', 'B8ADJ')) as denominator,
        sum(numerator) filter (where indicator_code not in ('B8', 'B8ADJ')) as numerator_of_parts,
        sum(denominator) filter (where indicator_code not in ('B8', 'B8ADJ')) as denominator_of_parts
    from {{ ref('fct_indicator') }}
    where
        indicator_code in ('B8', 'B9', 'B10', 'B8ADJ', 'B9ADJ', 'B10ADJ')
        and {{ changed_figures() }}
    group by authority_code, period_code, basis, right(indicator_code, 3) = 'ADJ'
    having count(value) = 3
)

select *
from parts
where
    abs(numerator - numerator_of_parts) > 1e-6
    or abs(denominator - denominator_of_parts) > 1e-6
