-- k rounds to zero but is not zero: a symbol is never read as a number.
select measure_code, place_code, period_code, release, raw_value, symbol, value, missing_reason
from {{ ref('fct_published_figure') }}
where
    (value is null) <> (missing_reason is not null)
    or (value is not null and symbol is not null)
