-- Every figure in a row that explains itself: names and unit, the value with its interval, and what stands beside it.
-- The regions and England are rows too.
with authorities as (
    select
        'authority' as place_kind,
        facts.authority_code as place_code,
        facts.authority_code,
        authorities.name as place_name,
        types.authority_type,
        authorities.region,
        authorities.is_member,
        facts.period_code,
        facts.indicator_code,
        facts.definition_version,
        facts.basis,
        facts.numerator,
        facts.denominator,
        facts.value,
        facts.lower_95,
        facts.upper_95,
        facts.lower_99_8,
        facts.upper_99_8,
        facts.missing_reason,
        facts.note,
        facts.decisions,
        facts.quality_rating
    from {{ ref('fct_indicator') }} as facts
    inner join {{ ref('dim_authority') }} as authorities on facts.authority_code = authorities.authority_code
    left join {{ ref('int_authority_periods') }} as types
        on facts.authority_code = types.authority_code and facts.period_code = types.period_code
),

-- Every authority of a group is set beside the same figure of it.
groups as (
    select
        case compared.comparator_set when 'region' then 'region' else 'country' end as place_kind,
        compared.comparator_group as place_code,
        max(compared.comparator_title) as place_name,
        compared.period_code,
        compared.indicator_code,
        max(compared.definition_version) as definition_version,
        compared.basis,
        max(compared.comparator_value) as value,
        max(compared.too_few) as missing_reason,
        max(compared.n) as n
    from {{ ref('fct_comparison') }} as compared
    where compared.comparator_set in ('region', 'england')
    group by
        compared.comparator_set, compared.comparator_group, compared.period_code, compared.indicator_code,
        compared.basis
),

places as (
    select
        *,
        null::integer as n
    from authorities
    union all
    select
        place_kind,
        place_code,
        null as authority_code,
        place_name,
        null as authority_type,
        case place_kind when 'region' then place_name end as region,
        false as is_member,
        period_code,
        indicator_code,
        definition_version,
        basis,
        null as numerator,
        null as denominator,
        value,
        null as lower_95,
        null as upper_95,
        null as lower_99_8,
        null as upper_99_8,
        missing_reason,
        null as note,
        null::text as decisions,
        null as quality_rating,
        n
    from groups
),

final as (
    select
        places.place_kind,
        places.place_code,
        places.place_name,
        places.authority_type,
        places.region,
        places.is_member,
        places.period_code,
        places.indicator_code,
        places.definition_version,
        indicators.title,
        indicators.domain,
        indicators.client_group,
        indicators.service,
        indicators.unit,
        indicators.polarity,
        indicators.value_kind,
        indicators.multiplier,
        places.basis,
        bases.is_preferred,
        coalesce(bases.is_preferred and places.period_code = bases.latest_period, false) as is_latest,
        places.basis = 'sample' as is_sample,
        places.numerator,
        places.denominator,
        places.value,
        places.lower_95,
        places.upper_95,
        places.lower_99_8,
        places.upper_99_8,
        places.missing_reason,
        places.note,
        places.decisions,
        places.quality_rating,
        places.n,
        region.comparator_value as region_value,
        region.n as region_n,
        region.comparator_method as region_method,
        region.too_few as region_too_few,
        region.n_missing as region_n_missing,
        region.n_left_out as region_n_left_out,
        region.minimum_value as region_minimum,
        region.lower_quartile_value as region_lower_quartile,
        region.median_value as region_median,
        region.upper_quartile_value as region_upper_quartile,
        region.maximum_value as region_maximum,
        own_type.comparator_value as own_type_value,
        own_type.n as own_type_n,
        england.comparator_value as england_value,
        england.n as england_n,
        club.comparator_value as club_value,
        club.n as club_n,
        neighbours.comparator_value as neighbours_value,
        neighbours.n as neighbours_n,
        region.is_in_baseline,
        region.rank,
        region.n_ranked,
        region.rank_lower_95,
        region.rank_upper_95,
        region.band,
        region.funnel_position,
        region.funnel_lower_95,
        region.funnel_upper_95,
        region.funnel_lower_99_8,
        region.funnel_upper_99_8,
        region.previous_value,
        region.change,
        region.change_lower_95,
        region.change_upper_95,
        region.is_change_significant,
        region.direction_of_travel,
        region.expected_change,
        region.expected_change_lower_95,
        region.expected_change_upper_95,
        region.change_beyond_expected,
        case
            when {{ is_money('indicators.unit') }}
                then {{ in_real_terms('places.value', 'prices.deflator') }}
        end as value_real,
        case when {{ is_money('indicators.unit') }} then prices.base_period end as base_period
    from places
    inner join {{ ref('dim_indicator') }} as indicators
        on
            places.indicator_code = indicators.indicator_code
            and places.definition_version = indicators.definition_version
    inner join {{ ref('int_preferred_bases') }} as bases
        on
            places.indicator_code = bases.indicator_code
            and places.period_code = bases.period_code
            and places.basis = bases.basis
    left join {{ ref('fct_comparison') }} as region
        on
            places.authority_code = region.authority_code
            and places.period_code = region.period_code
            and places.indicator_code = region.indicator_code
            and places.basis = region.basis
            and region.comparator_set = 'region'
    left join {{ ref('fct_comparison') }} as own_type
        on
            places.authority_code = own_type.authority_code
            and places.period_code = own_type.period_code
            and places.indicator_code = own_type.indicator_code
            and places.basis = own_type.basis
            and own_type.comparator_set = 'own_type'
    left join {{ ref('fct_comparison') }} as england
        on
            places.authority_code = england.authority_code
            and places.period_code = england.period_code
            and places.indicator_code = england.indicator_code
            and places.basis = england.basis
            and england.comparator_set = 'england'
    left join {{ ref('fct_comparison') }} as club
        on
            places.authority_code = club.authority_code
            and places.period_code = club.period_code
            and places.indicator_code = club.indicator_code
            and places.basis = club.basis
            and club.comparator_set = 'club'
    left join {{ ref('fct_comparison') }} as neighbours
        on
            places.authority_code = neighbours.authority_code
            and places.period_code = neighbours.period_code
            and places.indicator_code = neighbours.indicator_code
            and places.basis = neighbours.basis
            and neighbours.comparator_set = 'statistical_neighbours'
    left join {{ ref('dim_deflator') }} as prices on places.period_code = prices.period_code
)

select * from final
