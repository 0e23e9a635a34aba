"""Alembic migrations of `raw` and `ledger`; dbt owns the other schemas."""
