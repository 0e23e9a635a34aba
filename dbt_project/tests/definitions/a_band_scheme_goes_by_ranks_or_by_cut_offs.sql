-- Ranks are those of a set, with a number below which fifths mean nothing.
select schemes.band_scheme, schemes.comparator_set, schemes.least_n, count(cutoffs.band) as cut_offs
from {{ ref('band_schemes') }} as schemes
left join {{ ref('band_scheme_cutoffs') }} as cutoffs on schemes.band_scheme = cutoffs.band_scheme
group by schemes.band_scheme, schemes.comparator_set, schemes.least_n
having
    (schemes.comparator_set is null) <> (count(cutoffs.band) > 0)
    or (schemes.comparator_set is null) <> (schemes.least_n is null)
    or schemes.least_n < 5
