select
    totals.submission_id,
    totals.file_id,
    totals.file_name,
    totals.line_number,
    totals.column_number,
    totals.raw_value as value,
    totals.councils_counted,
    groups.title as group_title,
    concat_ws(', ', quote_literal(totals.item_label), replace(totals.amount_code, '_', ' ')) as what,
    trim_scale(round(totals.stated_total, 3)) as stated,
    trim_scale(round(totals.sum_of_councils, 3)) as expected,
    trim_scale(round(abs(totals.difference), 3)) as apart,
    case when totals.difference > 0 then 'large' else 'small' end as direction
from checking.pss_ex1_totals_control_totals as totals
inner join staging.authority_groups as groups on totals.group_code = groups.group_code
where totals.status = 'differs'
