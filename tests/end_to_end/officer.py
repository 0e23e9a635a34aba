"""The officer, as somebody at Airflow: sees the question about packs, and answers it."""

from dataclasses import dataclass
from typing import Any

import httpx

from ingestion.warehouse.connection import Role, connect
from tests.end_to_end.club import Club
from tests.support.waiting import until

DAG, TASK = "publish_packs", "ask_the_officer"
# One member after the other, while other tests have the processor.
DRAFTED_SECONDS = 900
EVERY = 0.5


@dataclass(frozen=True)
class Question:
    """A question that waits for an answer: in which run, when it was asked, and what it says."""

    run_id: str
    subject: str
    body: str
    params: dict[str, Any]


class Officer:
    """One who is asked."""

    def __init__(self, club: Club) -> None:
        self._club = club
        self._airflow = club.airflow()
        self._answers: dict[str, tuple[Question, str, str | None]] = {}

    def build_read(self) -> int:
        """The number of the build that is read."""
        with self._club.connect() as connection:
            (build_id,) = connection.execute("select build_id from marts.build").fetchone()
        return build_id

    def question(self) -> Question:
        """Wait for the question about the build that is read."""
        found: list[Question] = []

        def is_asked() -> bool:
            found[:] = [each for each in self.questions() if f" build {self.build_read()} " in each.subject]
            return bool(found)

        until(is_asked, DRAFTED_SECONDS, EVERY)
        return found[0]

    def questions(self) -> list[Question]:
        """Every question that waits for an answer just now."""
        details = self._get(f"dags/{DAG}/dagRuns/~/hitlDetails")["hitl_details"]
        return [
            Question(each["task_instance"]["dag_run_id"], each["subject"], each["body"], each["params"])
            for each in details
            if each["task_instance"]["state"] == "awaiting_input" and not each["response_received"]
        ]

    def answer(self, question: Question, option: str, reason: str | None = None) -> None:
        """Answer as the form in Airflow does."""
        self._answers[question.run_id] = question, option, reason
        answered = self._airflow.patch(
            f"dags/{DAG}/dagRuns/{question.run_id}/taskInstances/{TASK}/-1/hitlDetails",
            json={"chosen_options": [option], "params_input": {"reason": reason}},
        )
        answered.raise_for_status()

    def look_again(self) -> None:
        """Let questions look now whether they are still awaited, and wait until they have."""
        asking = "from task_instance where dag_id = %s and task_id = %s and state not in ('success', 'skipped')"
        with self._club.connect_to_airflow() as connection:
            connection.execute(
                f"update task_instance set trigger_timeout = now() where id in (select id {asking})", [DAG, TASK]
            )

        def has_looked() -> bool:
            with self._club.connect_to_airflow() as connection:
                still = f"select 1 {asking} and (state <> 'awaiting_input' or trigger_timeout <= now())"
                return connection.execute(still, [DAG, TASK]).fetchone() is None

        until(has_looked, 120, EVERY)

    def states(self, run_id: str) -> dict[str, set[str]]:
        """Wait for the end of a run; return how its steps ended."""
        run = f"dags/{DAG}/dagRuns/{run_id}"
        until(lambda: self._get(run)["state"] in ("success", "failed") or self._says_it_again(run_id), 600, EVERY)
        states: dict[str, set[str]] = {"run": {self._get(run)["state"]}}
        for each in self._get(f"{run}/taskInstances")["task_instances"]:
            states.setdefault(each["task_id"], set()).add(each["state"])
        return states

    def _says_it_again(self, run_id: str) -> bool:
        """Answer once more where the question is back: of an answer within a second Airflow may know nothing."""
        if run_id in self._answers and any(each.run_id == run_id for each in self.questions()):
            self.answer(*self._answers[run_id])
        return False

    def log(self, run_id: str) -> str:
        """What the step that asks has noted."""
        return str(self._get(f"dags/{DAG}/dagRuns/{run_id}/taskInstances/{TASK}/logs/1?map_index=-1"))

    def run(self) -> str:
        """Start a run by hand."""
        started = self._airflow.post(f"dags/{DAG}/dagRuns", json={"logical_date": None})
        return str(started.raise_for_status().json()["dag_run_id"])

    def recorded(self) -> set[tuple[str, str, str | None, str | None]]:
        """Of the build that is read, whose packs came to which state, by whose word and why."""
        with self._club.connect() as connection:
            return set(
                connection.execute(
                    "select authority_code, state, decided_by, reason from ledger.publication where build_id = %s",
                    [self.build_read()],
                ).fetchall()
            )

    def leave_only(self, *members: str) -> None:
        """Take the figures of all other members out of what is read, as making their packs takes minutes."""
        self._as_admin("delete from marts.authority_profile where authority_code <> all(%s)", [list(members)])

    def let_another_build_be_read(self) -> None:
        """Give the build that is read another number; nothing else tells a question that there was one."""
        self._as_admin("update marts.build set build_id = build_id + 1", [])

    def _as_admin(self, statement: str, values: list[Any]) -> None:
        with connect(self._club.settings, Role.ADMIN) as connection:
            connection.execute(statement, values)

    def _get(self, path: str) -> Any:
        answer: httpx.Response = self._airflow.get(path)
        return answer.raise_for_status().json()
