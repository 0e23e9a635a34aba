{#
  How far those who were asked agree with each other beyond chance. The arguments are SQL expressions; what they mean:
  `agreeing` is the share of pairs of answers to a case that are the same, a mean over the cases with two answers or more.

  What chance would make of it is told by the shares of the answers, and each method tells it otherwise. With answers missing:
  Gwet KL (2014), Handbook of Inter-Rater Reliability, 4th edition, Advanced Analytics, chapters 2 and 5; AC1: Gwet KL (2008),
  Computing inter-rater reliability and its variance in the presence of high agreement, British Journal of Mathematical and
  Statistical Psychology 61:29-48; kappa: Fleiss JL (1971), Measuring nominal scale agreement among many raters, Psychological
  Bulletin 76:378-382; alpha: Krippendorff K (2011), Computing Krippendorff's alpha-reliability, University of Pennsylvania.
#}

{# The coefficients, in the order in which they are shown. #}
{% macro coefficients() %}{{ return(['gwet_ac1', 'krippendorff_alpha', 'fleiss_kappa']) }}{% endmacro %}

{# Of the agreement that chance leaves room for, how much there is; null where chance leaves none. #}
{% macro beyond_chance(agreeing, by_chance) -%}
    ({{ agreeing }} - {{ by_chance }}) / nullif(1 - {{ by_chance }}, 0)
{%- endmacro %}

{# How often the cases are drawn anew for an interval. #}
{% macro resamples() %}{{ return(1000) }}{% endmacro %}

{#
  The random number of a draw, from 0 to below 1. It is a hash of what is drawn, so that every build, on every server, draws
  the same: random() after setseed() depends on the plan.
#}
{% macro drawn_number(resample, draw) -%}
    ('x' || encode(substring(sha256(convert_to({{ resample }} || '.' || {{ draw }}, 'UTF8')) from 1 for 4), 'hex'))::bit(32)::bigint
    / 4294967296.0::double precision
{%- endmacro %}
