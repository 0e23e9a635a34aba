"""A gate that serves on a free port of this machine for the length of a test, before an Airflow or before none."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import uvicorn

from ingestion.operation.council.gate import Gate
from ingestion.operation.council.membership import Membership, invite_council
from ingestion.settings import Settings
from ingestion.warehouse.ports import HOST, free_port
from tests.support.waiting import until

NO_AIRFLOW = "http://127.0.0.1:1"
JWT_SECRET = "what only Airflow and the gate know, " * 3


@contextmanager
def serving(settings: Settings, airflow: str = NO_AIRFLOW) -> Iterator[str]:
    """Serve the gate of a warehouse, and provide its address."""
    port = free_port(0)
    application = Gate(settings, airflow, JWT_SECRET).app()
    server = uvicorn.Server(uvicorn.Config(application, host=HOST, port=port, log_level="error"))
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        until(lambda: server.started)
        yield f"http://{HOST}:{port}"
    finally:
        server.should_exit = True
        thread.join()


def member(settings: Settings, council: str, address: str) -> Membership:
    """Invite a council to a gate that is served."""
    invited = invite_council(settings.model_copy(update={"edge_address": "https://club.example.org"}), council)
    return replace(invited, address=address)
