with crosswalk as (
    select 'pss_ex1' as source_return, measure_code from {{ ref('pss_ex1_measures') }}
    union
    select 'la_cla_placement_stability' as source_return, measure_code
    from {{ ref('placement_stability_measures') }}
    union
    select 'lait' as source_return, measure_code from {{ ref('lait_measures') }}
)

select measures.measure_code, measures.source_return
from {{ ref('register_measures') }} as measures
left join crosswalk
    on measures.measure_code = crosswalk.measure_code and measures.source_return = crosswalk.source_return
where crosswalk.measure_code is null and measures.worked_out_from is null
