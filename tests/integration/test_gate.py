"""Who has no invitation that holds gets nothing through the gate, and who has one gets nothing of another's."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import httpx
import pytest
from airflow.api_fastapi.auth.tokens import JWTGenerator
from typer.testing import CliRunner

from ingestion.cli.app import app
from ingestion.errors import ClubError
from ingestion.operation.council.centre import Centre
from ingestion.operation.council.membership import Membership, read_invitation
from ingestion.operation.council.names import DAG
from ingestion.settings import Settings
from ingestion.warehouse.councils import (
    find_invitation,
    invite,
    joined_councils,
    leave,
    note_handed_out,
    note_joined,
)
from tests.support.gates import member, serving

TASK = "01a23233-82f5-7e82-9944-155335f6e830"
ADMITTED = 502  # there is no Airflow behind this gate


@pytest.fixture
def address(settings: Settings) -> Iterator[str]:
    with serving(settings) as served:
        yield served


def edge(membership: Membership, as_council: str, path: str = "worker/walsall") -> int:
    """Ask the edge API as Airflow's own worker does, with the secret of one council in the name of another."""
    generator = JWTGenerator(secret_key=membership.secret, valid_for=30, audience="api")
    headers = {"Authorization": generator.generate({"method": path})}
    url = f"{membership.address}/{as_council}/edge_worker/v1/{path}"
    return httpx.post(url, headers=headers, content=json.dumps({"state": "starting"})).status_code


def test_a_worker_of_airflows_is_let_in_with_the_secret_of_its_council_alone(settings: Settings, address: str):
    walsall, dudley = member(settings, "walsall", address), member(settings, "dudley", address)
    assert edge(walsall, "walsall") == ADMITTED
    assert edge(dudley, "walsall") == 403
    assert edge(walsall, "dudley", "worker/walsall") == 403
    assert edge(walsall, "sandwell") == 403  # it was never invited
    assert edge(replace(walsall, secret="x" * 64), "walsall") == 403


def test_an_earlier_secret_is_worth_nothing(settings: Settings, address: str):
    earlier = member(settings, "walsall", address)
    member(settings, "walsall", address)
    assert edge(earlier, "walsall") == 403


def test_a_council_joins_by_its_secret_and_has_left_at_once(settings: Settings, address: str):
    walsall = member(settings, "walsall", address)
    assert joined_councils(settings) == []
    Centre(walsall).join()
    assert joined_councils(settings) == ["walsall"]

    leave(settings, "walsall")

    assert joined_councils(settings) == []
    assert edge(walsall, "walsall") == 403
    with pytest.raises(ClubError, match="has no invitation"):
        Centre(walsall).known("ssda903")


def test_a_task_speaks_through_the_gate_of_the_council_that_it_was_handed_to(settings: Settings, address: str):
    member(settings, "dudley", address)
    member(settings, "walsall", address)
    walsall = find_invitation(settings, "walsall")
    assert walsall is not None
    token = JWTGenerator(secret_key="of Airflow" * 7, valid_for=30, audience="api").generate({"sub": TASK})

    def run(council: str, path: str) -> int:
        url = f"{address}/{council}/execution/{path}"
        return httpx.patch(url, headers={"Authorization": f"Bearer {token}"}, content=b"{}").status_code

    assert run("walsall", f"task-instances/{TASK}/run") == 403
    note_handed_out(settings, walsall, TASK)
    assert run("walsall", f"task-instances/{TASK}/run") == ADMITTED
    assert run("dudley", f"task-instances/{TASK}/run") == 403
    assert run("walsall", "connections/club_smtp") == 403
    assert run("walsall", f"xcoms/{DAG}/run/at_dudley/return_value") == 403


def test_what_is_no_package_is_refused_in_a_sentence(settings: Settings, address: str, tmp_path: Path):
    centre = Centre(member(settings, "walsall", address))
    (tmp_path / "package.zip").write_bytes(b"no zip file")
    with pytest.raises(ClubError, match="no package that a council's worker writes"):
        centre.send(tmp_path / "package.zip")
    assert [path for path in settings.packages.rglob("*") if path.is_file()] == []


def test_the_commands_invite_list_and_let_go(settings: Settings, tmp_path: Path):
    def club(*arguments: str) -> str:
        environment = {
            "CLUB_HOME": str(settings.home), "LANDING_ZONE": settings.landing,
            "CLUB_EDGE_ADDRESS": "https://club.example.org",
        }  # fmt: skip
        result = CliRunner().invoke(app, ["edge", *arguments], env=environment)
        return result.output

    line = tmp_path / "invitation.txt"
    assert "Hand it over in person" in club("invite", "Walsall", "--to", str(line))
    assert line.stat().st_mode & 0o077 == 0
    invitation = read_invitation(line.read_text())
    assert (invitation.council, invitation.address) == ("walsall", "https://club.example.org")
    assert invitation.secret not in club("list")
    assert "invited" in club("list")
    assert "walsall has left" in club("leave", "walsall")
    assert "nothing to end" in club("leave", "walsall")
    assert "on a terminal only" in club("invite", "walsall")
    with pytest.raises(ClubError, match="not the whole line"):
        read_invitation(line.read_text()[:20])


def test_a_member_who_was_only_invited_has_not_joined(settings: Settings):
    invitation = invite(settings, "walsall")
    assert joined_councils(settings) == []
    leave(settings, "walsall")
    note_joined(settings, invitation)  # too late
    assert joined_councils(settings) == []
