{#
  What every table whose rows are single children has in common. Who reads it: the transformer, who makes it, and each
  authority its own rows. Nobody else has a right to it, whatever the schema grants by default. Where what was known
  before is kept beside what is known now, the authority sees what is known now.
#}
{% macro show_each_authority_its_own() %}
    {%- set columns = adapter.get_columns_in_relation(this) | map(attribute='name') | list if execute else [] %}
    alter table {{ this }} enable row level security;
    drop policy if exists own_children on {{ this }};
    create policy own_children on {{ this }}
        for select to club_authority
        -- Asked once a statement, not once a row.
        using (
            authority_code = (select ledger.authority_of_login())
            {% if 'recorded_to' in columns %}and recorded_to is null{% endif %}
        );
    revoke all on {{ this }} from public, club_loader, club_analyst, club_bi;
    grant select on {{ this }} to club_authority
{% endmacro %}

{# The rows of one table of the SSDA903 returns that are or were in force, with the times. #}
{% macro ssda903_rows(table) %}
    select
        children.*,
        spells.in_force_from as recorded_from,
        spells.in_force_to as recorded_to
    from {{ source('pseudonymised', 'ssda903_' ~ table) }} as children
    inner join {{ ref('stg_ledger__spells') }} as spells
        on children.submission_id = spells.submission_id
    where
        {{ changed_submissions('ssda903', 'children.submission_id') }}
{% endmacro %}

{# The same of the returns in force alone. #}
{% macro ssda903_rows_in_force(table) %}
    select * from ({{ ssda903_rows(table) }}) as returns
    where recorded_to is null
{% endmacro %}

{# Authorities of which a return has changed. #}
{% macro authorities_with_changes(return_code, authority) -%}
    {%- if not only_changes() -%}
        true
    {%- else -%}
        {%- set slices = decided_slices() | selectattr('return_code', 'equalto', return_code) | list -%}
        {{ is_one_of(authority, slices | map(attribute='sender')) }}
    {%- endif -%}
{%- endmacro %}
