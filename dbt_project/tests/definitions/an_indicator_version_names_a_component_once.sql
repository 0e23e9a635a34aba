select indicator_code, definition_version, role, measure_code
from {{ ref('register_components') }}
group by indicator_code, definition_version, role, measure_code
having count(*) > 1
