-- What each decision alone is worth: the figure and the rank if it were decided otherwise, beside those by what the club
-- has decided.
with agreed as (
    select * from {{ ref('fct_reading') }}
    where is_agreed
),

otherwise as (
    select * from {{ ref('fct_reading') }}
    -- One decision, whatever the words of its value are.
    where array_length(string_to_array(decided_otherwise, '='), 1) = 2
),

final as (
    select
        otherwise.authority_code,
        otherwise.period_code,
        otherwise.indicator_code,
        otherwise.definition_version,
        split_part(otherwise.decided_otherwise, '=', 1) as decision_code,
        split_part(otherwise.decided_otherwise, '=', 2) as value_otherwise,
        agreed.value as agreed_value,
        otherwise.value,
        otherwise.value - agreed.value as change,
        agreed.rank as agreed_rank,
        otherwise.rank,
        otherwise.rank - agreed.rank as places,
        otherwise.build_id
    from otherwise
    inner join agreed
        on
            otherwise.authority_code = agreed.authority_code
            and otherwise.period_code = agreed.period_code
            and otherwise.indicator_code = agreed.indicator_code
)

select * from final
