-- Which label each perspective of a member took for its own, and after the reveal whether it was.
with answers as (
    select * from {{ ref('stg_workshop_ballot__answers') }}
),

pictures as (
    select * from {{ ref('stg_ledger__workshop_pictures') }}
),

labels as (
    select * from {{ ref('stg_ledger__workshop_labels') }}
),

votes as (
    select
        answers.round_code,
        answers.item_code as picture_code,
        answers.authority_code,
        answers.respondent as perspective,
        max(answers.value) filter (where answers.field = 'label') as label,
        max(answers.value) filter (where answers.field = 'certainty') as certainty,
        max(answers.value) filter (where answers.field = 'reason') as reason,
        max(answers.submission_id) as submission_id
    from answers
    group by answers.round_code, answers.item_code, answers.authority_code, answers.respondent
),

final as (
    select
        votes.round_code,
        votes.picture_code,
        votes.authority_code,
        votes.perspective,
        votes.label,
        votes.certainty,
        votes.reason,
        labels.label as own_label,
        votes.label = labels.label as is_recognised,
        1.0::double precision / pictures.members as by_chance,
        labels.guess as by_bound,
        case
            when not pictures.is_revealed then 'The labels have not been revealed yet'
            when labels.label is null then 'It had no figure in this picture'
        end as missing_reason,
        votes.submission_id
    from votes
    inner join pictures
        on votes.round_code = pictures.round_code and votes.picture_code = pictures.picture_code
    left join labels
        on
            votes.round_code = labels.round_code
            and votes.picture_code = labels.picture_code
            and votes.authority_code = labels.authority_code
    where votes.label is not null
)

select * from final
