select comparator_set, made_by, model_version
from {{ ref('comparator_sets') }}
where model_version is not null and made_by <> 'statistical_neighbours'
