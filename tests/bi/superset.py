"""Apache Superset as a BI team would run it: its own environment, metadata in PostgreSQL, asked by its API."""

import json
import os
import subprocess
import time
from pathlib import Path
from typing import Any, Self

import httpx
from psycopg import sql

from ingestion.settings import PROJECT_ROOT, Settings
from ingestion.warehouse.connection import Role, connect, warehouse_url
from ingestion.warehouse.ports import HOST, free_port

SUPERSET = Path(os.environ.get("CLUB_SUPERSET", PROJECT_ROOT / "var" / "bi" / "superset"))
USER, PASSWORD, METADATA = "officer", "a word for tests alone", "superset_metadata"
STARTING_SECONDS = 180

CONFIGURATION = """
SECRET_KEY = "for a server that lives as long as one test"
SQLALCHEMY_DATABASE_URI = {uri!r}
WTF_CSRF_ENABLED = False
TALISMAN_ENABLED = False
RATELIMIT_ENABLED = False
"""


class Superset:
    """A running server, logged in."""

    def __init__(self, settings: Settings, folder: Path) -> None:
        self._settings = settings
        self._folder = folder
        self._port = free_port(0)
        configuration = folder / "superset_config.py"
        uri = warehouse_url(settings, Role.ADMIN, "postgresql+psycopg2").set(database=METADATA)
        configuration.write_text(CONFIGURATION.format(uri=uri.render_as_string(hide_password=False)))
        self._environment = {
            **{name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ},
            "SUPERSET_CONFIG_PATH": str(configuration),
            "SUPERSET_HOME": str(folder),
            "FLASK_APP": "superset",
        }
        self._server: subprocess.Popen[bytes] | None = None
        self._client = httpx.Client(base_url=f"http://{HOST}:{self._port}", timeout=60)

    def __enter__(self) -> Self:
        """Make its metadata, start it and log in."""
        with connect(self._settings, Role.ADMIN, autocommit=True) as connection:
            connection.execute(sql.SQL("create database {}").format(sql.Identifier(METADATA)))
        self._run("db", "upgrade")
        self._run(
            "fab", "create-admin", "--username", USER, "--firstname", "Club", "--lastname", "Officer",
            "--email", "officer@club.invalid", "--password", PASSWORD,
        )  # fmt: skip
        self._run("init")
        with (self._folder / "server.log").open("wb") as log:
            self._server = subprocess.Popen(
                [SUPERSET / "bin" / "superset", "run", "-h", HOST, "-p", str(self._port)],
                env=self._environment, cwd=self._folder, stdout=log, stderr=log,
            )  # fmt: skip
        self._wait()
        answer = self._client.post(
            "/api/v1/security/login",
            json={"username": USER, "password": PASSWORD, "provider": "db", "refresh": False},
        )
        answer.raise_for_status()
        self._client.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"
        return self

    def __exit__(self, *_: object) -> None:
        """Stop it, and take its metadata away."""
        if self._server:
            self._server.terminate()
            self._server.wait(timeout=30)
        self._client.close()
        with connect(self._settings, Role.ADMIN, autocommit=True) as connection:
            connection.execute(sql.SQL("drop database {} with (force)").format(sql.Identifier(METADATA)))

    def get(self, path: str, **parameters: Any) -> Any:
        """The answer to a GET."""
        return self._answer(self._client.get(path, params=parameters))

    def post(self, path: str, body: dict[str, Any]) -> Any:
        """The answer to a POST."""
        return self._answer(self._client.post(path, json=body))

    def import_dashboard(self, archive: Path, passwords: dict[str, str]) -> None:
        """Import a dashboard as a person does, with the passwords that its databases ask for."""
        answer = self._client.post(
            "/api/v1/dashboard/import/",
            files={"formData": (archive.name, archive.read_bytes(), "application/zip")},
            data={"passwords": json.dumps(passwords), "overwrite": "true"},
        )
        self._answer(answer)

    def refuses(self, path: str, body: dict[str, Any]) -> bool:
        """Whether a POST is answered with an error."""
        return not self._client.post(path, json=body).is_success

    @staticmethod
    def _answer(answer: httpx.Response) -> Any:
        assert answer.is_success, f"{answer.request.url.path}: {answer.status_code} {answer.text[:1000]}"
        return answer.json()

    def _run(self, *arguments: str) -> None:
        done = subprocess.run(
            [SUPERSET / "bin" / "superset", *arguments],
            env=self._environment, cwd=self._folder, capture_output=True, text=True, timeout=600,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout + done.stderr

    def _wait(self) -> None:
        deadline = time.monotonic() + STARTING_SECONDS
        while time.monotonic() < deadline:
            assert self._server is not None and self._server.poll() is None, self._log()
            try:
                if self._client.get("/health").is_success:
                    return
            except httpx.TransportError:
                time.sleep(0.5)
        raise AssertionError(f"Superset did not answer within {STARTING_SECONDS} s:\n{self._log()}")

    def _log(self) -> str:
        return (self._folder / "server.log").read_text(errors="replace")[-3000:]
