{# A view that stands is left as it is; it does not where a table below it was replaced. #}
{% materialization view, adapter='postgres' %}
    {%- if since_decision() > 0 and stands(this) -%}
        {%- call statement('main') -%} select 1 {%- endcall -%}
        {{ return({'relations': [this.incorporate(type='view')]}) }}
    {%- endif -%}
    {{ return(materialization_view_default()) }}
{% endmaterialization %}
