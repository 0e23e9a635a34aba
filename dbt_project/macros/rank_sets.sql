{#
  Which ranks chance leaves possible. A figure is surely better than another where the interval of their difference leaves
  out zero; at best it has the rank after all that are surely better, at worst the one before all that are surely worse. The
  sets of all figures of a group hold all true ranks at once in 95 % of cases: Mogstad M, Romano JP, Shaikh AM, Wilhelm D
  (2024), Inference for ranks with applications to mobility across neighbourhoods and academic achievement across countries,
  Review of Economic Studies 91:476-518. There the deviate that all pairs share comes from a bootstrap. Here it is that of the
  studentised range (Tukey 1953, Kramer 1956), which is exact where all figures are as precise and errs on the safe side where
  not (Hayter 1984, Annals of Statistics 12:61-75): the seed rank_set_deviates, by the number of figures. The interval of
  a difference is that of `difference_bound`, so that small counts and shares of nothing keep their chance.
#}

{# One end of a figure's interval for a deviate of its own; null where its kind has none. #}
{% macro bound_at(value_kind, events, total, multiplier, deviate, side) -%}
    case {{ value_kind }}
        when 'proportion' then {{ multiplier }} * {{ wilson_bound(events, total, deviate, side) }}
        when 'rate'
            then
                {{ as_double(multiplier) }} / nullif({{ as_double(total) }}, 0)
                * {{ score_bound_of_events(events, deviate, side) }}
    end
{%- endmacro %}

{#
  Score interval of a count that follows a Poisson distribution, for any deviate: the counts that are as likely as this one.
  Rao CR (1948), Mathematical Proceedings of the Cambridge Philosophical Society 44:50-57.
#}
{% macro score_bound_of_events(events, deviate, side) -%}
    {%- set sign = '-' if side == 'lower' else '+' -%}
    case
        when {{ events }} >= 0
            then
                {{ as_double(events) }} + {{ deviate }} ^ 2 / 2
                {{ sign }} {{ deviate }} * sqrt({{ as_double(events) }} + {{ deviate }} ^ 2 / 4)
    end
{%- endmacro %}

{# Whether one figure is surely higher than another. #}
{% macro is_surely_higher(one, other) -%}
    {{ difference_bound(one ~ '.value', one ~ '.rank_lower', other ~ '.value', other ~ '.rank_upper', '-') }} > 0
{%- endmacro %}

{# Whether one is surely better, by which end of `one` is better. #}
{% macro is_surely_better(one, other) -%}
    case own.polarity
        when 'low' then {{ is_surely_higher(other, one) }}
        else {{ is_surely_higher(one, other) }}
    end
{%- endmacro %}

{# The `ranked` figures that have an interval, with the one for as many figures as they are ranked among. #}
{% macro ranked_with_intervals() %}
    select
        ranked.*,
        {%- for side in ['lower', 'upper'] %}
        {{ bound_at(
            'ranked.value_kind', 'ranked.value * ranked.denominator / ranked.multiplier', 'ranked.denominator',
            'ranked.multiplier', 'deviates.deviate', side
        ) }} as rank_{{ side }}{% if not loop.last %},{% endif %}
        {%- endfor %}
    from ranked
    inner join {{ ref('rank_set_deviates') }} as deviates on ranked.n_ranked = deviates.figures
    where ranked.rank is not null and ranked.value_kind in ('proportion', 'rate')
{% endmacro %}

{# The ranks that are possible for each of the `ranked` figures, of those that are `among` its group. #}
{% macro possible_ranks() %}
    select
        own.authority_code,
        own.period_code,
        own.indicator_code,
        own.basis,
        own.comparator_set,
        1 + count(*) filter (where {{ is_surely_better('others', 'own') }}) as rank_lower_95,
        max(own.n_ranked) - count(*) filter (where {{ is_surely_better('own', 'others') }}) as rank_upper_95
    from (
        {{ ranked_with_intervals() }}
    ) as own
    inner join among as others
        on
            own.comparator_set = others.comparator_set
            and own.comparator_group = others.comparator_group
            and own.period_code = others.period_code
            and own.indicator_code = others.indicator_code
            and own.basis = others.basis
            and own.n_ranked = others.n_ranked
            and own.authority_code <> others.authority_code
    group by own.authority_code, own.period_code, own.indicator_code, own.basis, own.comparator_set
{% endmacro %}
