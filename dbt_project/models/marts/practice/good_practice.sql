{{ config(post_hook="{{ make_searchable() }}") }}
-- What members have tried, as they sent it last, whether it worked or not: with what it cost, what went wrong, and how well it
-- is known what came of it. That is told by the rules of practice_evidence_rules, not by the entry.
with entries as (
    select * from {{ ref('int_practice_entries') }}
),

indicators as (
    select
        practice_code,
        string_agg(indicator_code, ', ' order by position) as indicators,
        string_agg(indicator_title, '; ' order by position) as indicator_titles
    from {{ ref('practice_indicator') }}
    group by practice_code
),

follow_ups as (
    select * from {{ ref('practice_follow_up') }}
    where is_decisive
),

known as (
    select
        entries.*,
        indicators.indicators as indicator_codes,
        indicators.indicator_titles,
        follow_ups.verdict,
        follow_ups.statement as follow_up,
        -- A year is no evidence.
        regexp_count(
            regexp_replace(entries.evidence, '\m(19|20)[0-9]{2}(-[0-9]{2})?\M', '', 'g'),
            '[0-9]+([.,][0-9]+)*'
        ) as numbers_stated,
        lower(entries.checked_by) <> lower(entries.contact_role) as is_checked
    from entries
    left join indicators on entries.practice_code = indicators.practice_code
    left join follow_ups on entries.practice_code = follow_ups.practice_code
),

rated as (
    select distinct on (known.practice_code)
        known.*,
        rules.rule_code,
        rules.level,
        rules.title as level_title,
        rules.meaning
    from known
    inner join {{ ref('practice_evidence_rules') }} as rules
        on
            coalesce(known.outcome_claimed = rules.outcome_claimed, rules.outcome_claimed is null)
            and coalesce(known.verdict = rules.verdict, rules.verdict is null)
            and coalesce(known.evidence_kind = rules.evidence_kind, rules.evidence_kind is null)
            and coalesce(known.numbers_stated, 0) >= rules.least_numbers
            and (known.is_checked or not rules.must_be_checked)
    order by known.practice_code asc, rules.turn asc
),

other_words as (
    select
        rated.practice_code,
        string_agg(synonyms.also_called, ' ' order by synonyms.said) as also_called
    from rated
    inner join {{ ref('practice_synonyms') }} as synonyms
        on
            to_tsvector(
                'english',
                concat_ws(
                    ' ', rated.title, rated.problem, rated.what_was_done,
                    replace(rated.client_group, '_', ' '), rated.indicator_titles
                )
            ) @@ phraseto_tsquery('english', synonyms.said)
    group by rated.practice_code
),

final as (
    select
        rated.practice_code,
        rated.authority_code,
        authorities.name as authority_name,
        rated.entry_code,
        rated.round_code,
        rated.submission_id,
        rated.title,
        rated.indicator_codes as indicators,
        rated.factor,
        rated.client_group,
        rated.problem,
        rated.what_was_done,
        rated.started_in,
        rated.cost_posts,
        rated.cost_pounds,
        rated.level as evidence_level,
        rated.level_title as evidence_level_title,
        rated.meaning as evidence_level_meaning,
        rated.rule_code as evidence_rule_code,
        rated.evidence_kind,
        rated.evidence,
        rated.outcome_claimed,
        rated.verdict,
        rated.follow_up,
        rated.went_wrong,
        rated.transferable_to,
        rated.contact_role,
        rated.checked_by,
        rated.review_due,
        rated.status,
        rated.archived_because,
        rated.origin,
        concat_ws(
            ' ', replace(rated.client_group, '_', ' '), replace(rated.factor, '_', ' '),
            rated.indicator_titles, other_words.also_called
        ) as also_called
    from rated
    inner join {{ ref('dim_authority') }} as authorities on rated.authority_code = authorities.authority_code
    left join other_words on rated.practice_code = other_words.practice_code
)

select * from final
