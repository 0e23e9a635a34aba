"""Lineage for other programs: events of OpenLineage, to a file or a server, where `CLUB_LINEAGE` is set."""
