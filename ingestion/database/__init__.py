"""The PostgreSQL server, its roles, its migrations, and how to connect to it."""
