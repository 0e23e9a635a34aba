with examples (ending, expected) as (
    values ('2024', '2023-24'), ('2010', '2009-10'), ('2001', '2000-01'), ('2000', '1999-00')
)

select
    *,
    {{ year_starting('ending::int - 1') }} as computed
from examples
where {{ year_starting('ending::int - 1') }} is distinct from expected
