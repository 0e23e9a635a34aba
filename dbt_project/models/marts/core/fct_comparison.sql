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
    select
        figures.*,
        groups.comparator_set,
        groups.comparator_group,
        groups.comparator_title,
        groups.comparator_version,
        figures.quality_rating <= groups.least_rating as is_good_enough,
        groups.is_in_group and figures.quality_rating <= groups.least_rating as is_in_baseline,
        baselines.comparator_method,
        case baselines.comparator_method
            when 'pooled' then baselines.pooled_value else baselines.median_value
        end as comparator_value,
        baselines.pooled_value,
        baselines.median_value,
        baselines.mean_value,
        baselines.minimum_value,
        baselines.lower_quartile_value,
        baselines.upper_quartile_value,
        baselines.maximum_value,
        baselines.n,
        baselines.n_missing,
        baselines.n_left_out,
        baselines.merits
    from figures
    inner join {{ ref('int_comparator_groups') }} as groups
        on figures.authority_code = groups.authority_code and figures.period_code = groups.period_code
    inner join baselines
        on
            groups.comparator_set = baselines.comparator_set
            and groups.comparator_group = baselines.comparator_group
            and figures.period_code = baselines.period_code
            and figures.indicator_code = baselines.indicator_code
            and figures.basis = baselines.basis
),

ranked as (
    select
        *,
        -- A figure that is not in the baseline (of neighbours, say) takes its place among those that are.
        n + case when is_in_baseline then 0 else 1 end as n_ranked,
        {{ funnel_position('comparator_value') }} as funnel_position,
        -- First is best and ties share the lowest rank: one more than the baseline has better figures. Nobody
        -- is first where neither end is better, or with a figure that is not good enough for the baseline.
        case when is_good_enough then 1 + n - width_bucket(merit, merits) end as rank
    from compared
),

final as (
    select
        ranked.authority_code,
        ranked.period_code,
        ranked.indicator_code,
        ranked.basis,
        ranked.comparator_set,
        ranked.definition_version,
        ranked.comparator_group,
        ranked.comparator_title,
        ranked.comparator_version,
        ranked.comparator_method,
        ranked.value,
        ranked.quality_rating,
        ranked.is_in_baseline,
        ranked.comparator_value,
        ranked.pooled_value,
        ranked.median_value,
        ranked.mean_value,
        ranked.minimum_value,
        ranked.lower_quartile_value,
        ranked.upper_quartile_value,
        ranked.maximum_value,
        ranked.n::integer as n,
        ranked.n_missing::integer as n_missing,
        ranked.n_left_out::integer as n_left_out,
        ranked.n_ranked::integer as n_ranked,
        ranked.rank::integer as rank,
        {{ part_of_ranks('ranked.rank', 'ranked.n_ranked', 4) }} as quartile,
        chr(64 + {{ part_of_ranks('ranked.rank', 'ranked.n_ranked', 4) }}) as band,
        coalesce(
            cutoffs.band,
            case
                when schemes.band_scheme is not null
                    then 6 - {{ part_of_ranks('ranked.rank', 'ranked.n_ranked', 5) }}
            end
        ) as paf_band,
        coalesce(cutoffs.band_scheme, schemes.band_scheme) as band_scheme,
        ranked.funnel_position,
        case when ranked.funnel_position is not null then 1 - 0.95::double precision ^ ranked.n end
            as false_alarm_probability,
        ranked.previous_value,
        ranked.change,
        ranked.change_lower_95,
        ranked.change_upper_95,
        ranked.change_method,
        ranked.is_change_significant,
        ranked.direction_of_travel
    from ranked
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
)

select * from final
