-- The token is equal where the social worker is, this year and last; none is worked out where there is no last year.
select
    typed.*,
    case
        when last_years.submission_id is not null
            then raw.worker_token(typed.authority_code, typed.sw_id)
    end as sw_id_token
from typed
left join checking.ssda903_last_years as last_years on typed.submission_id = last_years.submission_id
