"""A free TCP port on this machine, the wanted one if it can be had."""

import socket

from ingestion.errors import ClubError

HOST = "127.0.0.1"


def free_port(wanted: int) -> int:
    """The wanted port if nobody listens on it, else any free one; 0 wants any.

    Raises:
        ClubError: no port is free.
    """
    for candidate in (wanted, 0):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((HOST, candidate))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    raise ClubError(f"No free TCP port was found on {HOST}.")
