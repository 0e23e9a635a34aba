select authorities.authority_code
from {{ ref('authorities') }} as authorities
left join {{ ref('authority_types') }} as types
    on authorities.authority_code = types.authority_code and types.to_period is null
where types.authority_code is null
