"""A start for BI tools, as text: a dashboard for Superset, and a project for Power BI."""
