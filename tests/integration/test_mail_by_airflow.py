"""The steps of `chase_returns` and the alerts, by Airflow's own SMTP provider and a real mail server."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import pytest

from ingestion.settings import DAGS, PROJECT_ROOT, Settings
from ingestion.warehouse.connection import Role, connect
from ingestion.warehouse.ports import HOST
from samples.contacts import write_contacts
from tests.support.mail_server import MailServer, mail_server

ANSWER = "ANSWER "
# Airflow gives a callback such a context when a mapped step has failed for good, or a run is over its deadline.
STEPS = f"""
import os, types
from datetime import UTC, datetime
from airflow.sdk.exceptions import AirflowFailException, AirflowSkipException
from alerts import TellEngineer
from chase_returns import compose_mail, look_after_mail, send_mail

def answer(step):
    try:
        return step.function()
    except (AirflowSkipException, AirflowFailException) as why:
        return str(why)

for step in (compose_mail, send_mail, send_mail, look_after_mail):
    print({ANSWER!r} + str(answer(step)), flush=True)
ti = types.SimpleNamespace(
    dag_id="collect_ssda903", task_id="collect_sender", rendered_map_index="dudley", try_number=4, log_url="http://log",
)
TellEngineer()({{"ti": ti, "exception": ValueError("invalid date: '2014-02-30'")}})
run = {{"dag_id": "build_marts", "dag_run_id": "manual"}}
TellEngineer()({{"dag_run": run, "deadline": {{"id": "1", "deadline_time": datetime(2027, 1, 1, tzinfo=UTC)}}}})
del os.environ["AIRFLOW_CONN_CLUB_SMTP"]
print({ANSWER!r} + str(answer(send_mail)), flush=True)
os.rename(os.environ["CONTACTS"], os.environ["CONTACTS"] + ".away")
print({ANSWER!r} + str(answer(compose_mail)), flush=True)
"""


@pytest.fixture(scope="module")
def posted() -> Iterator[tuple[str, list[dict[str, str]]]]:
    """The address of a webhook, and what was posted to it."""
    bodies: list[dict[str, str]] = []

    class Hook(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            bodies.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(200)
            self.end_headers()

    hook = HTTPServer((HOST, 0), Hook)
    Thread(target=hook.serve_forever, daemon=True).start()
    yield f"http://{HOST}:{hook.server_port}/hook", bodies
    hook.shutdown()
    hook.server_close()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> MailServer:
    return mail_server(tmp_path_factory.mktemp("mail") / "mails")


@pytest.fixture(scope="module")
def answers(
    prepared_home: Path,
    server: MailServer,
    posted: tuple[str, list[dict[str, str]]],
    tmp_path_factory: pytest.TempPathFactory,
) -> list[str]:
    """What the steps answered, one after the other, in a process of their own as Airflow has it."""
    settings = Settings(home=prepared_home)
    write_contacts(settings.contacts_file)
    with connect(settings, Role.TRANSFORMER) as connection:
        connection.execute(
            "update marts.dim_return_due set due_on = current_date + 10, opens_on = null"
            " where (return_code, period_code) = ('pss_ex1', '2004-05')"
        )
    environment = {name: value for name, value in os.environ.items() if not name.startswith("AIRFLOW")}
    extra = {"from_email": "club@club.invalid", "disable_ssl": True, "disable_tls": True}
    environment |= {
        "AIRFLOW_HOME": str(tmp_path_factory.mktemp("airflow")), "CLUB_HOME": str(prepared_home),
        "AIRFLOW_CONN_CLUB_SMTP": json.dumps(
            {"conn_type": "smtp", "host": HOST, "port": server.port, "extra": extra}
        ),
        "CLUB_ALERT_WEBHOOK": posted[0], "CONTACTS": str(settings.contacts_file),
        "PYTHONPATH": os.pathsep.join((str(DAGS), str(PROJECT_ROOT))),
    }  # fmt: skip
    with server.running():
        done = subprocess.run(
            [sys.executable, "-c", STEPS], env=environment, capture_output=True, text=True, timeout=240
        )
    assert done.returncode == 0, done.stderr
    assert "2014-02-30" not in done.stdout + done.stderr
    return [line.removeprefix(ANSWER) for line in done.stdout.splitlines() if line.startswith(ANSWER)]


def test_what_is_due_is_composed_and_sent_once(answers: list[str], server: MailServer):
    composed, sent, again, looked_after, *_ = answers
    assert composed == sent and again == "0" and looked_after == "None"
    reminded = [mail["To"] for mail in server.mails if "/2004-05/" in str(mail["Message-ID"])]
    assert len(reminded) == len(set(reminded)) == 14
    assert int(sent) == len(server.mails) - 2  # and two alerts


def test_without_a_mail_server_or_contacts_the_steps_are_skipped_and_say_so(answers: list[str]):
    assert "there is no connection club_smtp: nothing is sent" in answers[4]
    assert answers[5].startswith("There are no contacts in ") and answers[5].endswith("no mail goes out.")


def test_the_engineer_is_told_by_mail_and_webhook_of_sender_and_step_and_no_value(
    answers: list[str], server: MailServer, posted: tuple[str, list[dict[str, str]]]
):
    failed, late = (mail for mail in server.mails if str(mail["Subject"]).startswith(("Failed: ", "Late: ")))
    assert failed["To"] == late["To"] == "engineer@club.invalid"
    sentence = "The step collect_sender of collect_ssda903 failed for dudley after 4 tries: ValueError."
    assert failed["Subject"] == "Failed: collect_ssda903, collect_sender for dudley"
    assert failed.get_content().splitlines() == [sentence, "http://log"]
    assert late.get_content().startswith("The run manual of build_marts was to end by 2027-01-01 00:00 UTC")
    assert posted[1][0] == {"text": f"{sentence}\nhttp://log"} and len(posted[1]) == 2
