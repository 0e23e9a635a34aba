-- Members that are worse than their region and have become worse since the year before, best proven first.
-- dbt compile --select where_to_look_first --vars '{period: 2023-24}'
select
    authorities.name,
    worse.indicator_code,
    definitions.title,
    worse.basis,
    worse.value,
    worse.comparator_value,
    worse.previous_value,
    worse.change_beyond_expected,
    worse.evidence,
    worse.n_on_list,
    worse.expected_on_list_by_chance,
    worse.funnel_position,
    worse.n,
    worse.false_alarm_probability,
    worse.quality_rating
from {{ ref('worse_than_peers_and_deteriorating') }} as worse
inner join {{ ref('dim_authority') }} as authorities on worse.authority_code = authorities.authority_code
inner join {{ ref('dim_indicator') }} as definitions
    on
        worse.indicator_code = definitions.indicator_code
        and worse.definition_version = definitions.definition_version
where
    authorities.is_member
    and worse.comparator_set = 'region'
    and worse.period_code = '{{ var("period", "2023-24") }}'
order by
    array_position(array['level and change', 'level', 'change', 'neither', 'not tested'], worse.evidence),
    authorities.name,
    worse.indicator_code
