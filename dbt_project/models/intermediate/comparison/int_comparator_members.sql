{{ config(materialized='table') }}
-- Who is in each group of each comparator set, year by year: councils as they were in that year. A set
-- is made of groups (the regions, the types, the neighbours of each authority); its seed row says by
-- which rule.
with sets as (
    select * from {{ ref('comparator_sets') }}
),

pairs as (
    select * from {{ ref('stg_published__statistical_neighbours') }}
    where authority_code is not null
),

councils as (
    select
        types.authority_code,
        types.period_code,
        types.authority_type,
        authorities.region,
        authorities.is_member
    from {{ ref('int_authority_periods') }} as types
    inner join {{ ref('authorities') }} as authorities on types.authority_code = authorities.authority_code
),

alike as (
    select
        sets.comparator_set,
        councils.period_code,
        councils.authority_code as member_code,
        case sets.made_by
            when 'region' then councils.region
            when 'authority_type' then councils.authority_type
            else sets.comparator_set
        end as shared,
        case sets.made_by
            when 'region' then councils.region
            when 'authority_type' then sets.title || ': ' || councils.authority_type
            else sets.title
        end as comparator_title
    from sets
    inner join councils
        on
            sets.made_by in ('region', 'authority_type', 'country')
            or (sets.made_by = 'membership' and councils.is_member)
),

named as (
    select
        sets.comparator_set,
        councils.period_code,
        councils.authority_code as member_code,
        sets.title as comparator_title
    from sets
    inner join {{ ref('comparator_set_members') }} as members on sets.comparator_set = members.comparator_set
    inner join councils
        on
            members.authority_code = councils.authority_code
            and members.from_period <= councils.period_code
            and coalesce(members.to_period, councils.period_code) >= councils.period_code
    where sets.made_by = 'named'
),

neighbours as (
    select
        sets.comparator_set,
        councils.period_code,
        councils.authority_code as member_code,
        pairs.authority_code as comparator_group,
        pairs.model_version as comparator_version,
        sets.title || ' of ' || owners.name || ' (model of ' || pairs.model_version || ')' as comparator_title
    from sets
    inner join pairs
        on
            sets.made_by = 'statistical_neighbours'
            and pairs.model_version = coalesce(
                sets.model_version, (select max(newest.model_version) from pairs as newest)
            )
    inner join {{ ref('authorities') }} as owners on pairs.authority_code = owners.authority_code
    inner join councils on pairs.neighbour_authority_code = councils.authority_code
),

final as (
    select
        comparator_set,
        replace(lower(shared), ' ', '-') as comparator_group,
        period_code,
        member_code,
        comparator_title,
        null as comparator_version
    from alike
    union all
    select
        comparator_set,
        comparator_set as comparator_group,
        period_code,
        member_code,
        comparator_title,
        null as comparator_version
    from named
    union all
    select
        comparator_set,
        comparator_group,
        period_code,
        member_code,
        comparator_title,
        comparator_version
    from neighbours
)

select * from final
