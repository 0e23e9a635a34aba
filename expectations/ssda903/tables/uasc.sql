-- Where the file has no flag, having a row here is the status.
select
    typed.*,
    files.headings ? 'uasc' as is_flagged,
    typed.uasc is not distinct from '1' or not files.headings ? 'uasc' as is_uasc
from typed
inner join checking.ssda903_files as files on typed.file_id = files.file_id
