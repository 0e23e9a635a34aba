"""SSDA903: raw tables that only the loader reads, pseudonymised ones that the models read, and access to them."""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0006"
down_revision = "0005"

TABLES = {
    "header": "child sex dob ethnic upn mother mc_dob",
    "episodes": "child decom rne ls cin place place_provider dec rec reason_place_change home_post pl_post urn",
    "reviews": "child dob review review_code",
    "uasc": "child sex dob duc",
    "oc2": "child dob sdq_score sdq_reason convicted health_check immunisations teeth_check health_assessment"
    " substance_misuse intervention_received intervention_offered",
    "oc3": "child dob in_touch activ accom",
    "ad1": "child dob date_int date_match foster_care nb_adoptr sex_adoptr ls_adoptr",
    "placed_adoption": "child dob date_placed date_placed_ceased reason_placed_ceased",
    "prev_perm": "child dob prev_perm la_perm date_perm",
    "missing": "child dob missing mis_start mis_end",
    "sw_episodes": "child dob sw_id sw_decom sw_dec sw_reason",
    "dolo": "child dob dolo_start dolo_end",
}  # fmt: skip

DATES = (
    "decom", "dec", "review", "duc", "date_int", "date_match", "date_placed", "date_placed_ceased", "mis_start",
    "mis_end", "sw_decom", "sw_dec", "dolo_start", "dolo_end",
)  # fmt: skip

# The replacement of each column that would identify the child. UPN is stored nowhere.
INSTEAD = {
    "child": (("child_id", sa.Text),),
    "dob": (("birth_month", sa.Date),),
    "mc_dob": (("mc_birth_month", sa.Date),),
    "upn": (),
    "home_post": (("home_post_sector", sa.Text), ("home_address_id", sa.Text)),
    "pl_post": (("pl_post_sector", sa.Text), ("placement_address_id", sa.Text)),
    "sw_id": (("social_worker_id", sa.Text),),
    "date_perm": (("date_perm_text", sa.Text),),
}

# Columns derived from the true values while the loader has them: tokens that are equal where the values are,
# and the age in whole years on the first and on the last day of the year.
WORKED_OUT = {
    "header": (("dob_token", sa.Text), ("upn_token", sa.Text), ("mc_dob_token", sa.Text)),
    "episodes": (
        ("age_at_start", sa.Integer),
        ("age_at_end", sa.Integer),
        ("pl_distance", sa.Numeric),
        ("pl_la", sa.Text),
        ("pl_location", sa.Text),
    ),
}

# `31/12/2024`, `2024-12-31` and a spreadsheet's versions of either; an impossible date gives null here and
# a finding in the checks.
_YEAR = "(19|20|21)[0-9]{2}"
_DAY_FIRST = "((0?[1-9]|1[0-9]|2[0-8])/(0?[1-9]|1[0-2])|(29|30)/(0?[13-9]|1[0-2])|31/(0?[13578]|1[02]))/" + _YEAR
_YEAR_FIRST = _YEAR + "-((0[1-9]|1[0-2])-(0[1-9]|1[0-9]|2[0-8])|(0[13-9]|1[0-2])-(29|30)|(0[13578]|1[02])-31)"
_MIDNIGHT = "([T ]00[:]00([:]00)?)?"
TO_DATE = f"""
create function raw.to_date(cell text) returns date
language sql immutable parallel safe
return case
    when btrim(cell) ~ '^{_DAY_FIRST}$' or (
        btrim(cell) ~ '^29/0?2/{_YEAR}$' and raw.is_leap_year(right(btrim(cell), 4)::int)
    ) then make_date(
        right(btrim(cell), 4)::int, split_part(cell, '/', 2)::int, split_part(btrim(cell), '/', 1)::int
    )
    when btrim(cell) ~ '^{_YEAR_FIRST}{_MIDNIGHT}$' or (
        btrim(cell) ~ '^{_YEAR}-02-29{_MIDNIGHT}$' and raw.is_leap_year(left(btrim(cell), 4)::int)
    ) then make_date(
        left(btrim(cell), 4)::int, split_part(cell, '-', 2)::int, left(split_part(cell, '-', 3), 2)::int
    )
end
"""

IS_LEAP_YEAR = """
create function raw.is_leap_year(year integer) returns boolean
language sql immutable parallel safe
return year % 4 = 0 and (year % 100 <> 0 or year % 400 = 0)
"""

# HMAC-SHA256. The two paddings of the key are settings of the loader's session: the key is in no table, no
# statement and no log. The same value has another pseudonym in another scope; half the hash is a name long enough.
PSEUDONYM = """
create function raw.pseudonym(scope text, value text) returns text
language sql stable strict parallel safe
return left(
    encode(
        sha256(
            decode(current_setting('club.pseudonym_outer'), 'hex')
            || sha256(
                decode(current_setting('club.pseudonym_inner'), 'hex')
                || convert_to(scope || chr(31) || value, 'UTF8')
            )
        ),
        'hex'
    ),
    32
)
"""

# The input of each pseudonym, in one place: this year's and last year's have to be the same. All but a pupil's
# are specific to one authority, whose number 17 is another child than its neighbour's. UN1 to UN5 mean that a
# pupil number is not known; they identify nobody, and are kept as they are.
TOKENS = {
    "child_pseudonym(authority text, child text)": "raw.pseudonym(authority || ' child', child)",
    "day_token(authority text, day date)": "raw.pseudonym(authority || ' dob', day::text)",
    "postcode_token(authority text, postcode text)": (
        "raw.pseudonym(authority || ' post', replace(postcode, ' ', ''))"
    ),
    "worker_token(authority text, worker text)": "raw.pseudonym(authority || ' worker', worker)",
    "pupil_token(upn text)": "case when upn ~ '^UN[1-5]$' then upn else raw.pseudonym('upn', upn) end",
}

# 'CV1 2AB' and 'cv12ab' are in CV1 2; a text too short for a postcode has no sector.
POSTCODE_SECTOR = r"""
create function raw.postcode_sector(postcode text) returns text
language sql immutable parallel safe
return case
    when regexp_replace(upper(postcode), '\s', '', 'g') ~ '^[A-Z]{1,2}[0-9][A-Z0-9]?[0-9][A-Z]{2}$'
        then regexp_replace(regexp_replace(upper(postcode), '\s', '', 'g'), '^(.*)([0-9])[A-Z]{2}$', '\1 \2')
end
"""

# An authority's login is named after it. Other logins match no authority, and see no child.
AUTHORITY_OF_LOGIN = """
create function ledger.authority_of_login() returns text
language sql stable parallel safe
return case
    when session_user like 'club\\_authority\\_%'
        then replace(substr(session_user, length('club_authority_') + 1), '_', '-')
end
"""


def upgrade() -> None:
    op.execute(IS_LEAP_YEAR)
    op.execute(TO_DATE)
    op.execute(PSEUDONYM)
    for signature, body in TOKENS.items():
        op.execute(f"create function raw.{signature} returns text language sql stable parallel safe return {body}")
    op.execute(POSTCODE_SECTOR)
    op.execute(AUTHORITY_OF_LOGIN)
    for name, columns in TABLES.items():
        _create_raw(name, columns.split())
        _create_pseudonymised(name, columns.split())
    op.create_table(
        "reference_postcodes",
        sa.Column("postcode", sa.Text, primary_key=True, comment="In capitals, without the blank"),
        sa.Column("easting", sa.Integer, nullable=False, comment="Metres, British National Grid"),
        sa.Column("northing", sa.Integer, nullable=False, comment="Metres, British National Grid"),
        sa.Column("la_code", sa.Text, nullable=False, comment="GSS code of the authority it lies in"),
        schema="raw",
        comment="The postcode directory, where it has been loaded",
    )
    op.create_table(
        "reference_providers",
        sa.Column("urn", sa.Text, primary_key=True),
        sa.Column("la_code", sa.Text, nullable=True, comment="GSS code of the authority it lies in"),
        sa.Column("provider_code", sa.Text, nullable=True, comment="Kinds of provider it may be recorded as"),
        sa.Column("place_codes", sa.ARRAY(sa.Text), nullable=False, comment="Placement codes it may be used with"),
        sa.Column("registered_on", sa.Date, nullable=True),
        sa.Column("closed_on", sa.Date, nullable=True),
        sa.Column("postcode", sa.Text, nullable=True, comment="Missing where Ofsted withholds it"),
        schema="raw",
        comment="Ofsted's list of providers, where it has been loaded",
    )
    op.add_column(
        "submission_file",
        sa.Column("headings", JSONB, nullable=True, comment="Columns of the table to their numbers in the file"),
        schema="ledger",
    )
    op.add_column(
        "submission",
        sa.Column(
            "children_purged_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="When its raw rows about children were purged",
        ),
        schema="ledger",
    )
    op.add_column(
        "rule_result",
        sa.Column(
            "not_run_for",
            sa.ARRAY(sa.BigInteger),
            nullable=True,
            comment="Submissions that lack what the rule needs",
        ),
        schema="ledger",
    )
    op.drop_constraint(op.f("ck_rule_result_outcome"), "rule_result", schema="ledger")
    op.create_check_constraint(
        op.f("ck_rule_result_outcome"),
        "rule_result",
        "outcome in ('passed', 'failed', 'error', 'not_run')",
        schema="ledger",
    )
    op.add_column(
        "finding",
        sa.Column("heading", sa.Text, nullable=True, comment="Column of the table, where it has headings"),
        schema="ledger",
    )


def _create_raw(name: str, columns: list[str]) -> None:
    op.create_table(
        f"ssda903_{name}",
        sa.Column("submission_id", sa.BigInteger, nullable=False),
        sa.Column("file_id", sa.BigInteger, nullable=False),
        sa.Column("line_number", sa.Integer, nullable=False, comment="Line of the file, or row of the sheet"),
        *(sa.Column(column, sa.Text, comment="As sent") for column in columns),
        sa.PrimaryKeyConstraint("file_id", "line_number", name=f"pk_ssda903_{name}"),
        schema="raw",
        comment="Children looked after, as sent: read by the loader alone, purged in time",
    )


def _create_pseudonymised(name: str, columns: list[str]) -> None:
    kept: list[sa.Column[Any]] = [
        sa.Column(column, kind)
        for original in columns
        for column, kind in INSTEAD.get(original, ((original, sa.Date if original in DATES else sa.Text),))
    ]
    op.create_table(
        f"ssda903_{name}",
        sa.Column("submission_id", sa.BigInteger, nullable=False),
        sa.Column("file_id", sa.BigInteger, nullable=False),
        sa.Column("line_number", sa.Integer, nullable=False),
        sa.Column("authority_code", sa.Text, nullable=False),
        sa.Column("period_code", sa.Text, nullable=False),
        *kept,
        *(sa.Column(column, kind) for column, kind in WORKED_OUT.get(name, ())),
        sa.PrimaryKeyConstraint("file_id", "line_number", name=f"pk_pseudonymised_ssda903_{name}"),
        schema="pseudonymised",
        comment="Children looked after under keyed pseudonyms: what the models are made of",
    )
    op.create_index(
        f"ix_pseudonymised_{name}_submission_id", f"ssda903_{name}", ["submission_id"], schema="pseudonymised"
    )
