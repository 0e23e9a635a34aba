"""A mail server in a process of its own (aiosmtpd), that dies, is silent or refuses at a chosen moment.

It keeps each mail in a file before it answers, as a server that takes mail on must. Started again with the same
folder and port, it goes on.
"""

import asyncio
import os
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP as POLICY
from pathlib import Path
from typing import Any

import psutil
from aiosmtpd.smtp import SMTP, Envelope, Session

from ingestion.settings import PROJECT_ROOT
from ingestion.warehouse.ports import HOST, free_port

READY = "ready"
# The moments of one SMTP transaction at which the server may be killed.
MOMENTS = ("mail", "rcpt", "data", "end", "stored", "answered")


class Keeping:
    """Keep mails; at the moment chosen, of the mail after so many, kill this process or its client."""

    def __init__(self, folder: Path, moment: str, after: int, victim: str) -> None:
        self.folder = folder
        self.moment, self.after, self.victim = moment, after, victim
        self.begun = 0

    def at(self, moment: str, session: Session) -> None:
        """Kill, if this is the moment."""
        if moment == self.moment and self.begun == self.after + 1:
            os.kill(_client(session) if self.victim == "client" else os.getpid(), signal.SIGKILL)

    async def handle_MAIL(  # noqa: N802 -- as aiosmtpd calls it
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: Any
    ) -> str:
        self.begun += 1
        self.at("mail", session)
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: Any
    ) -> str:
        self.at("rcpt", session)
        if address.startswith("nobody@"):
            return "550 5.1.1 no such mailbox"
        if address.startswith("later@"):
            return "451 4.7.1 come again later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        self.at("end", session)
        if self.moment == "silent" and self.begun == self.after + 1:
            await asyncio.sleep(3600)
        number = len(list(self.folder.glob("*.eml")))
        draft = self.folder / f"{number:04}.draft"
        draft.write_bytes(envelope.original_content or b"")
        draft.rename(draft.with_suffix(".eml"))
        self.at("stored", session)
        return "250 kept"


class Server(SMTP):
    """The session; after an answer it looks whether this is the moment."""

    async def push(self, status: Any) -> None:
        await super().push(status)
        text = status if isinstance(status, str) else status.decode()
        for begin, moment in (("354", "data"), ("250 kept", "answered")):
            if text.startswith(begin):
                self.event_handler.at(moment, self.session)


def _client(session: Session) -> int:
    port = session.peer[1]
    return next(
        each.pid
        for each in psutil.net_connections("tcp")
        if each.laddr and each.laddr.port == port and each.pid and each.pid != os.getpid()
    )


async def _serve(port: int, handler: Keeping) -> None:
    server = await asyncio.get_running_loop().create_server(
        lambda: Server(handler, hostname="mail.test"), HOST, port
    )
    print(READY, flush=True)
    await server.serve_forever()


@dataclass
class MailServer:
    """The server of a test: where it listens, and what it has kept."""

    folder: Path
    port: int

    @contextmanager
    def running(self, moment: str = "", after: int = 0, victim: str = "server") -> Iterator[subprocess.Popen[str]]:
        """Run the server; at the moment, of the mail after so many, it kills itself or its client."""
        command = [sys.executable, "-m", __name__, str(self.port), str(self.folder), moment, str(after), victim]
        with subprocess.Popen(command, cwd=PROJECT_ROOT, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout is not None
            assert process.stdout.readline().strip() == READY
            try:
                yield process
            finally:
                process.kill()

    @property
    def mails(self) -> list[EmailMessage]:
        """The mails that were taken on, in their order."""
        paths = sorted(self.folder.glob("*.eml"))
        return [message_from_bytes(path.read_bytes(), policy=POLICY) for path in paths]  # type: ignore[arg-type]

    def copies(self) -> Counter[str]:
        """How many copies of each mail there are, by Message-ID."""
        return Counter(str(mail["Message-ID"]) for mail in self.mails)


def mail_server(folder: Path) -> MailServer:
    """Return a server that is not running yet, with an empty folder and a free port."""
    folder.mkdir()
    return MailServer(folder, free_port(0))


if __name__ == "__main__":
    _, port, folder, moment, after, victim = sys.argv
    asyncio.run(_serve(int(port), Keeping(Path(folder), moment, int(after), victim)))
