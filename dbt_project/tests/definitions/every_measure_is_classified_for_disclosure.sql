-- What has no class stays inside the club; that nobody has thought of a unit must show here first.
select measure_code, unit
from {{ ref('int_disclosure__measures') }}
where disclosure is null
