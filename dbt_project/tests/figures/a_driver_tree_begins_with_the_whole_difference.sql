-- The topmost node that has both figures contributes all of its difference, and the nodes it is made of
-- are told in its unit; no node below a missing one hangs on anything else.
select
    authority_code, period_code, basis, compared_with, node_code, whole_node_code, difference, contribution
from {{ ref('fct_driver') }}
where
    whole_node_code = node_code
    and (contribution is distinct from difference or contribution_unit <> unit)
    and {{ changed_comparisons('period_code', 'basis') }}
