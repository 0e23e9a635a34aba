{#
  What the return catalogue says about the returns, given by `ingestion.model.dbt` with every run: which returns exist is said
  there and not again here. Parsing needs none of it.
#}
{% macro of_catalogue(fact) %}
    {%- set told = var(fact, none) -%}
    {%- if told is none and execute -%}
        {{ exceptions.raise_compiler_error(
            "The variable " ~ fact ~ " is missing. It comes from the return catalogue: run dbt through `club`,"
            ~ " or give it by --vars."
        ) }}
    {%- endif -%}
    {{ return(told or []) }}
{% endmacro %}

{# The returns of figures that authorities send themselves. #}
{% macro submitted_returns() %}{{ return(of_catalogue('submitted_returns')) }}{% endmacro %}

{# What people of authorities answer, by rounds. #}
{% macro answer_returns() %}{{ return(of_catalogue('answer_returns')) }}{% endmacro %}

{# The staging models with these answers, one each. #}
{% macro answer_models() %}{{ return(of_catalogue('answer_models')) }}{% endmacro %}

{# Of those with figures, those whose rows are single persons. #}
{% macro person_level_returns() %}{{ return(of_catalogue('person_level_returns')) }}{% endmacro %}

{# The staging models that give the items of a return, one each: what they are is said in the seed return_measures. #}
{% macro figure_models() %}{{ return(of_catalogue('figure_models')) }}{% endmacro %}

{# The publisher's totals of what authorities send. #}
{% macro control_total_returns() %}{{ return(of_catalogue('control_total_returns')) }}{% endmacro %}

{# Published, and no figures: models of who is like whom. #}
{% macro neighbour_returns() %}{{ return(of_catalogue('neighbour_returns')) }}{% endmacro %}

{# The last financial year that a return has a form for. #}
{% macro last_form_period() %}{{ return(of_catalogue('last_form_period')) }}{% endmacro %}
