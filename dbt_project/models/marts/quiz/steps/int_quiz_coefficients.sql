{{ config(materialized='table') }}
-- How far the answers of a round agree beyond chance: resample 0 is the round itself; in the others its cases are drawn
-- anew with replacement, as many as there are (Efron B 1979, Bootstrap methods: another look at the jackknife, Annals of
-- Statistics 7:1-26). The possible answers stay those of the round. What is drawn goes by numbers, as text sorts slowly.
with ratings as (
    select
        *,
        dense_rank() over (order by round_code, indicator_code, raters) as asked,
        dense_rank() over (order by answer) as answer_number
    from {{ ref('int_quiz_ratings') }}
),

tallies as (
    select
        asked,
        case_code,
        answer_number,
        count(*)::double precision as given
    from ratings
    group by asked, case_code, answer_number
),

cases as (
    select
        asked,
        case_code,
        sum(given) as answers,
        sum(given * (given - 1)) / nullif(sum(given) * (sum(given) - 1), 0) as agreeing,
        row_number() over (partition by asked order by case_code) as turn,
        count(*) over (partition by asked) as cases
    from tallies
    group by asked, case_code
),

sizes as (
    select distinct cases
    from cases
),

-- Which of so many cases is drawn; the same for all who answer, so that their intervals can be set side by side.
draws as (
    select
        sizes.cases,
        1 + floor({{ drawn_number('resamples.resample', 'turns.draw') }} * sizes.cases)::bigint as turn,
        resamples.resample
    from sizes
    cross join generate_series(1, {{ resamples() }}) as resamples (resample)
    cross join lateral generate_series(1, sizes.cases) as turns (draw)
    where sizes.cases > 1
),

weights as (
    select
        cases,
        turn,
        resample,
        count(*)::double precision as weight
    from draws
    group by cases, turn, resample
    union all
    select distinct
        cases,
        turn,
        0 as resample,
        1 as weight
    from cases
),

observed as (
    select
        cases.asked,
        weights.resample,
        sum(weights.weight) as cases,
        sum(weights.weight * cases.answers) as answers,
        sum(weights.weight * cases.agreeing order by cases.turn)
        / sum(weights.weight) filter (where cases.answers > 1) as agreeing,
        sum(weights.weight * cases.answers * cases.agreeing order by cases.turn)
        / sum(weights.weight * cases.answers) filter (where cases.answers > 1) as agreeing_by_answers
    from cases
    inner join weights on cases.cases = weights.cases and cases.turn = weights.turn
    group by cases.asked, weights.resample
),

shares as (
    select
        cases.asked,
        weights.resample,
        tallies.answer_number,
        sum(weights.weight * tallies.given / cases.answers order by cases.turn) / max(cases.cases) as share,
        coalesce(sum(weights.weight * tallies.given) filter (where cases.answers > 1), 0) as pairable
    from tallies
    inner join cases on tallies.asked = cases.asked and tallies.case_code = cases.case_code
    inner join weights on cases.cases = weights.cases and cases.turn = weights.turn
    group by cases.asked, weights.resample, tallies.answer_number
),

possible as (
    select
        asked,
        round_code,
        indicator_code,
        raters,
        count(distinct answer_number)::integer as categories
    from ratings
    group by asked, round_code, indicator_code, raters
),

by_chance as (
    select
        asked,
        resample,
        sum(share * (1 - share) order by answer_number) as two_others,
        sum(share ^ 2 order by answer_number) as two_alike,
        -- Of two answers that are drawn without putting the first one back.
        sum(pairable * (pairable - 1)) / nullif(sum(pairable) * (sum(pairable) - 1), 0) as two_drawn_alike
    from shares
    group by asked, resample
),

final as (
    select
        possible.round_code,
        possible.indicator_code,
        possible.raters,
        observed.resample,
        observed.cases::integer as cases,
        observed.answers::integer as answers,
        possible.categories,
        observed.agreeing,
        {{ beyond_chance('observed.agreeing', 'by_chance.two_others / nullif(possible.categories - 1, 0)') }}
            as gwet_ac1,
        {{ beyond_chance('observed.agreeing', 'by_chance.two_alike') }} as fleiss_kappa,
        {{ beyond_chance('observed.agreeing_by_answers', 'by_chance.two_drawn_alike') }} as krippendorff_alpha
    from observed
    inner join by_chance on observed.asked = by_chance.asked and observed.resample = by_chance.resample
    inner join possible on observed.asked = possible.asked
)

select * from final
