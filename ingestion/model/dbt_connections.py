"""What dbt does with its connections: it opens one for each node; here each of its threads keeps its own.

And it parses the whole project again where the server has moved; here only for another database.

A new connection costs PostgreSQL a process that has to log in, and to read the catalogue before its first query: a
fifth of a small build of everything.
"""

from dbt.adapters.contracts.connection import ConnectionState
from dbt.adapters.postgres.connections import PostgresConnectionManager, PostgresCredentials
from dbt.adapters.postgres.impl import PostgresAdapter


class KeptConnections(PostgresConnectionManager):
    """Connections that go from one node of a thread to its next; dbt closes them all at its end."""

    def release(self) -> None:
        """Leave the connection as a new one would be: models set the planner for their own transaction alone."""
        connection = self.get_if_exists()
        # One that was never used is not open yet, and asking for its handle would open it.
        if connection is None or connection.state != ConnectionState.OPEN:
            return
        connection.transaction_open = False
        try:
            connection.handle.rollback()
        except Exception:
            # A lost one is replaced by the next node; why it was lost is what this node has failed with.
            self.close(connection)


def keep_connections() -> None:
    """Let dbt do so, in this process."""
    PostgresAdapter.ConnectionManager = KeptConnections


def parse_alike_for_every_server() -> None:
    """Let what was parsed for one server hold for another, in this process: no model asks where it is run."""
    PostgresCredentials._connection_keys = lambda _: ("database", "schema")  # type: ignore[method-assign]
