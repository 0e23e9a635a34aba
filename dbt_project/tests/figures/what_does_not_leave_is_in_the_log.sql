-- Each figure that is confidential has its reason in the log, and the log holds nothing that is shown. A
-- region all of whose authorities are withheld has no figure to log.
select
    place_code,
    period_code,
    measure_code,
    basis
from {{ ref('measure') }} as shown
full join {{ ref('fct_disclosure') }} as log using (geography, place_code, period_code, measure_code, basis)
where
    {{ changed_years_by_basis('period_code', 'basis') }}
    and (shown.not_shown is not distinct from 'confidential') <> (log.reason is not null)
    and (log.reason is not null or shown.authorities > 0)
