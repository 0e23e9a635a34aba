-- The rounds of the questionnaire, and who of a department answers: '' for the department as a whole.
with final as (
    select
        round_code,
        title,
        introduction,
        opens_on,
        closes_on,
        form_version,
        case when cardinality(respondents) = 0 then array[''] else respondents end as respondents
    from {{ source('raw', 'answer_rounds') }}
    where return_code = 'questionnaire'
)

select * from final
