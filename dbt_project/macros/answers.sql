{#
  What people answered to a return of answers, in submissions in force, as its form takes it: one row for each good answer.
  A choice is its code, however it was written; text is cut to the longest that the form takes; what is no choice or no
  number, and what is not asked, is left out and stands in a finding.

  The staging model of the return selects from it: `with final as ({{ answers_of('questionnaire') }}) select * from final`.
#}
{% macro answers_of(return_code) %}
    with given as (
        select
            given.submission_id,
            given.file_id,
            given.answer_number,
            given.line_number,
            given.sheet_name,
            given.cell,
            given.respondent,
            given.field,
            given.value,
            case when asked.item_code = '*' then given.item_code else asked.item_code end as item_code,
            submissions.sender as authority_code,
            submissions.period_code as round_code,
            asked.item_code as asked_code,
            asked.item_version,
            asked.kind,
            asked.longest,
            asked.least,
            asked.most
        from {{ source('raw', return_code ~ '_answers') }} as given
        inner join {{ ref('stg_ledger__submissions') }} as submissions
            on given.submission_id = submissions.submission_id
        inner join {{ source('raw', 'answer_rounds') }} as rounds
            on rounds.return_code = '{{ return_code }}' and submissions.period_code = rounds.round_code
        inner join {{ source('raw', 'answer_forms') }} as asked
            on
                asked.return_code = '{{ return_code }}'
                and submissions.period_code = asked.round_code
                and (lower(given.item_code) = lower(asked.item_code) or asked.item_code = '*')
                and given.field = asked.field
        where
            submissions.is_in_force
            and case
                when cardinality(rounds.respondents) = 0 then given.respondent = ''
                else given.respondent = any(rounds.respondents)
            end
    ),

    names as ({{ names_of_choices(return_code) }}),

    chosen as ({{ chosen_in('given', 'names') }})

    select
        given.submission_id,
        given.authority_code,
        given.round_code,
        given.item_code,
        given.item_version,
        given.respondent,
        given.field,
        case
            when given.kind in ('choice', 'choices') then chosen.codes
            when given.kind = 'number' then trim_scale(raw.to_number(given.value))::text
            else left(given.value, given.longest)
        end as value,
        given.file_id,
        given.line_number,
        given.sheet_name,
        given.cell
    from given
    left join chosen
        on
            given.submission_id = chosen.submission_id
            and given.file_id = chosen.file_id
            and given.answer_number = chosen.answer_number
            and given.asked_code = chosen.asked_code
    where
        case
            when given.kind in ('choice', 'choices') then chosen.codes is not null
            when given.kind = 'number'
                then
                    raw.to_number(given.value) >= coalesce(given.least, '-infinity')
                    and raw.to_number(given.value) <= coalesce(given.most, 'infinity')
            else true
        end
{% endmacro %}

{# By what each choice of a form is known: its code and its label. #}
{% macro names_of_choices(return_code) %}
    select distinct
        forms.round_code,
        forms.item_code,
        forms.field,
        listed.turn,
        listed.choice ->> 'code' as code,
        lower(known.name) as name
    from {{ source('raw', 'answer_forms') }} as forms
    cross join jsonb_array_elements(forms.choices) with ordinality as listed (choice, turn)
    cross join unnest(array[listed.choice ->> 'code', listed.choice ->> 'label']) as known (name)
    where forms.return_code = '{{ return_code }}'
{% endmacro %}

{# The codes of the choices that an answer names, separated by semicolons where it may name several. #}
{% macro chosen_in(given, names) %}
    select
        submission_id,
        file_id,
        answer_number,
        asked_code,
        case kind when 'choice' then min(code) else string_agg(code, '; ' order by turn) end as codes
    from (
        select distinct
            parts.submission_id,
            parts.file_id,
            parts.answer_number,
            parts.asked_code,
            parts.kind,
            names.turn,
            names.code
        from (
            select
                submission_id,
                file_id,
                answer_number,
                asked_code,
                round_code,
                field,
                kind,
                unnest(
                    case kind
                        when 'choices' then regexp_split_to_array(lower(btrim(value)), '\s*;\s*')
                        else array[lower(btrim(value))]
                    end
                ) as part
            from {{ given }}
            where kind in ('choice', 'choices')
        ) as parts
        inner join {{ names }} as names
            on
                parts.round_code = names.round_code
                and parts.asked_code = names.item_code
                and parts.field = names.field
                and parts.part = names.name
    ) as named
    group by submission_id, file_id, answer_number, asked_code, kind
{% endmacro %}
