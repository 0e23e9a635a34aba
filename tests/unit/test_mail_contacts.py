"""Contacts are read as they stand, or not at all; each fault has its line, what is there and what is expected."""

import stat
from pathlib import Path

import pytest

from ingestion.errors import ClubError
from ingestion.mail.contacts import CLUB, ENGINEER, Contacts, Recipient, read_contacts
from ingestion.settings import Settings
from ingestion.warehouse.mail_states import MailRole
from samples.contacts import write_contacts

HEADINGS = "recipient,role,address"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path)


def read(settings: Settings, *lines: str, mode: int = 0o600) -> Contacts | None:
    settings.contacts_file.write_text("\n".join(lines), encoding="utf-8")
    settings.contacts_file.chmod(mode)
    return read_contacts(settings)


def test_without_a_file_there_are_none(settings: Settings):
    assert read_contacts(settings) is None


def test_a_file_that_was_named_has_to_be_there(settings: Settings, tmp_path: Path):
    named = settings.model_copy(update={"contacts": tmp_path / "elsewhere.csv"})
    with pytest.raises(ClubError, match=r"elsewhere\.csv, and there is no such file"):
        read_contacts(named)


def test_the_samples_name_every_member_at_addresses_that_no_mail_reaches(settings: Settings):
    assert write_contacts(settings.contacts_file)
    assert stat.S_IMODE(settings.contacts_file.stat().st_mode) == 0o600
    contacts = read_contacts(settings)
    assert contacts is not None and len(contacts) == 14 * 2 + 2
    assert str(contacts.address_of(ENGINEER)).endswith(".invalid")
    assert not write_contacts(settings.contacts_file)  # what is there stays


def test_a_spreadsheet_s_file_is_read(settings: Settings):
    contacts = read(settings, f"\ufeff{HEADINGS}", "dudley, data_lead ,d.lead@dudley.gov.uk", ",,", "")
    assert contacts is not None
    assert contacts.address_of(Recipient("dudley", MailRole.DATA_LEAD)) == "d.lead@dudley.gov.uk"
    assert contacts.with_role("dudley", MailRole.DIRECTOR, MailRole.DATA_LEAD) == [
        Recipient("dudley", MailRole.DATA_LEAD)
    ]
    assert contacts.with_role(CLUB, MailRole.OFFICER) == []


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        (
            "dudly,data_lead,a@example.org",
            r"line 2: 'dudly' is neither a member nor 'club'; the nearest is 'dudley'",
        ),
        ("barnet,data_lead,a@example.org", r"line 2: 'barnet' is neither a member"),
        (
            "dudley,officer,a@example.org",
            r"line 2: 'officer' is no role of dudley; expected data_lead or director",
        ),
        ("club,data_lead,a@example.org", r"line 2: 'data_lead' is no role of club; expected officer or engineer"),
        ("dudley,data_lead", r"line 2: it has 2 cells; expected 3: recipient, role, address"),
        ("dudley,data_lead,a@example.org,b@example.org", r"line 2: it has 4 cells"),
        ("dudley,data_lead,", r"line 2: '' is no address of one mailbox"),
        ("dudley,data_lead,a@example", r"no address of one mailbox"),
        ("dudley,data_lead,example.org", r"no address"),
        ("dudley,data_lead,a@example.org; b@example.org", r"no address of one mailbox"),
        ("dudley,data_lead,A Lead <a@example.org>", r"no address"),
        ("dudley,data_lead,ä@example.org", r"no address"),
        ('dudley,data_lead,"a@example.org\nBcc: all@example.org"', r"no address"),
        (f"dudley,data_lead,{'a' * 65}@example.org", r"no address"),
    ],
)
def test_a_fault_is_named_with_its_line(settings: Settings, line: str, sentence: str):
    with pytest.raises(ClubError, match=sentence):
        read(settings, HEADINGS, line)


def test_every_fault_is_named_at_once(settings: Settings):
    with pytest.raises(ClubError) as refused:
        read(settings, HEADINGS, "dudley,data_lead,a@b.org", "dudley,data_lead,c@b.org", "x,y,z", mode=0o644)
    told = str(refused.value)
    assert "mode 0644" in told and "chmod 600" in told


def test_a_role_has_one_address(settings: Settings):
    with pytest.raises(ClubError, match=r"line 3: dudley has a data_lead in line 2 already"):
        read(settings, HEADINGS, "dudley,data_lead,a@b.org", "dudley,data_lead,c@b.org")


@pytest.mark.parametrize("headings", ["", "authority,role,address", "recipient;role;address"])
def test_other_headings_are_named(settings: Settings, headings: str):
    with pytest.raises(ClubError, match=r"line 1: the headings are .*; expected recipient,role,address"):
        read(settings, headings, "dudley,data_lead,a@b.org")


def test_what_is_no_text_is_said_to_be_none(settings: Settings):
    settings.contacts_file.write_bytes(b"\xff\xfe\x00")
    settings.contacts_file.chmod(0o600)
    with pytest.raises(ClubError, match="cannot be read as CSV in UTF-8"):
        read_contacts(settings)


def test_what_others_may_read_is_not_used(settings: Settings):
    with pytest.raises(ClubError, match=r"has mode 0640, so others can read it; expected 0600"):
        read(settings, HEADINGS, "dudley,data_lead,a@b.org", mode=0o640)
