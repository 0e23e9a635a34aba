-- What the room said by topic, on the day and some months later: every comment with its theme and how many said the
-- same. Who said it is not told; the comments stand in the order of their words.
with answers as (
    select * from {{ ref('stg_workshop_ballot__answers') }}
),

asked as (
    select * from {{ ref('stg_workshop_ballot__themes') }}
),

topics as (
    select distinct
        round_code,
        item_code,
        item_turn,
        wording
    from asked
),

said as (
    select
        answers.round_code,
        answers.item_code,
        answers.authority_code,
        answers.respondent as perspective,
        max(answers.value) filter (where answers.field = 'theme') as theme_code,
        max(answers.value) filter (where answers.field = 'comment') as comment
    from answers
    group by answers.round_code, answers.item_code, answers.authority_code, answers.respondent
),

final as (
    select
        said.round_code,
        said.item_code as topic_code,
        row_number() over (
            partition by said.round_code, said.item_code
            order by said.theme_code, said.comment, said.perspective, said.authority_code
        )::integer as comment_number,
        topics.item_turn as topic_position,
        topics.wording as topic,
        said.theme_code,
        coalesce(asked.theme, 'Without a theme') as theme,
        (
            count(*) over (partition by said.round_code, said.item_code, said.theme_code)
        )::integer as theme_comments,
        said.perspective,
        said.comment
    from said
    inner join topics on said.round_code = topics.round_code and said.item_code = topics.item_code
    left join asked
        on
            said.round_code = asked.round_code
            and said.item_code = asked.item_code
            and said.theme_code = asked.theme_code
)

select * from final
