"""The broker between Airflow and its workers: whether it answers, and which workers answer behind it.

Its packages come with an extra of the product, so they are imported where they are needed.
"""

import hashlib
import os
import socket
from functools import cache
from urllib.parse import urlsplit

from ingestion.errors import ClubError
from ingestion.settings import DEFINITIONS, PROJECT_ROOT

# How long a broker may take to answer, and all workers together: a busy machine is late.
BROKER_SECONDS = 5
WORKER_SECONDS = 3
# All that a step does is said in these; two workers with the same digest do the same.
CODE = (PROJECT_ROOT / "dags", PROJECT_ROOT / "ingestion", PROJECT_ROOT / "reporting",
        DEFINITIONS / "expectations", DEFINITIONS / "dbt_project")  # fmt: skip
CODE_KINDS = {".py", ".sql", ".csv", ".yaml", ".yml", ".j2", ".cfg"}
# What dbt leaves beside its models is of one machine.
NOT_CODE = {"target", "logs", ".user.yml"}


def shown(url: str) -> str:
    """Return the address of a broker without its login."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"


def why_unreachable(url: str) -> str | None:
    """Return in a few words why the broker takes no tasks, None where it does."""
    import redis

    try:
        with redis.Redis.from_url(
            url, socket_timeout=BROKER_SECONDS, socket_connect_timeout=BROKER_SECONDS
        ) as broker:
            broker.ping()
    except redis.AuthenticationError:
        return "it refuses the login of CLUB_BROKER_URL"
    except redis.RedisError as error:
        return f"{type(error).__name__}: {error}"
    return None


def require_broker(url: str) -> None:
    """Look whether the broker takes tasks.

    Raises:
        ClubError: it does not.
    """
    if why := why_unreachable(url):
        raise ClubError(f"The broker {shown(url)} cannot be used: {why}. Start it, or correct CLUB_BROKER_URL.")


def living_workers(url: str) -> list[str]:
    """Return the names of all workers that answer (`worker_name`)."""
    from celery import Celery

    with Celery(broker=url) as app:
        return sorted(app.control.inspect(timeout=WORKER_SECONDS).ping() or {})


def lives_on(url: str, host: str) -> bool:
    """Return True if a worker of this host answers."""
    from celery import Celery

    with Celery(broker=url) as app:
        asked = app.control.inspect(pattern=f"*@{host}", matcher="glob", limit=1, timeout=2 * WORKER_SECONDS)
        return bool(asked.ping())


def worker_name() -> str:
    """Return the name of a worker of this process: unlike any other's, and with the version of the code."""
    return f"club-{os.getpid()}-{code_version()}@{socket.gethostname()}"


def version_of(worker: str) -> str:
    """Return the version of the code that is in the name of a worker."""
    return worker.partition("@")[0].rpartition("-")[2]


@cache
def code_version() -> str:
    """Return a digest of all that a step does: of code, rules and models."""
    digest = hashlib.sha256()
    for root in CODE:
        for path in sorted(root.rglob("*")):
            name = path.relative_to(root.parent)
            if path.suffix in CODE_KINDS and path.is_file() and not NOT_CODE & set(name.parts):
                digest.update(f"{name}\0".encode() + path.read_bytes())
    return digest.hexdigest()[:10]
