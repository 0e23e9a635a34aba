-- What a case counts by every reading: as decided and, where a decision changes it, by that one taken otherwise. By
-- readings that are not here it counts as decided. What the count as decided says of a decision is the one option of it
-- that no other count stands for.
with otherwise as (
    select
        cases.round_code,
        cases.case_code,
        stated.decided as decided_otherwise,
        split_part(stated.decided, '=', 1) as decision_code,
        split_part(stated.decided, '=', 2) as value,
        stated.answer
    from {{ ref('stg_definition_quiz__cases') }} as cases
    cross join lateral jsonb_each_text(cases.otherwise) as stated (decided, answer)
),

as_decided as (
    select
        cases.round_code,
        cases.case_code,
        '' as decided_otherwise,
        options.decision_code,
        options.value,
        cases.key_answer as answer
    from {{ ref('stg_definition_quiz__cases') }} as cases
    left join {{ ref('decision_options') }} as options
        on
            options.is_tried
            and options.decision_code in (
                select otherwise.decision_code from otherwise
                where cases.round_code = otherwise.round_code and cases.case_code = otherwise.case_code
            )
            and options.value not in (
                select otherwise.value from otherwise
                where
                    cases.round_code = otherwise.round_code
                    and cases.case_code = otherwise.case_code
                    and options.decision_code = otherwise.decision_code
            )
),

readings as (
    select * from otherwise
    union all
    select * from as_decided
),

final as (
    select
        readings.round_code,
        readings.case_code,
        coalesce(readings.decision_code, '') as decision_code,
        coalesce(readings.value, '') as value,
        readings.answer,
        readings.decided_otherwise = '' as is_agreed,
        options.meaning
    from readings
    left join {{ ref('decision_options') }} as options
        on readings.decision_code = options.decision_code and readings.value = options.value
)

select * from final
