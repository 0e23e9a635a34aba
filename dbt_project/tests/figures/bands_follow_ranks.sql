select authority_code, period_code, indicator_code, basis, comparator_set, rank, n, quartile, band
from {{ ref('fct_comparison') }}
where
    {{ changed_comparisons('period_code', 'basis') }}
    and (
        (rank is null) <> (quartile is null)
        or (quartile is null) <> (band is null)
        or band <> chr(64 + quartile)
        or rank not between 1 and n
        or quartile not between 1 and 4
        or (rank = 1 and quartile <> 1)
    )
