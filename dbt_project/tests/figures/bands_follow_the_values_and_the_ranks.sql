-- A band never goes against the quartile values that stand beside it; a fifth goes by the ranks.
select
    comparisons.authority_code, comparisons.period_code, comparisons.indicator_code, comparisons.basis,
    comparisons.comparator_set, comparisons.value, comparisons.rank, comparisons.n, comparisons.n_ranked,
    comparisons.quartile, comparisons.band, comparisons.paf_band
from {{ ref('fct_comparison') }} as comparisons
inner join {{ ref('dim_indicator') }} as definitions
    on
        comparisons.indicator_code = definitions.indicator_code
        and comparisons.definition_version = definitions.definition_version
where
    {{ changed_comparisons('comparisons.period_code', 'comparisons.basis') }}
    and (
        (comparisons.rank is null) <> (comparisons.quartile is null)
        or (comparisons.quartile is null) <> (comparisons.band is null)
        or (comparisons.paf_band is null) <> (comparisons.band_scheme is null)
        or comparisons.band <> chr(64 + comparisons.quartile)
        or comparisons.n_ranked <> comparisons.n + (not comparisons.is_in_baseline)::integer
        or comparisons.rank not between 1 and comparisons.n_ranked
        or comparisons.quartile <> case definitions.polarity
            when 'low'
                then
                    1 + (comparisons.value > comparisons.lower_quartile_value)::integer
                    + (comparisons.value > comparisons.median_value)::integer
                    + (comparisons.value > comparisons.upper_quartile_value)::integer
            else
                1 + (comparisons.value < comparisons.lower_quartile_value)::integer
                + (comparisons.value < comparisons.median_value)::integer
                + (comparisons.value < comparisons.upper_quartile_value)::integer
        end
        -- So many fifths of the figures are ahead of it.
        or (
            comparisons.band_scheme = 'regional_fifths'
            and comparisons.paf_band
            <> 5 - floor(5 * (comparisons.rank - 1) / comparisons.n_ranked::numeric)
        )
    )
