select
    authority_code, period_code, indicator_code, basis, comparator_set, rank, n, n_ranked, quartile, band,
    paf_band
from {{ ref('fct_comparison') }}
where
    {{ changed_comparisons('period_code', 'basis') }}
    and (
        (rank is null) <> (quartile is null)
        or (quartile is null) <> (band is null)
        or (paf_band is null) <> (band_scheme is null)
        or band <> chr(64 + quartile)
        or n_ranked <> n + (not is_in_baseline)::integer
        or rank not between 1 and n_ranked
        -- So many quarters and fifths of the figures are ahead of it.
        or quartile <> 1 + floor(4 * (rank - 1) / n_ranked::numeric)
        or (band_scheme = 'regional_fifths' and paf_band <> 5 - floor(5 * (rank - 1) / n_ranked::numeric))
    )
