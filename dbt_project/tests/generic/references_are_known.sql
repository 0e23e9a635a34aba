{#
  Whether what the columns of a model point at is there, all of them in one test. Each reference is {column, to, field,
  where}: `field` is the column over there where it has another name, `where` the rows that point there at all. Those of
  marts to marts are declared as foreign keys, too (`foreign_keys`).
#}
{% test references_are_known(model, references) %}
    {%- set promises = [] -%}
    {%- for reference in references -%}
        {%- set field = reference.field or reference.column -%}
        {%- set unknown = reference.column ~ ' not in (select known.' ~ field ~ ' from ' ~ reference.to
            ~ ' as known where known.' ~ field ~ ' is not null)' -%}
        {%- do promises.append({
            'column': reference.column,
            'says': 'is known in ' ~ reference.to.identifier,
            'breaks': '(' ~ reference.where ~ ' and ' ~ unknown ~ ')' if reference.where else unknown,
        }) -%}
    {%- endfor -%}
    {{ broken_promises(model, promises) }}
{% endtest %}
