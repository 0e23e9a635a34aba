-- Where the file has no flag, having a row here is the status.
select
    typed.*,
    files.headings -> 'uasc' is not null as is_flagged,
    coalesce(typed.uasc = '1', false) or files.headings -> 'uasc' is null as is_uasc
from typed
inner join checking.ssda903_files as files on typed.file_id = files.file_id
