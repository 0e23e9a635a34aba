select authorities.authority_code
from {{ ref('authorities') }} as authorities
left join {{ ref('authority_types') }} as types on authorities.authority_code = types.authority_code
where types.authority_code is null
