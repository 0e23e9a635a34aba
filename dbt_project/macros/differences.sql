{#
  One end of the interval of a difference, from the intervals of its two sides: their distances to the ends that face
  each other, squared and added. With the Wilson intervals of two proportions this is method 10 of Newcombe (1998),
  Statistics in Medicine 17:873-890, the hybrid score interval; that the same holds for any two intervals, those of
  rates too, is shown by Zou and Donner (2008), Statistics in Medicine 27:1693-1702 (MOVER). It takes the two sides as
  independent. Null when either has no interval.
#}
{% macro difference_bound(value, bound, other_value, other_bound, sign) -%}
    {{ value }} - {{ other_value }}
    {{ sign }} sqrt(({{ value }} - {{ bound }}) ^ 2 + ({{ other_value }} - {{ other_bound }}) ^ 2)
{%- endmacro %}
