{{ config(schema='sharing', materialized='table') }}
-- The same, as it may leave the club.
select authority_code, period_code, measure_code, value
from {{ ref('fct_measure') }}
