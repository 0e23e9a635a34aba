{#
  Whether two orders of the same few authorities go together, exactly: Kendall's tau-b (1945, Biometrika 33:239-251) and how
  often chance alone gives as much.

  If nothing joins them, every way in which the one order can be dealt out over the other is as likely as any. There are
  14! of them, but what is dealt out is mostly the same few choices, and Kendall's statistic, the pairs in the same order
  less those in the opposite one, grows by whole numbers. So they are counted and not listed: place after place of the one
  order, with how many of each level of the other have been dealt out, and what the statistic has come to. It is exact
  with any ties in either order. Only how many are alike matters, so that pairs with the same pattern share one count.

  How many of each level have been dealt out stands in one whole number, four bits a level: up to fourteen of fourteen levels.
  Sixteen leaves 1 over fifteen, so what a number leaves over fifteen is the sum of its levels.
#}

{# The most points that can be counted so. #}
{% macro most_points() -%} 14 {%- endmacro %}

{#
  The pattern and the statistic of each pair, one row a pair, from the `points` (pair, one, other): the sizes of the ties
  of either order from its lower end, how many pairs of points are in the same order less the others, and tau-b.
#}
{% macro orders_beside_each_other(points, pair) %}
    select
        tied.{{ pair }},
        tied.n,
        tied.one_sizes,
        tied.other_sizes,
        compared.statistic,
        compared.statistic
        / nullif(sqrt(compared.apart_in_one::double precision * compared.apart_in_other), 0) as tau_b
    from (
        select
            {{ pair }},
            max(n)::integer as n,
            array_agg(size order by level) filter (where side = 'one') as one_sizes,
            array_agg(size order by level) filter (where side = 'other') as other_sizes
        from (
            select
                points.{{ pair }},
                sides.side,
                sides.level,
                count(*)::integer as size,
                sum(count(*)) over (partition by points.{{ pair }}, sides.side) as n
            from {{ points }} as points
            cross join lateral (values ('one', points.one), ('other', points.other)) as sides (side, level)
            group by points.{{ pair }}, sides.side, sides.level
        ) as sizes
        group by {{ pair }}
    ) as tied
    inner join (
        select
            lefts.{{ pair }},
            coalesce(sum(sign(lefts.one - rights.one) * sign(lefts.other - rights.other)), 0)::integer / 2 as statistic,
            count(*) filter (where lefts.one <> rights.one) / 2 as apart_in_one,
            count(*) filter (where lefts.other <> rights.other) / 2 as apart_in_other
        from {{ points }} as lefts
        inner join {{ points }} as rights on lefts.{{ pair }} = rights.{{ pair }}
        group by lefts.{{ pair }}
    ) as compared on tied.{{ pair }} = compared.{{ pair }}
{% endmacro %}

{#
  In how many ways each value of the statistic comes about by chance, for each pattern among the `orders`. Ways are whole numbers
  far below the sixteen digits of a double precision.
#}
{% macro ways_of_chance(orders) %}
    with patterns as materialized (
        select
            row_number() over (order by one_sizes, other_sizes)::integer as pattern,
            one_sizes,
            other_sizes,
            n
        from (
            select distinct one_sizes, other_sizes, n from {{ orders }}
            where n between 1 and {{ most_points() }}
        ) as found
    ),

    -- What can be dealt out to each place of the other order, where the places of a tie begin and end together.
    deals as materialized (
        select
            patterns.pattern,
            row_number() over (
                partition by patterns.pattern, levels.level order by ties.tie, turns.turn
            )::integer as place,
            turns.turn = 1 as begins_tie,
            turns.turn = ties.size as ends_tie,
            (4 * (levels.level - 1))::integer as bits,
            levels.size
        from patterns
        cross join lateral unnest(patterns.one_sizes) with ordinality as levels (size, level)
        cross join lateral unnest(patterns.other_sizes) with ordinality as ties (size, tie)
        cross join lateral generate_series(1, ties.size) as turns (turn)
    ),

    dealt_0 as (
        select
            pattern,
            0::bigint as before_tie,
            0::bigint as dealt,
            0 as statistic,
            1::double precision as ways
        from patterns
    ),
    {% for place in range(1, most_points() | int + 1) %}
    dealt_{{ place }} as materialized (
        select
            pattern,
            before_tie,
            dealt,
            statistic,
            sum(ways) as ways
        from (
            select
                so_far.pattern,
                case when deals.ends_tie then 0 else compared.before_tie end as before_tie,
                so_far.dealt + (1::bigint << deals.bits) as dealt,
                so_far.statistic
                + ((compared.before_tie & ((1::bigint << deals.bits) - 1)) % 15)::integer
                - ((compared.before_tie >> (deals.bits + 4)) % 15)::integer as statistic,
                so_far.ways
            from dealt_{{ place - 1 }} as so_far
            inner join deals on so_far.pattern = deals.pattern and deals.place = {{ place }}
            cross join lateral (
                select case when deals.begins_tie then so_far.dealt else so_far.before_tie end as before_tie
            ) as compared
            where (so_far.dealt >> deals.bits) & 15 < deals.size
        ) as next_dealt
        group by pattern, before_tie, dealt, statistic
    ),
    {% endfor %}
    ended as (
        {% for place in range(1, most_points() | int + 1) %}
        select pattern, {{ place }} as n, statistic, ways from dealt_{{ place }}
        {% if not loop.last %}union all{% endif %}
        {% endfor %}
    )

    select
        patterns.one_sizes,
        patterns.other_sizes,
        ended.statistic,
        sum(ended.ways) as ways
    from ended
    inner join patterns on ended.pattern = patterns.pattern and ended.n = patterns.n
    group by patterns.one_sizes, patterns.other_sizes, ended.statistic
{% endmacro %}
