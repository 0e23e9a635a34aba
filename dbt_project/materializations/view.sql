{# In a build of the changes a view that stands is left as it is; it does not where a table below it was replaced. #}
{% materialization view, adapter='postgres' %}
    {%- if since_decision() > 0 and stands(this) -%}
        {{ return(left_as_it_is('view')) }}
    {%- endif -%}
    {{ return(materialization_view_default()) }}
{% endmaterialization %}
