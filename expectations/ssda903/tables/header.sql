-- The tokens are equal where the values are, this year and last; nothing is worked out where there is nothing to
-- compare with.
with uasc as (
    select submission_id, child, bool_or(is_uasc) as is_uasc
    from checking.ssda903_uasc
    group by submission_id, child
)

select
    typed.*,
    files.headings -> 'uasc' is not null as is_flagged,
    -- What stands here goes before what stands, or does not stand, in UASC.
    case typed.uasc when '1' then true when '0' then false else coalesce(uasc.is_uasc, false) end as is_uasc,
    case
        when last_years.submission_id is not null
            then raw.day_token(typed.authority_code, typed.dob)
    end as dob_token,
    case
        when last_years.submission_id is not null
            then raw.day_token(typed.authority_code, typed.mc_dob)
    end as mc_dob_token,
    case
        when
            last_years.submission_id is not null
            or exists (select 1 from checking.ssda903_held_elsewhere)
            then raw.pupil_token(typed.upn)
    end as upn_token
from typed
inner join checking.ssda903_files as files on typed.file_id = files.file_id
left join uasc
    on typed.submission_id = uasc.submission_id and typed.child = uasc.child
left join checking.ssda903_last_years as last_years on typed.submission_id = last_years.submission_id
