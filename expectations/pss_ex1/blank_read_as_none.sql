-- Empty cells that are read as none: beside a filled part of their measure (own provision, residents of one kind),
-- where nothing was spent on it, or where the placements are stated that it is a part of. A cell may be part of
-- several measures; it is told once.
select
    submission_id,
    file_id,
    file_name,
    line_number,
    column_number,
    raw_value as value,
    label as what,
    case max(case when is_blank then beside_is else 'counterpart' end)
        when 'counterpart' then 'while its counterpart is filled in'
        when 'stated' then 'while the other placements are filled in'
        else 'and nothing was spent on it'
    end as because
from checking.pss_ex1_parts
where table_name = 'activity' and is_empty and measure_value is not null
group by submission_id, file_id, file_name, line_number, column_number, raw_value, label
