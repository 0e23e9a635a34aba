-- Every missing figure of a period: the reason, the newest return behind it, and what the checks said of it.
-- dbt compile --select why_is_a_figure_missing --vars '{period: 2007-08}'
with newest as (
    select distinct on (sender, return_code, period_code) *
    from {{ ref('dim_submission') }}
    order by sender, return_code, period_code, version desc
),

complaints as (
    select
        submission_id,
        string_agg(distinct message, '; ' order by message) as messages
    from {{ ref('fct_finding') }}
    where severity = 'critical'
    group by submission_id
)

select
    authorities.name,
    facts.period_code,
    facts.indicator_code,
    definitions.title,
    facts.missing_reason,
    newest.submission_id,
    newest.version,
    newest.state,
    newest.received_at,
    complaints.messages as critical_findings
from {{ ref('fct_indicator') }} as facts
inner join {{ ref('dim_authority') }} as authorities on facts.authority_code = authorities.authority_code
inner join {{ ref('dim_indicator') }} as definitions
    on
        facts.indicator_code = definitions.indicator_code
        and facts.definition_version = definitions.definition_version
left join newest
    on
        facts.authority_code = newest.sender
        -- What a publisher puts out too, an authority's own return gives here.
        and newest.return_code = any(string_to_array(definitions.source_return, ', '))
        and facts.period_code = newest.period_code
left join complaints on newest.submission_id = complaints.submission_id
where facts.value is null and facts.period_code = '{{ var("period", "2007-08") }}'
order by authorities.name, facts.indicator_code
