-- A decision whose value no model understands would be none.
select decision_code, value
from {{ ref('club_decisions') }}
where
    not case
        when decision_code = 'opening_day' then value in ('included', 'excluded')
        when decision_code in ('non_returning_stay', 'stay_open_at_year_end', 'overlong_stay')
            then value in ('counted', 'ignored')
        when decision_code = 'day_of_leaving' then value in ('counted', 'not_counted')
        when decision_code = 'short_break_statuses' then value ~ '^V[0-9]( V[0-9])*$'
        when decision_code = 'adoption_reasons' then value ~ '^E[0-9]+( E[0-9]+)*$'
        else value ~ '^[0-9]+$'
    end
