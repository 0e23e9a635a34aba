with examples (ending, expected) as (
    values ('2024', '2023-24'), ('2010', '2009-10'), ('2001', '2000-01'), ('2000', '1999-00')
)

select
    *,
    {{ period_ending('ending') }} as computed
from examples
where {{ period_ending('ending') }} is distinct from expected
