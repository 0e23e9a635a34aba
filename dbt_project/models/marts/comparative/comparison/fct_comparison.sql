{# The primary key begins with the authority; a picture asks for one indicator of one year. #}
{{ config(
    materialized='incremental', indexes=[{'columns': ['period_code', 'basis', 'indicator_code']}],
    pre_hook=[without_loops(), "{{ clear(changed_comparisons('period_code', 'basis')) }}"]
) }}
-- Each authority's figure beside its comparator sets: those of the seed comparator_sets. The comparator pools
-- numerators and denominators where there are any; published unit costs take the median.
with figures as (
    select * from {{ ref('int_indicator_changes') }}
    where {{ changed_comparisons('period_code', 'basis') }}
),

baselines as (
    select * from {{ ref('int_comparator_baselines') }}
    where {{ changed_comparisons('period_code', 'basis') }}
),

compared as (
    {{ figures_beside_baselines() }}
),

ranked as (
    {{ ranks_and_positions() }}
),

among as (
    select * from {{ ref('int_rank_intervals') }}
),

possible as (
    {{ possible_ranks() }}
),

group_levels as (
    select * from {{ ref('int_group_levels') }}
    where {{ changed_comparisons('period_code', 'basis') }}
),

-- Written once each: the planner would put each step into every place where the next one names it.
moved as materialized (
    {{ levels_and_moves('ranked') }}
),

shrunken as materialized (
    {{ shrunken_levels('group_levels') }}
),

expected_levels as materialized (
    {{ expected_levels() }}
),

expected_changes as (
    {{ expected_changes() }}
),

final as (
    select
        ranked.authority_code,
        ranked.period_code,
        ranked.indicator_code,
        ranked.basis,
        ranked.comparator_set,
        ranked.definition_version,
        {{ indicator_key('ranked') }} as indicator_key,
        ranked.comparator_group, ranked.comparator_title, ranked.comparator_version, ranked.comparator_method,
        ranked.value,
        ranked.quality_rating,
        ranked.is_in_baseline,
        ranked.comparator_value, ranked.pooled_value, ranked.median_value, ranked.mean_value,
        ranked.minimum_value, ranked.lower_quartile_value, ranked.upper_quartile_value, ranked.maximum_value,
        ranked.n::integer as n,
        ranked.n_missing::integer as n_missing,
        ranked.n_left_out::integer as n_left_out,
        ranked.too_few,
        ranked.n_ranked::integer as n_ranked,
        ranked.rank::integer as rank,
        possible.rank_lower_95::integer as rank_lower_95,
        possible.rank_upper_95::integer as rank_upper_95,
        ranked.quartile,
        chr(64 + ranked.quartile) as band,
        coalesce(
            cutoffs.band,
            case
                when schemes.band_scheme is not null
                    then 6 - {{ fifth_of_ranks('ranked.rank', 'ranked.n_ranked') }}
            end
        ) as paf_band,
        coalesce(cutoffs.band_scheme, schemes.band_scheme) as band_scheme,
        ranked.funnel_position,
        case when ranked.funnel_position is not null then 1 - 0.95::double precision ^ ranked.n end
            as false_alarm_probability,
        ranked.previous_value, ranked.change, ranked.change_lower_95, ranked.change_upper_95,
        ranked.change_method,
        ranked.is_change_significant,
        ranked.direction_of_travel,
        ranked.expected_change,
        ranked.expected_change_lower_95, ranked.expected_change_upper_95,
        {{ beyond_expected(
            'ranked.change', 'ranked.expected_change_lower_95', 'ranked.expected_change_upper_95',
            'ranked.polarity'
        ) }} as change_beyond_expected,
        ranked.listed_by_chance_probability,
        {{ funnel_limits(
            'ranked.value_kind', 'ranked.comparator_value', 'ranked.denominator', 'ranked.multiplier'
        ) }}
    from expected_changes as ranked
    left join {{ ref('band_schemes') }} as schemes
        on
            ranked.comparator_set = schemes.comparator_set
            and ranked.n_ranked >= schemes.least_n
            and ranked.rank is not null
    left join {{ ref('int_cutoff_bands') }} as cutoffs
        on
            ranked.authority_code = cutoffs.authority_code
            and ranked.period_code = cutoffs.period_code
            and ranked.indicator_code = cutoffs.indicator_code
            and ranked.basis = cutoffs.basis
    left join possible
        on
            ranked.authority_code = possible.authority_code
            and ranked.period_code = possible.period_code
            and ranked.indicator_code = possible.indicator_code
            and ranked.basis = possible.basis
            and ranked.comparator_set = possible.comparator_set
)

select * from final
