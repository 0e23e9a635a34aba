-- How many knew themselves, beside what chance and the bound would give, for each picture and for all of a workshop.
with pictures as (
    select * from {{ ref('stg_ledger__workshop_pictures') }}
),

votes as (
    select * from {{ ref('workshop_vote') }}
),

counted as (
    select
        pictures.round_code,
        coalesce(pictures.picture_code, 'all') as picture_code,
        case when grouping(pictures.picture_code) = 0 then min(pictures.number) else 0 end as number,
        count(distinct votes.authority_code)::integer as authorities,
        count(votes.label)::integer as ballots,
        count(votes.own_label)::integer as votes,
        (count(*) filter (where votes.is_recognised))::integer as recognised,
        coalesce(
            sum(votes.by_chance order by votes.picture_code, votes.authority_code, votes.perspective)
            filter (where votes.own_label is not null), 0
        ) as by_chance,
        coalesce(
            sum(votes.by_bound order by votes.picture_code, votes.authority_code, votes.perspective)
            filter (where votes.own_label is not null), 0
        ) as by_bound
    from pictures
    left join votes on pictures.round_code = votes.round_code and pictures.picture_code = votes.picture_code
    group by grouping sets ((pictures.round_code, pictures.picture_code), (pictures.round_code))
),

bounds as (
    select
        round_code,
        coalesce(picture_code, 'all') as picture_code,
        bool_and(is_revealed) as is_revealed,
        case when grouping(picture_code) = 0 then min(title) else 'All pictures' end as title,
        case when grouping(picture_code) = 0 then min(indicator_code) end as indicator_code,
        case when grouping(picture_code) = 0 then min(period_code) end as period_code,
        sum(members)::integer as marks,
        sum(expected order by number) as expected,
        max(most_certain) as most_certain
    from pictures
    group by grouping sets ((round_code, picture_code), (round_code))
),

final as (
    select
        bounds.round_code,
        bounds.picture_code,
        counted.number,
        bounds.title,
        bounds.indicator_code,
        bounds.period_code,
        bounds.marks,
        bounds.expected,
        bounds.most_certain,
        counted.authorities,
        counted.ballots,
        case when bounds.is_revealed then counted.votes end as votes,
        case when bounds.is_revealed then counted.recognised end as recognised,
        case when bounds.is_revealed then counted.by_chance end as by_chance,
        case when bounds.is_revealed then counted.by_bound end as by_bound,
        case when not bounds.is_revealed then 'The labels have not been revealed yet' end as missing_reason
    from bounds
    inner join counted
        on bounds.round_code = counted.round_code and bounds.picture_code = counted.picture_code
)

select * from final
