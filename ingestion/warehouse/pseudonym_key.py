"""The key of the pseudonyms: handed to the database for one transaction, and stored nowhere in it."""

import psycopg

from ingestion.settings import Settings
from ingestion.warehouse.secrets import load_secrets

_BLOCK = 64  # bytes; the block size of SHA-256


def hand_over_key(connection: psycopg.Connection, settings: Settings) -> None:
    """Let `raw.pseudonym` work until the end of this transaction. The paddings are HMAC's (RFC 2104).

    They are sent as data of COPY, which no server writes into its log; statements and their values it may. And
    they do not outlive the transaction: behind a pooler the session is somebody else's then.
    """
    key = load_secrets(settings)["pseudonym"].encode()
    if len(key) > _BLOCK:
        raise ValueError(f"The key of the pseudonyms is longer than {_BLOCK} bytes.")
    padded = key.ljust(_BLOCK, b"\0")
    connection.execute("drop table if exists pg_temp.paddings")
    connection.execute("create temporary table paddings (name text, padding text) on commit drop")
    with connection.cursor().copy("copy pg_temp.paddings from stdin") as copy:
        for name, byte in (("inner", 0x36), ("outer", 0x5C)):
            copy.write_row((name, bytes(each ^ byte for each in padded).hex()))
    connection.execute("select set_config('club.pseudonym_' || name, padding, true) from pg_temp.paddings")
