"""The key of the children's pseudonyms, handed to a session of the loader; it is kept nowhere in the database."""

import psycopg

from ingestion.settings import Settings
from ingestion.warehouse.secrets import load_secrets

_BLOCK = 64  # bytes that SHA-256 works on at once


def hand_over_key(connection: psycopg.Connection, settings: Settings) -> None:
    """Let `raw.pseudonym` work in this session. The paddings are HMAC's (RFC 2104), sent as bound values."""
    key = load_secrets(settings)["pseudonym"].encode()
    if len(key) > _BLOCK:
        raise ValueError(f"The key of the pseudonyms is longer than {_BLOCK} bytes.")
    padded = key.ljust(_BLOCK, b"\0")
    for name, byte in (("inner", 0x36), ("outer", 0x5C)):
        padding = bytes(each ^ byte for each in padded)
        connection.execute("select set_config(%s, %s, false)", [f"club.pseudonym_{name}", padding.hex()])
