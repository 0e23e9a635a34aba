{# Which seeds are loaded, and from what (`materializations/seed.sql`). #}
{% macro loaded_seeds() -%}
    {{ target.schema }}.loaded_seeds
{%- endmacro %}

{# Before every run. #}
{% macro make_room_for_loaded_seeds() -%}
    {%- if execute and flags.WHICH in ('build', 'seed') %}
        create schema if not exists {{ target.schema }};
        create table if not exists {{ loaded_seeds() }} (seed text primary key, digest text not null);
        comment on table {{ loaded_seeds() }} is 'Seeds that are loaded, and what each was loaded from';
        comment on column {{ loaded_seeds() }}.seed is 'The seed, which is the name of its table';
        comment on column {{ loaded_seeds() }}.digest is 'MD5 of its file, types and descriptions'
    {%- endif -%}
{%- endmacro %}

{# After a seed is loaded, in the same transaction. #}
{% macro note_loaded_seed() -%}
    insert into {{ loaded_seeds() }} (seed, digest) values ('{{ this.identifier }}', '{{ digest_of_seed() }}')
    on conflict (seed) do update set digest = excluded.digest
{%- endmacro %}

{# Of all that the table is made from: the file, the types, and the descriptions. #}
{% macro digest_of_seed() -%}
    {{ return(local_md5(tojson([
        model.checksum.checksum, model.config.column_types, model.columns, model.description,
    ], sort_keys=true))) }}
{%- endmacro %}
