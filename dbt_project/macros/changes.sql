{#
  Incremental models work slice by slice: a slice is one authority's figures of one period. A slice has changed when a
  decision about its return was made after the last build (`since_decision`); it is then deleted (`clear`) and written
  anew, so that nothing of an older submission stays behind.

  The changed slices are written into the statement as constants: the planner carries constants down into views and
  window functions, a join it does not, and the time of a small change must not grow with the years already held.
#}

{#
  The last decision that the marts took in, given by `ingestion.model.build`; 0 is none. It differs in every build: a
  variable of dbt would have the whole project parsed again each time, and so would the environment if it were read
  while parsing.
#}
{% macro since_decision() %}
    {{ return(env_var('CLUB_SINCE_DECISION', '0') | int if execute else 0) }}
{% endmacro %}

{# The last decision that this build takes in: what is decided while it runs is left for the next one. #}
{% macro until_decision() %}
    {{ return(env_var('CLUB_UNTIL_DECISION', '9223372036854775807') | int if execute else 0) }}
{% endmacro %}

{# Whether a decision came after the last build, and before this one began. #}
{% macro is_of_this_build(decision) -%}
    {{ decision }} > {{ since_decision() }} and {{ decision }} <= {{ until_decision() }}
{%- endmacro %}

{#
  Leaves out of a build some of the submissions, as if they had not been accepted: to see whether it fails because of one
  of them. Which ones is given by `ingestion.model.build` too.
#}
{% macro is_not_left_out(submission) -%}
    {%- set numbers = env_var('CLUB_LEFT_OUT', '') if execute else '' -%}
    {{ submission ~ ' not in (' ~ numbers ~ ')' if numbers else 'true' }}
{%- endmacro %}

{% macro only_changes() %}
    {#- A test of figures looks at what this build wrote, not at all that is held; a step that becomes part of another
        model's statement goes by the build too. -#}
    {{ return(
        since_decision() > 0
        and (is_incremental() or model.resource_type == 'test' or model.config.materialized == 'ephemeral')
    ) }}
{% endmacro %}

{#
  The slices of this build, each {return_code, sender, period_code}, given by `ingestion.model.build` too: every model of a
  build of the changes asks for them.
#}
{% macro decided_slices() %}
    {{ return(fromjson(env_var('CLUB_DECIDED_SLICES', '[]')) if execute else []) }}
{% endmacro %}

{# Rows of the sender, return and period of a submission that was decided since; the decisions are few and are looked up. #}
{% macro was_decided(sender='sender', return_code='return_code', period='period_code') -%}
    {%- if not only_changes() -%}
        true
    {%- else -%}
        ({{ sender }}, {{ return_code }}, {{ period }}) in (
            select decided.sender, decided.return_code, decided.period_code
            from {{ source('ledger', 'decision') }} as decision
            inner join {{ source('ledger', 'submission') }} as decided
                on decision.submission_id = decided.submission_id
            where {{ is_of_this_build('decision.decision_id') }}
        )
    {%- endif -%}
{%- endmacro %}

{# The same of one return. #}
{% macro was_decided_of(return_code, authority='authority_code', period='period_code') -%}
    {{ was_decided(authority, "'" ~ return_code ~ "'", period) }}
{%- endmacro %}

{# Submissions of a return in a changed slice that count, or did; numbers reach down into window functions too. #}
{% macro changed_submissions(return_code, submission) -%}
    {%- if not only_changes() -%}
        true
    {%- else -%}
        {%- set query %}
            select submission_id
            from {{ source('ledger', 'submission') }}
            where
                -- Figures of a withdrawn one count no longer, and are kept with their times.
                state in ('accepted', 'accepted_with_warnings', 'withdrawn')
                and return_code = '{{ return_code }}'
                and {{ was_decided_of(return_code, 'sender') }}
        {%- endset %}
        {%- set rows = run_query(query).rows if execute else [] -%}
        {{ is_one_of(submission, rows | map(attribute='submission_id')) }}
    {%- endif -%}
{%- endmacro %}

{# Whole years in which a return of authorities, or a control total, has changed. #}
{% macro changed_periods(period) -%}
    {%- if not only_changes() -%}
        true
    {%- else -%}
        {%- set returns = submitted_returns() + control_total_returns() -%}
        {%- set slices = decided_slices() | selectattr('return_code', 'in', returns) | list -%}
        {{ is_one_of(period, slices | map(attribute='period_code')) }}
    {%- endif -%}
{%- endmacro %}

{# Rows of a return's slices that may have changed; the cross of authorities and periods may hold a few more. #}
{% macro changed_returns(return_code, authority, period) -%}
    {%- if not only_changes() -%}
        true
    {%- else -%}
        {%- set slices = decided_slices() | selectattr('return_code', 'equalto', return_code) | list -%}
        {{ is_one_of(authority, slices | map(attribute='sender')) }}
        and {{ is_one_of(period, slices | map(attribute='period_code')) }}
    {%- endif -%}
{%- endmacro %}

{#
  Rows of figures that may have changed, by the basis they rest on. A publisher's file holds many authorities and
  years, so one new file renews all published figures. A period that is new here concerns every authority: those
  that have not sent anything show as missing from then on.
#}
{% macro changed_figures(authority='authority_code', period='period_code', basis='basis', opens_periods=false) -%}
    {%- if not only_changes() -%}
        true
    {%- else -%}
        {%- set slices = decided_slices() -%}
        {%- set submitted = slices | selectattr('return_code', 'in', submitted_returns()) | list -%}
        {%- set periods = submitted | map(attribute='period_code') | unique | list -%}
        {%- set whole = opens_periods and opens_or_closes_a_period(submitted) -%}
        (
            (
                {{ basis }} <> 'published'
                and {{ is_one_of(period, periods) }}
                {% if not whole %}and {{ is_one_of(authority, submitted | map(attribute='sender')) }}{% endif %}
            )
            {% if has_published(slices) %}or {{ basis }} = 'published'{% endif %}
        )
    {%- endif -%}
{%- endmacro %}

{# The same by whole years, where what becomes of a figure depends on those of the other authorities. #}
{% macro changed_years_by_basis(period='period_code', basis='basis') -%}
    {%- if not only_changes() -%}
        true
    {%- else -%}
        (
            ({{ basis }} <> 'published' and {{ changed_periods(period) }})
            {% if has_published(decided_slices()) %}or {{ basis }} = 'published'{% endif %}
        )
    {%- endif -%}
{%- endmacro %}

{#
  Comparisons that may have changed: those of the changed periods, and those of the year after that look back. A new
  model of statistical neighbours changes who is compared with whom, in every year. `looks_back` takes in the years
  before, which the comparisons need to be made.
#}
{% macro changed_comparisons(period, basis, looks_back=false) -%}
    {%- set slices = decided_slices() if only_changes() else [] -%}
    {%- if not only_changes() or slices | selectattr('return_code', 'in', neighbour_returns()) | list -%}
        true
    {%- else -%}
        {%- set submitted = slices | selectattr('return_code', 'in', submitted_returns()) | list -%}
        {%- set periods = [] -%}
        {%- for code in submitted | map(attribute='period_code') | unique -%}
            {%- set starts = code[:4] | int -%}
            {%- for year in range(starts - (1 if looks_back else 0), starts + 2) -%}
                {%- do periods.append(year ~ '-' ~ '%02d' % ((year + 1) % 100)) -%}
            {%- endfor -%}
        {%- endfor -%}
        (
            ({{ basis }} <> 'published' and {{ is_one_of(period, periods) }})
            {% if has_published(slices) %}or {{ basis }} = 'published'{% endif %}
        )
    {%- endif -%}
{%- endmacro %}

{#
  Years of which a row changes with a figure of any basis: those of the changed slices and the years after, which look
  back; where a publisher's figures came, all years.
#}
{% macro changed_years(period) -%}
    {%- if not only_changes() or has_published(decided_slices()) -%}
        true
    {%- else -%}
        {{ changed_comparisons(period, "'submitted'") }}
    {%- endif -%}
{%- endmacro %}

{# Rows of a pair of cost and outcome: those of which the year of the cost, or that of the outcome, has changed. #}
{% macro changed_pairs() -%}
    ({{ changed_years('period_code') }} or {{ changed_years('outcome_period_code') }})
{%- endmacro %}

{#
  Before an incremental model appends: what it is about to write again goes, in the same transaction. It goes by the same
  condition that the model chooses its rows by, not by the rows that it finds: of a slice that has become empty nothing stays.
#}
{% macro clear(changed) %}
    {%- if is_incremental() -%}
        delete from {{ this }}
        where {{ changed }}
    {%- endif -%}
{% endmacro %}

{# Whether a publisher's figures are among the slices; control totals and answers are no figures of authorities. #}
{% macro has_published(slices) %}
    {%- set others = submitted_returns() + control_total_returns() + answer_returns() -%}
    {{ return(slices | rejectattr('return_code', 'in', others) | list | length > 0) }}
{% endmacro %}

{#
  Whether one of these slices is the first of its return in force in its period, or was the last: the figures of that
  return were not expected of anybody before, or are no longer.
#}
{% macro opens_or_closes_a_period(slices) %}
    {%- set good = "('accepted', 'accepted_with_warnings')" -%}
    {%- for return_code in slices | map(attribute='return_code') | unique -%}
        {%- set of_return = slices | selectattr('return_code', 'equalto', return_code) -%}
        {%- set periods = of_return | map(attribute='period_code') | unique | list -%}
        {%- set query %}
            with stood as (
                select
                    submission.period_code,
                    (array_agg(decision.to_state order by decision.decision_id desc))[1] in {{ good }} as is_good,
                    (
                        array_agg(decision.to_state order by decision.decision_id desc)
                        filter (where decision.decision_id <= {{ since_decision() }})
                    )[1] in {{ good }} as was_good
                from {{ source('ledger', 'submission') }} as submission
                inner join {{ source('ledger', 'decision') }} as decision
                    on submission.submission_id = decision.submission_id
                where
                    submission.return_code = '{{ return_code }}'
                    and {{ is_one_of('submission.period_code', periods) }}
                    and decision.decision_id <= {{ until_decision() }}
                group by submission.period_code, submission.submission_id
            )

            select count(*) as otherwise from (
                select from stood
                group by period_code
                having bool_or(coalesce(was_good, false)) <> bool_or(is_good)
            ) as periods
        {%- endset %}
        {%- if execute and run_query(query).rows[0]['otherwise'] > 0 -%}
            {{ return(true) }}
        {%- endif -%}
    {%- endfor -%}
    {{ return(false) }}
{% endmacro %}

{% macro is_one_of(column, values) -%}
    {%- set values = values | unique | list -%}
    {%- if values -%}
        {{ column }} in (
            {%- for value in values -%}
                {{ value if value is number else "'" ~ (value | replace("'", "''")) ~ "'" }}{% if not loop.last %}, {% endif %}
            {%- endfor -%}
        )
    {%- else -%}
        false
    {%- endif -%}
{%- endmacro %}

{#
  The rows of a model that this build wrote: those of the changed slices where it writes by slices; all of them where it
  is written anew, or is a view that has no basis to tell. For tests, which are asked of one model after the other.
#}
{% macro written_rows(name) -%}
    {%- set node = graph.nodes.get('model.' ~ project_name ~ '.' ~ name) if execute else none -%}
    {%- if node is none or not only_changes() or node.config.materialized == 'table' -%}
        true
    {%- elif 'basis' in node.columns and 'authority_code' in node.columns -%}
        {{ changed_figures() }}
    {%- elif node.config.materialized != 'incremental' or 'period_code' not in node.columns -%}
        true
    {%- elif 'authority_code' in node.columns or 'sender' in node.columns -%}
        {%- set slices = decided_slices() -%}
        {{ is_one_of('authority_code' if 'authority_code' in node.columns else 'sender', slices | map(attribute='sender')) }}
        and {{ is_one_of('period_code', slices | map(attribute='period_code')) }}
    {%- else -%}
        {{ is_one_of('period_code', decided_slices() | map(attribute='period_code')) }}
    {%- endif -%}
{%- endmacro %}
