"""How the warehouse is: freshness, what waits, findings and builds, as one page."""
