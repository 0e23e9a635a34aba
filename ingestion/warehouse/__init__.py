"""The warehouse's PostgreSQL: server, logins, schema, and the ledger's tables."""
