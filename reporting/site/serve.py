"""Serve the site to this machine alone, to look at it before it goes anywhere."""

from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

LOOPBACK = "127.0.0.1"


class _QuietHandler(SimpleHTTPRequestHandler):
    """Serves files, and writes no line for each."""

    def log_message(self, format: str, *args: object) -> None:
        """Write nothing."""


def open_site(folder: Path, port: int) -> ThreadingHTTPServer:
    """Listen on 127.0.0.1 for who wants to see a folder; port 0 takes a free one. It serves until it is closed."""
    return ThreadingHTTPServer((LOOPBACK, port), partial(_QuietHandler, directory=str(folder)))
