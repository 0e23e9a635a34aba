"""A free TCP port on this machine, preferably the wanted one."""

import socket

from ingestion.errors import ClubError

HOST = "127.0.0.1"


def free_port(wanted: int) -> int:
    """Return the wanted port if it is free, else any free one; with 0, any free one.

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
