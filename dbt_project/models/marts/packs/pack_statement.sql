-- What a pack says of a member in words: each finding that a rule of statement_rules speaks of, its sentence with the
-- figures of the row, and the question to ask. The first five stand on the front page, one an indicator: the surest first,
-- then one of each kind in turn, the largest of it.
with spoken as (
    select
        findings.*,
        rules.rule_code,
        rules.priority,
        rules.sentence,
        rules.question
    from {{ ref('int_statement_findings') }} as findings
    inner join {{ ref('statement_rules') }} as rules
        on findings.kind = rules.kind and findings.finding = rules.finding
    where
        {{ certainty_in_order('findings.certainty') }} >= {{ certainty_in_order('rules.least_certainty') }}
        and coalesce(findings.size, 0) >= rules.least_size
),

chosen as (
    select
        *,
        row_number() over (
            partition by group_code, authority_code, indicator_code
            order by {{ certainty_in_order('certainty') }} desc, priority, rule_code
        ) as turn_of_indicator
    from spoken
),

in_kinds as (
    select
        *,
        row_number() over (
            partition by group_code, authority_code, kind, turn_of_indicator = 1
            order by {{ certainty_in_order('certainty') }} desc, priority, size desc, indicator_code
        ) as turn_of_kind
    from chosen
),

ordered as (
    select
        *,
        row_number() over (
            partition by group_code, authority_code
            order by
                turn_of_indicator = 1 desc, {{ certainty_in_order('certainty') }} desc, turn_of_kind,
                priority, indicator_code
        ) as position
    from in_kinds
),

worded as (
    select
        ordered.*,
        profiles.period_code,
        profiles.basis,
        {{ in_words('ordered.sentence', {
            'title': "profiles.title",
            'value': figure_in_words('profiles.value', 'profiles.unit', 'profiles.decimals', 'profiles.title'),
            'period': 'profiles.period_code',
            'comparator': figure_in_words('profiles.region_value', 'profiles.unit', 'profiles.decimals', 'profiles.title'),
            'region': 'profiles.region',
            'regions': possessive('profiles.region'),
            'direction': "case when profiles.gap > 0 then 'higher' else 'lower' end",
            'better': "case when profiles.polarity = 'none' then 'neither end is better' else profiles.polarity || ' is better' end",
            'certainty': "case ordered.certainty when '99.8' then '500' else '20' end",
            'previous': figure_in_words('profiles.previous_value', 'profiles.unit', 'profiles.decimals', 'profiles.title'),
            'expected_lower': signed_in_words('profiles.expected_change_lower_95', 'profiles.decimals'),
            'expected_upper': signed_in_words('profiles.expected_change_upper_95', 'profiles.decimals'),
            'gap': figure_in_words('abs(profiles.gap)', 'profiles.unit', 'profiles.decimals', 'profiles.title'),
            'position': place_in_words('profiles.position_by_size', 'profiles.n_by_size', 'dearest', 'cheapest', 'cheapest'),
            'n': "case ordered.kind when 'cost' then profiles.n_by_size when 'missing' then profiles.region_n else profiles.n_ranked end::text",
            'rank': place_in_words('profiles.rank', 'profiles.n_ranked', 'best', 'last', 'from last'),
            'pounds': pounds_a_year_in_words('profiles.gap_pounds_a_year'),
            'reason': "coalesce(profiles.missing_reason, profiles.quality_reasons)",
        }) }} as statement
    from ordered
    inner join {{ ref('authority_profile') }} as profiles
        on
            ordered.group_code = profiles.group_code
            and ordered.authority_code = profiles.authority_code
            and ordered.indicator_code = profiles.indicator_code
),

final as (
    select
        group_code,
        authority_code,
        indicator_code,
        rule_code,
        position::integer as position,
        turn_of_indicator = 1 and position <= 5 as is_on_front_page,
        kind,
        finding,
        certainty,
        size,
        period_code,
        basis,
        statement,
        question
    from worded
)

select * from final
