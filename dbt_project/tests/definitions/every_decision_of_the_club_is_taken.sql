-- A decision that no model reads, that is none of the options, or whose value is not understood, would be none.
with decisions as (
    select
        decision_code,
        value
    from {{ ref('club_decisions') }}
    union
    select
        decision_code,
        value
    from {{ ref('decision_options') }}
),

problems as (
    select
        decisions.decision_code,
        decisions.value,
        case
            when not ({{ is_one_of('decisions.decision_code', decisions().keys() | list) }})
                then 'no model reads it'
            when options.decision_code is null then 'it is not among the options'
            when
                not case
                    when decisions.decision_code = 'opening_day'
                        then decisions.value in ('included', 'excluded')
                    when {{ about_stays('decisions.decision_code') }}
                        then decisions.value in ('counted', 'ignored')
                    when decisions.decision_code in ('day_of_leaving', 'day_of_start')
                        then decisions.value in ('counted', 'not_counted')
                    when decisions.decision_code = 'short_break_statuses'
                        then decisions.value ~ '^V[0-9]( V[0-9])*$'
                    when decisions.decision_code = 'adoption_reasons'
                        then decisions.value ~ '^E[0-9]+( E[0-9]+)*$'
                    else decisions.value ~ '^[0-9]+$'
                end
                then 'no model understands it'
        end as problem
    from decisions
    left join {{ ref('decision_options') }} as options
        on decisions.decision_code = options.decision_code and decisions.value = options.value
)

select * from problems
where problem is not null
