{{ config(
    materialized='incremental',
    indexes=[{'columns': ['authority_code', 'period_code']}, {'columns': ['period_code']}],
    pre_hook="{{ clear(was_decided_of('pss_ex1')) }}"
) }}
-- Which cells of a PSS EX1 return make up which measure, by the crosswalk of its year. A part whose cell is
-- not in the return has a row with no value, so that the measure is missing and not too small. Returns that
-- were in force are kept beside the one that is, with their times.
with submissions as (
    select * from {{ ref('stg_ledger__submissions') }}
    where
        return_code = 'pss_ex1'
        and {{ changed_submissions('pss_ex1', 'submission_id') }}
),

parts as (
    select
        submissions.submission_id,
        submissions.sender as authority_code,
        submissions.period_code,
        submissions.received_at as recorded_at,
        spells.in_force_from as recorded_from,
        spells.in_force_to as recorded_to,
        measures.measure_code,
        measures.table_name,
        measures.item_code,
        measures.amount_code,
        measures.blank_parts
    from submissions
    inner join {{ ref('stg_ledger__spells') }} as spells on submissions.submission_id = spells.submission_id
    inner join {{ ref('pss_ex1_measures') }} as measures
        on submissions.period_code between measures.from_period and measures.to_period
),

figures as (
    select
        submission_id, 'spend' as table_name, item_code, amount_code,
        file_id, file_name, line_number, column_number, raw_value, amount as value, is_blank as is_empty
    from {{ ref('stg_pss_ex1__spend') }}
    where {{ changed_returns('pss_ex1', 'authority_code', 'period_code') }}
    union all
    select
        submission_id, 'activity' as table_name, item_code, null as amount_code,
        file_id, file_name, line_number, column_number, raw_value, quantity as value, is_empty
    from {{ ref('stg_pss_ex1__activity') }}
    where {{ changed_returns('pss_ex1', 'authority_code', 'period_code') }}
),

final as (
    select
        parts.authority_code,
        parts.period_code,
        parts.measure_code,
        'submitted' as basis,
        parts.submission_id,
        parts.recorded_at,
        parts.recorded_from,
        parts.recorded_to,
        parts.table_name,
        parts.item_code,
        parts.blank_parts,
        figures.file_id,
        figures.file_name,
        figures.line_number,
        figures.column_number,
        figures.raw_value,
        figures.value,
        coalesce(figures.is_empty, false) as is_empty
    from parts
    left join figures
        on
            parts.submission_id = figures.submission_id
            and parts.table_name = figures.table_name
            and parts.item_code = figures.item_code
            and parts.amount_code is not distinct from figures.amount_code
)

select * from final
