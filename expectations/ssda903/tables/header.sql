-- The tokens are equal where the values are, this year and last; nothing is worked out where there is nothing to
-- compare with.
select
    typed.*,
    uasc.child is not null as uasc,
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
left join (select distinct submission_id, child from checking.ssda903_uasc) as uasc
    on typed.submission_id = uasc.submission_id and typed.child = uasc.child
left join checking.ssda903_last_years as last_years on typed.submission_id = last_years.submission_id
