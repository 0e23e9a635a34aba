{{ config(materialized='ephemeral') }}
-- The indicators of home care with what is set beside them. All costs of a row are of one basis: what was
-- submitted goes before what was published, unless it holds no figure.
{% set costs = [
    'B17', 'U2.25', 'U2.23', 'U2.23A', 'U2.24', 'U2.24A', 'ASC.HOME_CARE.OWN', 'ASC.HOME_CARE.OTHERS',
] %}
{% set services_and_outcomes = [
    'HH1.HOURS', 'HH1.INTENSIVE', 'ASCOF.AT_HOME_AFTER_REABLEMENT', 'ASCOF.OFFERED_REABLEMENT',
    'ASCOF.QUALITY_OF_LIFE',
] %}
with figures as (
    {{ figures_and_peers(costs + services_and_outcomes) }}
),

bases as (
    select
        authority_code,
        period_code,
        (array_agg(basis order by value is null, basis <> 'submitted'))[1] as cost_basis
    from figures
    where {{ is_one_of('indicator_code', costs) }} and basis in ('submitted', 'published')
    group by authority_code, period_code
),

final as (
    select
        figures.*,
        bases.cost_basis
    from figures
    left join bases
        on figures.authority_code = bases.authority_code and figures.period_code = bases.period_code
    where
        figures.basis = bases.cost_basis
        or (
            {{ is_one_of('figures.indicator_code', services_and_outcomes) }}
            and figures.basis in ('submitted', 'published')
        )
)

select * from final
