{{ config(pre_hook=without_loops()) }}
-- How far two perspectives differ on the same item: of the pairs of answers of different members, the share of those
-- between the two that differ, less the mean share within each of them. 0 where it makes no difference who is asked; it
-- can come out a little below. Text is not compared.
with answers as (
    {% for model in answer_models() %}
        select
            '{{ model.removeprefix('stg_').removesuffix('__answers') }}' as return_code,
            round_code,
            item_code,
            authority_code,
            respondent as perspective,
            value
        from {{ ref(model) }}
        where field = 'answer' and respondent <> ''
        union all
    {% endfor %}
    select
        null::text as return_code,
        null::text as round_code,
        null::text as item_code,
        null::text as authority_code,
        null::text as perspective,
        null::text as value
    where false
),

compared as (
    select
        answers.*,
        perspectives.position
    from answers
    inner join {{ ref('perspectives') }} as perspectives on answers.perspective = perspectives.perspective
    inner join {{ ref('stg_answers__fields') }} as fields
        on
            answers.return_code = fields.return_code
            and answers.round_code = fields.round_code
            and answers.item_code = fields.item_code
            and fields.field = 'answer'
            and fields.kind in ('choice', 'number')
),

paired as (
    select
        one.return_code,
        one.round_code,
        one.item_code,
        one.perspective,
        other.perspective as other_perspective,
        one.authority_code = other.authority_code as is_at_home,
        one.value <> other.value as is_differing
    from compared as one
    inner join compared as other
        on
            one.return_code = other.return_code
            and one.round_code = other.round_code
            and one.item_code = other.item_code
            and (
                one.position < other.position
                or one.position = other.position and one.authority_code < other.authority_code
            )
),

pairs as (
    select
        return_code,
        round_code,
        item_code,
        perspective,
        other_perspective,
        count(*) filter (where not is_at_home)::integer as pairs,
        count(*) filter (where not is_at_home and is_differing)::integer as differing,
        count(*) filter (where is_at_home)::integer as pairs_at_home,
        count(*) filter (where is_at_home and is_differing)::integer as differing_at_home
    from paired
    group by return_code, round_code, item_code, perspective, other_perspective
),

final as (
    select
        pairs.return_code,
        pairs.round_code,
        pairs.item_code,
        pairs.perspective,
        pairs.other_perspective,
        pairs.pairs,
        pairs.differing,
        coalesce(own.pairs, 0) + coalesce(others.pairs, 0) as pairs_within,
        coalesce(own.differing, 0) + coalesce(others.differing, 0) as differing_within,
        pairs.pairs_at_home,
        pairs.differing_at_home,
        pairs.differing::double precision / nullif(pairs.pairs, 0)
        - (
            own.differing::double precision / nullif(own.pairs, 0)
            + others.differing::double precision / nullif(others.pairs, 0)
        ) / 2 as gap
    from pairs
    left join pairs as own
        on
            pairs.return_code = own.return_code
            and pairs.round_code = own.round_code
            and pairs.item_code = own.item_code
            and pairs.perspective = own.perspective
            and pairs.perspective = own.other_perspective
    left join pairs as others
        on
            pairs.return_code = others.return_code
            and pairs.round_code = others.round_code
            and pairs.item_code = others.item_code
            and pairs.other_perspective = others.perspective
            and pairs.other_perspective = others.other_perspective
    where pairs.perspective <> pairs.other_perspective
)

select * from final
