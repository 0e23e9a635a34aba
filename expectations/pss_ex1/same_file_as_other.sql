-- The same bytes in two authorities' folders: the form of some years names no council, so the neighbouring
-- years tell whose it is. How spending is spread over the services hardly changes from year to year; between
-- two councils of the same size it does.
with services as (
    select
        submission_id,
        authority_code,
        left(period_code, 4)::int as starts,
        item_code,
        ln(amount) as size
    from checking.pss_ex1_spend
    where amount_code = 'total_expenditure' and amount > 0
),

distances as (
    select
        services.submission_id,
        avg(abs(services.size - neighbours.size)) as distance
    from services
    inner join services as neighbours
        on
            services.authority_code = neighbours.authority_code
            and services.item_code = neighbours.item_code
            and abs(services.starts - neighbours.starts) = 1
    group by services.submission_id
)

select distinct
    files.submission_id,
    files.file_id,
    files.file_name,
    files.authority_code,
    null::integer as line_number,
    null::integer as column_number,
    null::text as value
from checking.pss_ex1_files as files
inner join ledger.submission_file as received on files.file_id = received.file_id
-- One national workbook with a sheet a council is not one council's form sent twice.
inner join ledger.submission_file as twins
    on received.sha256 = twins.sha256 and received.sheet_name is not distinct from twins.sheet_name
inner join ledger.submission as others
    on twins.submission_id = others.submission_id and files.authority_code <> others.sender
left join distances as own on files.submission_id = own.submission_id
left join distances as theirs on others.submission_id = theirs.submission_id
where
    others.state <> 'rejected'
    and others.return_code = 'pss_ex1'
    and case
        when own.distance is not null and theirs.distance is not null then own.distance >= theirs.distance
        else others.is_in_force or others.submission_id < files.submission_id
    end
