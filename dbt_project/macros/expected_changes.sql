{#
  What of a change was to be expected without any true one. A figure that stood out the year before did so partly by chance
  and falls back towards the others of its group: regression to the mean. Jones HE, Spiegelhalter DJ (2009), Accounting for
  regression-to-the-mean in tests for recent changes in institutional performance: analysis and power, Statistics in Medicine
  28:1645-1667. From the figures of the group the year before comes how far its members truly lay apart; from that the level at
  which each truly stood, shrunken towards the mean; from that, with the move of the others of its group, what to expect of it.

  All is worked out on a scale on which chance is as large at each level, which holds for small counts too: Anscombe FJ (1948),
  The transformation of Poisson, binomial and negative-binomial data, Biometrika 35:246-254.

  Fourteen figures tell little of how far their true levels lie apart. That is allowed for as by Morris CN (1983), Parametric
  empirical Bayes inference: theory and applications, Journal of the American Statistical Association 78:47-55 (5.1 and 5.2):
  by shrinking less, by a wider interval for a figure far from the mean, and here by the deviate of Student's t besides.
#}

{# The fewest figures of a group that tell how far it truly lies apart: Morris's allowance divides by three less. #}
{% macro least_figures_to_expect_from() %}4{% endmacro %}

{# Which scale holds for the figure and that of the year before; null where one of them has no interval. #}
{% macro kind_of_both(figures) -%}
    case
        when
            {{ figures }}.change_method = 'newcombe'
            or {{ figures }}.value_kind = 'rate' and {{ figures }}.change_method = 'mover'
            then {{ figures }}.value_kind
    end
{%- endmacro %}

{# A count of a total on that scale. It is never an error: a count below none is taken as none, one above all as all. #}
{% macro steady_level(value_kind, events, total) -%}
    case {{ value_kind }}
        when 'proportion' then asin(sqrt(least(1, greatest(0, {{ events }} + 0.375) / ({{ total }} + 0.75))))
        when 'rate' then sqrt(greatest(0, {{ events }} + 0.375) / {{ total }})
    end
{%- endmacro %}

{# What chance adds to it, as a variance. #}
{% macro steady_variance(value_kind, total) -%}
    case {{ value_kind }} when 'proportion' then 1 / (4 * {{ total }} + 2) when 'rate' then 1 / (4 * {{ total }}) end
{%- endmacro %}

{#
  Back from that scale: the figure whose count has this level. `spread` is 0 for a bound; for the mean of what may come it is
  the variance of that, as the mean of squares is more than the square of the mean.
#}
{% macro figure_at_level(value_kind, level, spread, total, multiplier) -%}
    {{ multiplier }} * case {{ value_kind }}
        when 'proportion'
            then
                least(1, greatest(0, (
                    (1 - cos(2 * least(pi() / 2, greatest(0, {{ level }}))) * exp(-2 * {{ spread }})) / 2
                    * ({{ total }} + 0.75) - 0.375
                ) / {{ total }}))
        when 'rate' then greatest(0, greatest(0, {{ level }}) ^ 2 + {{ spread }} - 0.375 / {{ total }})
    end
{%- endmacro %}

{#
  The `figures` with their level the year before and their move since, each with what chance adds to it; null where there is
  none. All figures go through each step, as a join at the end would be made row by row.
#}
{% macro levels_and_moves(figures) %}
    select
        *,
        {{ steady_level('kind_of_both', 'previous_numerator', 'previous_denominator') }} as level,
        {{ steady_variance('kind_of_both', 'previous_denominator') }} as level_variance,
        {{ steady_level('kind_of_both', 'numerator', 'denominator') }}
        - {{ steady_level('kind_of_both', 'previous_numerator', 'previous_denominator') }} as move,
        {{ steady_variance('kind_of_both', 'previous_denominator') }}
        + {{ steady_variance('kind_of_both', 'denominator') }} as move_variance
    from (select figures.*, {{ kind_of_both('figures') }} as kind_of_both from {{ figures }} as figures) as of_one_kind
{% endmacro %}

{# Of those `moved` the ones that each group's mean and spread are read from: good enough in both years. #}
{% macro moves_in_groups(member_table) %}
    select
        members.comparator_set,
        members.comparator_group,
        sets.least_n,
        moved.*
    from {{ member_table }} as members
    inner join {{ ref('comparator_sets') }} as sets on members.comparator_set = sets.comparator_set
    inner join moved
        on members.member_code = moved.authority_code and members.period_code = moved.period_code
    where
        moved.level is not null
        and moved.quality_rating <= sets.least_rating
        and moved.previous_quality_rating <= sets.least_rating
{% endmacro %}

{#
  How far figures lie apart beyond chance, as a variance, by weights of any kind: the generalised method of moments of
  DerSimonian R, Kacker R (2007), Random-effects model for meta-analysis of clinical trials: an update, Contemporary Clinical
  Trials 28:105-114. Once with equal weights and then with those that follow from the result it is theirs in two steps;
  weights by size alone would leave it to one large council where sizes differ much.
#}
{% macro spread_beyond_chance(level, variance, weight) -%}
    {%- set weights = sum_of_group(weight) -%}
    greatest(0, (
        {{ sum_of_group(weight ~ ' * ' ~ level ~ ' ^ 2') }} - {{ sum_of_group(weight ~ ' * ' ~ level) }} ^ 2 / {{ weights }}
        - {{ sum_of_group(weight ~ ' * ' ~ variance) }} + {{ sum_of_group(weight ~ ' ^ 2 * ' ~ variance) }} / {{ weights }}
    ) / nullif({{ weights }} - {{ sum_of_group(weight ~ ' ^ 2') }} / {{ weights }}, 0))
{%- endmacro %}

{# Sums are made in one order, whatever was written when: the last digit depends on it. #}
{% macro sum_of_group(summand) -%}sum({{ summand }}) over of_group{%- endmacro %}
{% macro sum_in_order(summand) -%}sum({{ summand }} order by authority_code){%- endmacro %}

{# A group is a window, not a join of what was summed: of that the planner does not know how much there is. #}
{% macro window_of_group() -%}
    window of_group as (
        partition by {{ group_keys() }}
        order by authority_code rows between unbounded preceding and unbounded following
    )
{%- endmacro %}

{% macro group_keys(relation='') -%}
    {%- set prefix = relation ~ '.' if relation else '' -%}
    {%- for key in ['comparator_set', 'comparator_group', 'period_code', 'indicator_code', 'basis'] -%}
        {{ prefix }}{{ key }}{% if not loop.last %}, {% endif %}
    {%- endfor -%}
{%- endmacro %}

{# Those that `entered` with the spread of their group by equal weights, and the weights that follow from it. #}
{% macro first_spreads() %}
    select
        *,
        1 / (level_variance + level_spread) as level_weight,
        1 / (move_variance + move_spread) as move_weight
    from (
        select
            *,
            count(*) over of_group as n_moved,
            {{ spread_beyond_chance('level', 'level_variance', '1') }} as level_spread,
            {{ spread_beyond_chance('move', 'move_variance', '1') }} as move_spread
        from entered
        {{ window_of_group() }}
    ) as spreads
    where n_moved >= greatest({{ least_figures_to_expect_from() }}, least_n)
{% endmacro %}

{# The same by the weights of the `first_spread`. #}
{% macro second_spreads() %}
    select
        {{ group_keys() }},
        authority_code,
        level,
        level_variance,
        level_spread,
        1 / (level_variance + level_spread) as level_weight,
        move,
        move_spread,
        1 / (move_variance + move_spread) as move_weight
    from (
        select
            {{ group_keys() }},
            authority_code,
            level,
            level_variance,
            {{ spread_beyond_chance('level', 'level_variance', 'level_weight') }} as level_spread,
            move,
            move_variance,
            {{ spread_beyond_chance('move', 'move_variance', 'move_weight') }} as move_spread
        from first_spread
        {{ window_of_group() }}
    ) as spreads
{% endmacro %}

{#
  What each group tells of its members by the `second_spread`: the mean of their levels, and how they have moved. The move is a
  sum with its weight, so that a member's own can be taken out of it; the spread of the moves is in the weights so that
  one large council that has truly changed does not drag what is expected of all others.
#}
{% macro levels_of_groups() %}
    select
        {{ group_keys() }},
        count(*) as n_moved,
        max(level_spread) as level_spread,
        max(move_spread) as move_spread,
        {{ sum_in_order('level_weight') }} as level_weight,
        {{ sum_in_order('level_weight * level') }} / {{ sum_in_order('level_weight') }} as mean_level,
        {{ sum_in_order('level_weight * level_variance') }} / {{ sum_in_order('level_weight') }} as mean_variance,
        {{ sum_in_order('move_weight') }} as move_weight,
        {{ sum_in_order('move_weight * move') }} as moves
    from second_spread
    group by {{ group_keys() }}
{% endmacro %}

{# Of those `moved` how far each is drawn towards the mean of its group, and the moves of the others. #}
{% macro shrunken_levels(group_levels) %}
    select
        moved.*,
        case when group_levels.n_moved is not null then moved.kind_of_both end as expected_kind,
        group_levels.n_moved,
        group_levels.mean_level,
        group_levels.level_spread,
        group_levels.mean_variance,
        group_levels.level_weight,
        (group_levels.n_moved - 3) / (group_levels.n_moved - 1.0::double precision)
        * moved.level_variance / (moved.level_variance + group_levels.level_spread) as shrinkage,
        group_levels.move_weight - counted.move_weight as weight_of_others,
        (group_levels.moves - counted.move_weight * moved.move) / (group_levels.move_weight - counted.move_weight)
            as move_of_others
    from moved
    left join {{ group_levels }} as group_levels using ({{ group_keys() }})
    cross join lateral (
        select
            case
                when moved.is_in_baseline and moved.previous_quality_rating <= moved.least_rating
                    then 1 / (moved.move_variance + group_levels.move_spread)
                else 0
            end as move_weight
    ) as counted
{% endmacro %}

{#
  The level to expect of each that is `shrunken`, and the variance of what may come: of its true level (Morris's s^2), of the
  new figure by chance, and of the move of the others. Without the allowance for what is not known of the group it is that
  of the figures themselves. `drift` is how far true levels move apart of themselves meanwhile, as a variance, where that
  belongs to what is expected.
#}
{% macro expected_levels(drift=none) %}
    select
        *,
        level + shrinkage * (mean_level - level) + move_of_others as expected_level,
        level_variance * (1 - shrinkage)
        + shrinkage * level_variance / ((level_variance + level_spread) * level_weight)
        + 2.0::double precision / (n_moved - 3) * shrinkage ^ 2
        * (mean_variance + level_spread) / (level_variance + level_spread) * (level - mean_level) ^ 2
        + (move_variance - level_variance){% if drift %} + {{ drift }}{% endif %}
        + 1 / weight_of_others as expected_variance,
        level_variance * level_spread / (level_variance + level_spread) + (move_variance - level_variance)
        {%- if drift %} + {{ drift }}{% endif %}
            as variance_without_allowance
    from shrunken
{% endmacro %}

{# What that means for the change of the figure, with a 95 % interval, and how likely chance alone puts it on the list. #}
{% macro expected_changes() %}
    select
        *,
        {{ figure_at_level(
            'expected_kind', 'expected_level', 'variance_without_allowance', 'denominator', 'multiplier'
        ) }}
        - previous_value as expected_change,
        {%- for side, sign in [('lower', '-'), ('upper', '+')] %}
        {{ figure_at_level(
            'expected_kind',
            'expected_level ' ~ sign ~ ' ' ~ t_95('(n_moved - 1)') ~ ' * sqrt(expected_variance)',
            '0', 'denominator', 'multiplier'
        ) }}
        - previous_value as expected_change_{{ side }}_95,
        {%- endfor %}
        {{ chance_of_being_listed() }} as listed_by_chance_probability
    from expected_levels
{% endmacro %}

{#
  How likely a figure is worse than the comparator and than its own of the year before when nothing has truly changed. What
  is counted comes whole, so the bar lies half a count before the first that is worse.
#}
{% macro chance_of_being_listed() -%}
    {%- set bar = '(previous_value, comparator_value) * denominator / multiplier' -%}
    {%- set highest = 'floor(greatest' ~ bar ~ ' + 1e-9) + 0.5' -%}
    {%- set lowest = 'ceil(least' ~ bar ~ ' - 1e-9) - 0.5' -%}
    case
        when expected_kind is null or comparator_value is null then null
        when polarity = 'low'
            then {{ normal_cumulative(
                '(expected_level - ' ~ steady_level('expected_kind', highest, 'denominator') ~ ') / sqrt(expected_variance)'
            ) }}
        when polarity = 'high'
            then {{ normal_cumulative(
                '(' ~ steady_level('expected_kind', lowest, 'denominator') ~ ' - expected_level) / sqrt(expected_variance)'
            ) }}
    end
{%- endmacro %}

{# Whether a change is beyond what was to be expected, and which way by polarity. #}
{% macro beyond_expected(change, lower, upper, polarity) -%}
    case
        when {{ lower }} is null then null
        when {{ change }} between {{ lower }} and {{ upper }} then 'no'
        when {{ polarity }} = 'none' then case when {{ change }} > {{ upper }} then 'higher' else 'lower' end
        when ({{ change }} < {{ lower }}) = ({{ polarity }} = 'low') then 'better'
        else 'worse'
    end
{%- endmacro %}

{#
  The deviate of a two-sided 95 % interval of Student's t, within 0.15 % from three degrees of freedom on: Abramowitz M, Stegun IA
  (1964), Handbook of mathematical functions, 26.7.5. PostgreSQL has no such function.
#}
{% macro t_95(degrees) -%}
    (
        1.959963984540054::double precision + 2.3722712303 / {{ degrees }} + 2.8224986157 / {{ degrees }} ^ 2
        + 2.5558496795 / {{ degrees }} ^ 3 + 1.5895340534 / {{ degrees }} ^ 4
    )
{%- endmacro %}

{# The normal distribution function, to 1e-7: 26.2.17 there. PostgreSQL has `erf` from version 16 on only. #}
{% macro normal_cumulative(deviate) -%}
    (
        select
            case
                when tails.z > 0 then 1 - tails.beyond
                else tails.beyond
            end
        from (
            select
                places.z,
                exp(-least(700, places.z ^ 2 / 2)) / sqrt(2 * pi()) * places.t * (
                    0.319381530 + places.t * (
                        -0.356563782 + places.t * (1.781477937 + places.t * (-1.821255978 + places.t * 1.330274429))
                    )
                ) as beyond
            from (
                select deviates.z, 1 / (1 + 0.2316419 * abs(deviates.z)) as t
                from (select {{ deviate }} as z limit 1) as deviates
                limit 1
            ) as places
        ) as tails
    )
{%- endmacro %}
