"""A broker of a test's own: Debian's redis-server at a free port, with a password."""

import secrets
import shutil
import signal
import subprocess
from pathlib import Path
from typing import Self

import redis

from ingestion.warehouse.ports import HOST, free_port
from tests.support.waiting import until


class Broker:
    """A server for the length of a `with`; it may be killed and started meanwhile, with its memory or without.

    What it has taken is on the disk before it says so (`appendfsync always`), as a broker keeps it that is to
    survive its machine.
    """

    def __init__(self, folder: Path) -> None:
        program = shutil.which("redis-server")
        assert program, "redis-server is missing; on Debian: apt-get install redis-server"
        self._program, self._folder = program, folder
        self._password, self._port = secrets.token_hex(16), free_port(0)
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """The address with its password, for CLUB_BROKER_URL."""
        return f"redis://:{self._password}@{HOST}:{self._port}/0"

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()

    def start(self, *, with_memory: bool = True) -> None:
        """Start it at the same port; without its memory it knows nothing of what was queued."""
        self._folder.mkdir(parents=True, exist_ok=True)
        if not with_memory:
            for path in self._folder.iterdir():
                shutil.rmtree(path) if path.is_dir() else path.unlink()
        # The password goes in by a file that no list of processes shows.
        given = (
            f"bind {HOST}\nport {self._port}\nrequirepass {self._password}\ndir {self._folder}\n"
            'save ""\nappendonly yes\nappendfsync always\n'
        )
        self._process = subprocess.Popen([self._program, "-"], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL)
        assert self._process.stdin
        self._process.stdin.write(given.encode())
        self._process.stdin.close()
        until(self.answers, 60)

    def answers(self) -> bool:
        """Whether it takes commands; not while it still reads what it had."""
        try:
            with redis.Redis.from_url(self.url, socket_timeout=5) as client:
                return bool(client.ping())
        except redis.RedisError:
            return False

    def queued(self, queue: str = "default") -> int:
        """How many tasks wait in it for a worker."""
        with redis.Redis.from_url(self.url) as client:
            return int(client.llen(queue))  # type: ignore[arg-type]

    def kill(self) -> None:
        """End it the hard way."""
        if self._process is not None:
            self._process.send_signal(signal.SIGKILL)
            self._process.wait()
            self._process = None
